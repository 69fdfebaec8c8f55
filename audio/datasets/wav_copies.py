"""WAV copies of a track's files, for programs that read nothing else.

All copies of a track have its length, which is that of its shortest file: what a decoder gives beyond it is cut off,
what it gives less is silence. They hold 32-bit floats, because lossy codecs decode to samples beyond full scale.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from audio.datasets.decoding import decode_stem
from audio.datasets.tracks import Track
from audio.reading import as_stereo
from audio.resampling import fit_length
from audio.writing import write_audio


def write_wav(track: Track, stem: str, path: Path) -> None:
    """Write one file of a track as WAV, in stereo.

    Args:
        track: The track.
        stem: One of its stems, or its mixture.
        path: Where to.

    Raises:
        AudioError: The stem's file is missing or damaged.
        OSError: The copy cannot be written.
    """
    samples, sample_rate = decode_stem(track.files[stem])
    sound = as_stereo(samples, subject=f"The {stem} of '{track.name}'")
    write_audio(path, fit_length(sound, track.samples), sample_rate)


class WavCopies:
    """Copies of a track's files, each made when it is asked for first, in a temporary folder of their own."""

    def __init__(self, track: Track) -> None:
        """Take the track whose files are copied; nothing is decoded yet."""
        self.track = track
        self._folder: TemporaryDirectory[str] | None = None

    def path(self, stem: str) -> Path:
        """Return the copy of a stem, or of the mixture.

        Raises:
            AudioError: The stem's file is missing or damaged.
            OSError: The copy cannot be written.
        """
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="mdx-song-")
        path = Path(self._folder.name, f"{stem}.wav")
        if not path.exists():
            write_wav(self.track, stem, path)
        return path

    def remove(self) -> None:
        """Remove the copies; they are made anew when asked for again."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
