"""Run the members on songs with known stems, each once, and keep the inner products of what they gave.

One song is in memory at a time, with the estimates of all members: about 85 MB for each stem of four minutes and each
member. The estimates themselves stay in the prediction cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from audio import STEMS
from evaluator.blend_fit.fitting import MeasuredSongs
from evaluator.blend_fit.members import Member
from evaluator.blend_fit.products import StemProducts, inner_products, join_songs
from evaluator.known_songs import KnownSong, load_song
from evaluator.tracks import Track, one_at_a_time
from separation.at_rate import separate_at_rate
from separation.band_filter import split_bands

OnSong = Callable[[str], None]
"""Called with the name of a song that one more member has separated."""


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


def _separate(member: Member, track: Track, song: KnownSong, on_song: OnSong) -> Mapping[str, Tensor]:
    estimates = separate_at_rate(member.separator, song.mixture, song.sample_rate)
    on_song(track.name)
    return estimates
