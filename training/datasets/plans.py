"""Which chunk comes when: a pure function of the seed and the chunk's number, whoever asks.

Chunks are numbered through all epochs. Neither the number of workers, nor their order, nor a stop in between changes
what a number means, so a run that is resumed sees what it would have seen. Every track comes equally often, in an order
that is shuffled anew each time all had their turn (as Open-Unmix samples MUSDB18).
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from audio.datasets.errors import DatasetError
from audio.datasets.tracks import Track
from audio.stems import MIXTURE, SAMPLE_RATE, STEMS
from training.datasets.activity import FRAME_SECONDS, ActivityTable


@dataclass(frozen=True)
class ChunkSettings:
    """How chunks are drawn."""

    chunk_samples: int
    """Length of a chunk."""
    chunks_per_epoch: int
    """How many chunks make an epoch, over all processes."""
    stems: tuple[str, ...] = STEMS
    """What a chunk holds; may name "accompaniment" (the sum of the rest) and, of whole songs, "mixture"."""
    seed: int = 0
    """Draws tracks and places; not negative."""
    sample_rate: int = SAMPLE_RATE
    """Rate of the chunks, in hertz."""
    samples_before: int = 0
    """Samples of the song that are read before a chunk as its context; silence before the song's start."""
    samples_after: int = 0
    """The same after it."""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            DatasetError: One is out of its range.
        """
        ones = ("chunk_samples", "chunks_per_epoch", "sample_rate")
        for name in (*ones, "seed", "samples_before", "samples_after"):
            least = 1 if name in ones else 0
            if getattr(self, name) < least:
                raise DatasetError(f"'{name}' must be at least {least}. Got {getattr(self, name)}.")
        if not self.stems or len(set(self.stems)) < len(self.stems):
            raise DatasetError(f"The stems of a chunk must be named, each once. Got {self.stems}.")


@dataclass(frozen=True)
class Place:
    """Where a chunk of a stem begins."""

    track: Track
    """Its track."""
    start: int
    """Its first sample."""


@dataclass(frozen=True)
class SoundRule:
    """Some chunks must hold sound: half of them a voice, say (Lluis et al., 2018, https://arxiv.org/abs/1810.12187)."""

    table: ActivityTable
    """Where the stems sound."""
    stems: tuple[str, ...]
    """Stems that the rule is about; of a whole song's chunk one of them, drawn anew, must sound."""
    probability: float = 0.5
    """Share of the chunks that must follow the rule."""
    min_active_share: float = 0.5
    """How much of the chunk must hold sound."""

    def starts(self, track: Track, stem: str, chunk_samples: int) -> np.ndarray:
        """Return the frames at which a chunk with enough sound may begin, as samples, ascending; maybe none."""
        frame_samples = FRAME_SECONDS * track.sample_rate
        chunk_frames = max(1, round(chunk_samples / frame_samples))
        parts = [self.table.of(file).active for file in track.sources(stem)]
        frames = min(map(len, parts))
        active = np.any([part[:frames] for part in parts], axis=0)
        sums = np.concatenate([[0], np.cumsum(active)])
        if len(active) < chunk_frames:
            return np.zeros(0, dtype=np.int64)
        shares = (sums[chunk_frames:] - sums[:-chunk_frames]) / chunk_frames
        starts = (np.flatnonzero(shares >= self.min_active_share) * frame_samples).astype(np.int64)
        return starts[starts <= max(0, track.samples - chunk_samples)]


class ChunkPlan(Protocol):
    """Says of each chunk where its stems come from."""

    settings: ChunkSettings
    """How the chunks are drawn."""

    def places(self, index: int) -> dict[str, Place]:
        """Return the place of each stem of a chunk; `index` counts through all epochs."""
        ...


class AlignedPlan:
    """All stems of a chunk come from one place of one song; for tracks that have all of them."""

    def __init__(self, tracks: Sequence[Track], settings: ChunkSettings, rule: SoundRule | None = None) -> None:
        """Choose the tracks.

        Args:
            tracks: Those that may be used; the ones that lack a stem are left out.
            settings: How chunks are drawn.
            rule: Which chunks must hold sound.

        Raises:
            DatasetError: No track has all stems, a rate is another one, the rule names a stem that tracks lack, or its
                table does not know one.
        """
        self.settings = settings
        self._sounding = rule.stems if rule else ()
        self.tracks = _usable(tracks, (*settings.stems, *self._sounding), settings.sample_rate)
        self._sound = _SoundStarts.find(rule, dict.fromkeys(self._sounding, self.tracks), settings.chunk_samples)

    def places(self, index: int) -> dict[str, Place]:
        """Return one place for all stems of the chunk `index`."""
        settings = self.settings
        slot = _slot(settings.seed, 0, index, len(self.tracks))
        track = self.tracks[slot]
        rng = np.random.default_rng((settings.seed, 1, index))
        stem = self._sounding[rng.integers(len(self._sounding))] if self._sounding else ""
        starts = self._sound.draw(rng, stem, slot)
        return dict.fromkeys(settings.stems, Place(track, _draw_start(rng, track, settings.chunk_samples, starts)))


class MixedPlan:
    """Each stem of a chunk comes from a song of its own, and any track serves with the stems that it has.

    Songs that never were are the strongest augmentation of the field (Uhlich et al., ICASSP 2017), and the only way
    to use tracks that lack stems. Their mixture is the sum of their stems.
    """

    def __init__(self, tracks: Sequence[Track], settings: ChunkSettings, rule: SoundRule | None = None) -> None:
        """Choose the tracks of each stem.

        Args:
            tracks: Those that may be used.
            settings: How chunks are drawn; the mixture cannot be among the stems.
            rule: Which chunks must hold sound; each of its stems must, by itself.

        Raises:
            DatasetError: No track has a stem, the mixture is asked for, a rate is another one, the rule names a stem
                that chunks lack, or its table does not know one.
        """
        if MIXTURE in settings.stems:
            raise DatasetError("Stems of different songs have no mixture but their sum. Leave out the stem 'mixture'.")
        self.settings = settings
        self.tracks = {stem: _usable(tracks, (stem,), settings.sample_rate) for stem in settings.stems}
        unknown = [stem for stem in (rule.stems if rule else ()) if stem not in settings.stems]
        if unknown:
            raise DatasetError(
                f"The stems that must sound must be some of {', '.join(settings.stems)}, since each comes from a song "
                f"of its own. Got {', '.join(unknown)}. Leave them out of data.sound, or set data.plan to aligned."
            )
        self._sound = _SoundStarts.find(rule, self.tracks, settings.chunk_samples)

    def places(self, index: int) -> dict[str, Place]:
        """Return the place of each stem of the chunk `index`; a stem's does not depend on which others there are."""
        return {stem: self._place(stem, index) for stem in self.settings.stems}

    def _place(self, stem: str, index: int) -> Place:
        settings, tracks = self.settings, self.tracks[stem]
        stream = 2 + zlib.crc32(stem.encode())
        slot = _slot(settings.seed, stream, index, len(tracks))
        rng = np.random.default_rng((settings.seed, stream, 1, index))
        starts = self._sound.draw(rng, stem, slot)
        return Place(tracks[slot], _draw_start(rng, tracks[slot], settings.chunk_samples, starts))


@dataclass(frozen=True)
class _SoundStarts:
    """Where chunks with sound may begin, found once: what the table lacks shows at the start, workers need no table."""

    starts: Mapping[str, tuple[np.ndarray, ...]]
    """Stem of the rule -> for each of its tracks the first samples, ascending."""
    probability: float

    @classmethod
    def find(cls, rule: SoundRule | None, tracks: Mapping[str, Sequence[Track]], chunk_samples: int) -> _SoundStarts:
        if rule is None:
            return cls({}, 0.0)
        starts = {stem: tuple(rule.starts(track, stem, chunk_samples) for track in tracks[stem]) for stem in rule.stems}
        return cls(starts, rule.probability)

    def draw(self, rng: np.random.Generator, stem: str, slot: int) -> np.ndarray | None:
        """Return where a stem's chunk may begin in the track of a slot; nothing when it may begin anywhere."""
        if stem in self.starts and rng.random() < self.probability and len(self.starts[stem][slot]):
            return self.starts[stem][slot]
        return None


def _usable(tracks: Sequence[Track], stems: tuple[str, ...], sample_rate: int) -> tuple[Track, ...]:
    chosen = tuple(track for track in tracks if all(track.sources(stem) for stem in stems))
    if not chosen:
        there = ", ".join(sorted({stem for track in tracks for stem in track.files})) or "none"
        raise DatasetError(
            f"Some track must have the stems {', '.join(dict.fromkeys(stems))}. None of the {len(tracks)} has (stems "
            f"there: {there}). Ask for other stems; with data.plan 'mixed' any track serves with the stems that it has."
        )
    astray = next((track for track in chosen if track.sample_rate != sample_rate), None)
    if astray is not None:
        raise DatasetError(
            f"The tracks must have {sample_rate} Hz. Got {astray.sample_rate} Hz in '{astray.name}'. "
            "Run `mdx data cache FOLDER`, which resamples."
        )
    return chosen


def _slot(seed: int, stream: int, index: int, slots: int) -> int:
    """Deal slots like cards: each once, shuffled, then all again in another order."""
    rounds, position = divmod(index, slots)
    return int(_shuffled(seed, stream, rounds, slots)[position])


@functools.lru_cache(maxsize=64)
def _shuffled(seed: int, stream: int, rounds: int, slots: int) -> np.ndarray:
    return np.random.default_rng((seed, stream, 0, rounds)).permutation(slots)


def _draw_start(rng: np.random.Generator, track: Track, chunk_samples: int, starts: np.ndarray | None) -> int:
    last = max(0, track.samples - chunk_samples)
    if starts is None:
        return int(rng.integers(last + 1))
    start = int(rng.choice(starts))
    frame_samples = round(FRAME_SECONDS * track.sample_rate)
    return start + int(rng.integers(min(frame_samples, last - start + 1)))
