"""Songs whose true stems are known, wherever they lie: found in folders and datasets, and read whole into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audio import STEMS, AudioError, Stems, read_audio
from evaluator.subsets import check_no_subset, songs_to_score
from evaluator.tracks import Track, TrackError


@dataclass(frozen=True)
class KnownSong:
    """A song with its stems, in memory."""

    mixture: Tensor
    """Shape (2, samples), float32."""
    references: Stems
    """Each as long."""
    sample_rate: int


def find_songs(folders: Sequence[Path], subset: str | None = None) -> list[Track]:
    """List the songs of folders that have all true stems.

    Args:
        folders: Each one song, a folder of songs, or a dataset.
        subset: "train", "valid" or "test", of datasets; by default the test songs.

    Raises:
        TrackError: A folder holds no such song, has no subsets or lacks the one that is named, or two songs have one
            name.
    """
    tracks: dict[str, Track] = {}
    for folder in folders:
        single = Track(folder.resolve().name, folder)
        if single.has_references:
            check_no_subset(folder, subset)
        for track in [single] if single.has_references else songs_to_score(folder, subset):
            if track.name in tracks:
                raise TrackError(
                    f"The songs must have different names: one that is there twice would count twice. Got "
                    f"'{track.name}' in '{tracks[track.name].folder}' and '{track.folder}'. Name it once, or rename it."
                )
            tracks[track.name] = track
    return list(tracks.values())


def load_song(track: Track) -> KnownSong:
    """Read a song; the mixture is the sum of the stems where it has no file.

    Raises:
        AudioError: A file is unreadable, or the files differ in rate or length.
    """
    stems = {stem: read_audio(track.stem_path(stem)) for stem in STEMS}
    sounds = [*stems.values(), *([read_audio(track.mixture_path)] if track.has_mixture else [])]
    forms = {(sound.sample_rate, sound.samples.shape[-1]) for sound in sounds}
    if len(forms) > 1:
        found = ", ".join(f"{rate} Hz with {samples} samples" for rate, samples in sorted(forms))
        raise AudioError(
            f"The files of a song must have one sample rate and one length. Got {found} in '{track.folder}'. Mend or "
            "remove it."
        )
    references = {stem: sound.samples for stem, sound in stems.items()}
    mixture = sounds[-1].samples if track.has_mixture else torch.stack(list(references.values())).sum(dim=0)
    return KnownSong(mixture, references, sounds[0].sample_rate)
