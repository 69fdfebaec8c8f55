"""Run the members on songs with known stems, each once, and keep the inner products of what they gave.

One song is in memory at a time, with the estimates of all members: about 85 MB for each stem of four minutes and each
member. The estimates themselves stay in the prediction cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from audio import STEMS, AudioError, Stems, read_audio
from evaluator.blend_fit.fitting import FitError, MeasuredSongs
from evaluator.blend_fit.members import Member
from evaluator.blend_fit.products import StemProducts, inner_products, join_songs
from evaluator.subsets import check_no_subset, songs_to_score
from evaluator.tracks import Track, one_at_a_time
from separation.at_rate import separate_at_rate
from separation.band_filter import split_bands

OnSong = Callable[[str], None]
"""Called with the name of a song that one more member has separated."""


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
        TrackError: A folder holds no such song, has no subsets or lacks the one that is named.
        FitError: Two songs have one name.
    """
    tracks: dict[str, Track] = {}
    for folder in folders:
        single = Track(folder.resolve().name, folder)
        if single.has_references:
            check_no_subset(folder, subset)
        for track in [single] if single.has_references else songs_to_score(folder, subset):
            if track.name in tracks:
                raise FitError(
                    f"The songs must have different names: one that is there twice would not be left out. Got "
                    f"'{track.name}' in '{tracks[track.name].folder}' and '{track.folder}'. Name it once, or rename it."
                )
            tracks[track.name] = track
    return list(tracks.values())


def measure_songs(
    tracks: Sequence[Track],
    members: Sequence[Member],
    bands_hz: Sequence[float] = (),
    on_song: OnSong = lambda song: None,
) -> MeasuredSongs:
    """Separate songs with all members, where that was not done before, and compute the products.

    Args:
        tracks: The songs; at least one.
        members: What separates them.
        bands_hz: Where estimates are cut into bands, rising; none for whole estimates.
        on_song: Called after each member of each song.

    Raises:
        AudioError: A song is unreadable, or its files differ in rate or length.
        ModelError: A member cannot be built.
    """
    givers = {
        stem: tuple(place for place, member in enumerate(members) if stem in member.separator.stems) for stem in STEMS
    }
    givers = {stem: places for stem, places in givers.items() if places}
    products: dict[str, list[StemProducts]] = {stem: [] for stem in givers}
    for track in one_at_a_time(tracks):
        song = load_song(track)
        estimates = [_separate(member, track, song, on_song) for member in members]
        for stem, places in givers.items():
            columns = [
                band for place in places for band in split_bands(estimates[place][stem], bands_hz, song.sample_rate)
            ]
            products[stem].append(inner_products(song.references[stem], columns))
    return MeasuredSongs(
        tuple(track.name for track in tracks),
        tuple(member.title for member in members),
        givers,
        {stem: join_songs(by_song) for stem, by_song in products.items()},
        tuple(bands_hz),
    )


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


def _separate(member: Member, track: Track, song: KnownSong, on_song: OnSong) -> Mapping[str, Tensor]:
    estimates = separate_at_rate(member.separator, song.mixture, song.sample_rate)
    on_song(track.name)
    return estimates
