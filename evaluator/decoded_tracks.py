"""A song of a dataset that does not lie as the challenge's songs do: a stem.mp4, other file names or formats.

It stands in for a `Track`: whoever asks for the path of its mixture or of a true stem gets a WAV file, decoded at that
moment and removed by `close()`. One song's files are on disk at a time, 0.4 GB for 4 minutes, however long the list of
songs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from audio import MIXTURE, STEMS
from audio.datasets import Track as DatasetTrack
from audio.datasets.headers import read_header
from audio.datasets.wav_copies import WavCopies, write_wav
from evaluator.tracks import Track, incomplete_references, odd_form


@dataclass(frozen=True)
class DecodedTrack(Track):
    """One song that is read from copies, all as long as the shortest of its files (`audio.datasets.wav_copies`)."""

    copies: WavCopies = field(compare=False)

    @classmethod
    def of(cls, track: DatasetTrack) -> DecodedTrack:
        """Make the song of a dataset's track, whose headers were read."""
        return cls(track.name, next(iter(track.files.values())).path.parent, WavCopies(track))

    @property
    def mixture_path(self) -> Path:
        """Where the copy of the mixture is.

        Raises:
            AudioError: The mixture is damaged.
            OSError: The copy cannot be written.
        """
        return self.copies.path(MIXTURE)

    def stem_path(self, stem: str) -> Path:
        """Where the copy of a true stem is.

        Raises:
            AudioError: The stem is damaged.
            OSError: The copy cannot be written.
        """
        return self.copies.path(stem)

    @property
    def has_references(self) -> bool:
        """Whether all four true stems are there."""
        return set(STEMS) <= set(self.copies.track.files)

    @property
    def has_mixture(self) -> bool:
        """Whether the song itself is there."""
        return MIXTURE in self.copies.track.files

    def duration_seconds(self) -> float:
        """Return the length of the copies, as the headers of the files tell it."""
        return self.copies.track.duration_seconds

    def oddities(self) -> list[str]:
        """Say what about this song differs from the challenge's: each is a sentence, for a warning."""
        headers = {name: read_header(file) for name, file in self.copies.track.files.items()}
        mixture = headers[MIXTURE]
        odd = [*odd_form(mixture.sample_rate, mixture.channels), *incomplete_references(headers)]
        shortest, *_, longest = sorted(header.samples for header in [*headers.values(), mixture])
        if shortest != longest:
            odd.append(f"Its files have from {shortest} to {longest} samples; each is taken up to {shortest}.")
        return odd

    def copy_mixture(self, target: Path) -> None:
        """Decode the mixture into a WAV file.

        Raises:
            AudioError: The mixture is damaged.
            OSError: The file cannot be written.
        """
        write_wav(self.copies.track, MIXTURE, target)

    def close(self) -> None:
        """Remove the copies."""
        self.copies.remove()
