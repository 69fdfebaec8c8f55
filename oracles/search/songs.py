"""The songs of a search, whole or an excerpt from the middle of each: the same for every transform.

Every trial hears all of them. They stay in memory as long as they are short, and are read again where they are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from torch import Tensor

from evaluator.known_songs import KnownSong, load_song
from evaluator.tracks import Track, one_at_a_time
from oracles.errors import OracleError

KEPT_BYTES = 1 << 30
"""How much memory songs may take between two trials."""


class SearchSongs:
    """Songs with their true stems.

    Args:
        tracks: At least one, of different names.
        excerpt_seconds: How much is taken from the middle of each; None for whole songs. Shorter ones are taken whole.

    Raises:
        OracleError: The excerpt has no length.
    """

    def __init__(self, tracks: Sequence[Track], excerpt_seconds: float | None = None) -> None:
        if excerpt_seconds is not None and not 0 < excerpt_seconds < float("inf"):
            raise OracleError(f"An excerpt must last more than 0 seconds. Got {excerpt_seconds:g}.")
        self.excerpt_seconds = excerpt_seconds
        self._tracks = tuple(tracks)
        self._kept: dict[str, KnownSong] = {}

    @property
    def names(self) -> list[str]:
        """Of the songs."""
        return [track.name for track in self._tracks]

    def __iter__(self) -> Iterator[tuple[str, KnownSong]]:
        """Yield names and songs.

        Raises:
            AudioError: A song is unreadable, or its files differ in rate or length.
        """
        for track in one_at_a_time(self._tracks):
            song = self._kept.get(track.name)
            if song is None:
                song = self._cut(load_song(track))
                self._keep_if_short(track.name, song)
            yield track.name, song

    def fingerprints(self) -> list[str]:
        """Return for each song its name and a hash of what is heard of it, by which a study knows its songs.

        Raises:
            AudioError: As iteration.
        """
        return [f"{name} ({_fingerprint(song)})" for name, song in self]

    def _cut(self, song: KnownSong) -> KnownSong:
        samples = song.mixture.shape[-1]
        if self.excerpt_seconds is None:
            return song
        wanted = min(samples, max(1, round(self.excerpt_seconds * song.sample_rate)))
        first = (samples - wanted) // 2
        middle = slice(first, first + wanted)
        # A copy: a view would keep the whole song in memory.
        references = {stem: sound[:, middle].clone() for stem, sound in song.references.items()}
        return KnownSong(song.mixture[:, middle].clone(), references, song.sample_rate)

    def _keep_if_short(self, name: str, song: KnownSong) -> None:
        kept = [*self._kept.values(), song]
        if sum(sound.nbytes for one in kept for sound in _sounds(one)) <= KEPT_BYTES:
            self._kept[name] = song


def _sounds(song: KnownSong) -> list[Tensor]:
    return [song.mixture, *song.references.values()]


def _fingerprint(song: KnownSong) -> str:
    digest = hashlib.sha256(str(song.sample_rate).encode())
    for sound in _sounds(song):
        digest.update(sound.contiguous().numpy().data)
    return digest.hexdigest()[:16]
