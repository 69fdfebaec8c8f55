"""A drum kit: what each drum sounds like, how loud it is and where it stands, and how hits become buses.

A stroke is computed (or read) once for each strength and variant; hits are pieces of it. The closed and the pedal
hi-hat choke the open one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import OWN, Bus, Rng, Sound, Source
from training.synthesis.instruments.levels import LEVEL, PEAK, sounding_level
from training.synthesis.instruments.signals import panned, release_curve, sample_count
from training.synthesis.scores import Drum, Hit

Stroke = NDArray[np.float32]
"""(samples,) or (2, samples)."""
DrumVoice = Callable[[float, Rng], Stroke]
"""Gives one stroke of a drum at a velocity."""

BUS_OF: Mapping[Drum, Bus] = {
    "kick": "kick",
    "snare": "snare", "ghost_snare": "snare", "rim": "snare", "clap": "snare",
    "closed_hat": "cymbals", "open_hat": "cymbals", "pedal_hat": "cymbals", "crash": "cymbals", "ride": "cymbals",
    "low_tom": "toms", "mid_tom": "toms", "high_tom": "toms",
    "shaker": "percussion", "tambourine": "percussion", "cowbell": "percussion", "conga": "percussion",
}  # fmt: skip
"""The channel of the mixing desk that each drum goes to."""
GAINS: Mapping[Drum, float] = {
    "kick": 1.0,
    "snare": 0.85, "ghost_snare": 0.85, "rim": 0.45, "clap": 0.55,
    "closed_hat": 0.28, "open_hat": 0.3, "pedal_hat": 0.25, "crash": 0.45, "ride": 0.28,
    "low_tom": 0.75, "mid_tom": 0.7, "high_tom": 0.7,
    "shaker": 0.22, "tambourine": 0.25, "cowbell": 0.3, "conga": 0.45,
}  # fmt: skip
"""Peaks of full strokes beside one another, before each kit's own balance."""
_CHOKING = ("closed_hat", "pedal_hat")
_CHOKE_SECONDS = 0.02
_TAIL_SAMPLES = 256


@dataclass(frozen=True)
class Piece:
    """One drum of a kit."""

    voice: DrumVoice
    gain: float = 1.0
    position: float = 0.0
    """From -1 (left) to 1 (right)."""
    layers: int = 3
    """Strengths at which it is computed."""
    variants: int = 2
    """Strokes of the same strength that take turns."""


@dataclass(frozen=True)
class Kit:
    """A drum kit with a piece for each of scores.DRUMS."""

    name: str
    pieces: Mapping[Drum, Piece]
    sources: tuple[Source, ...] = (OWN,)
    dynamics: float = 1.3
    """Loudness is the velocity to this power."""
    timing_seconds: float = 0.002
    """Standard deviation of the times."""

    def play(self, hits: Sequence[Hit], samples: int, rng: Rng) -> dict[str, Sound]:
        """See DrumKit.play."""
        strokes = self._strokes(hits, rng)
        chokes = sorted(hit.start_seconds for hit in hits if hit.drum in _CHOKING)
        buses: dict[str, Sound] = {}
        offsets = rng.normal(0.0, self.timing_seconds, len(hits))
        turns = rng.integers(0, 1 << 16, len(hits))
        for hit, offset, turn in zip(hits, offsets, turns, strict=True):
            bus = buses.setdefault(BUS_OF[hit.drum], np.zeros((2, samples), np.float32))
            variants = strokes[hit.drum, self._layer(hit)]
            stroke = variants[int(turn) % len(variants)]
            if hit.drum == "open_hat":
                stroke = _choked(stroke, hit.start_seconds, chokes)
            start = max(0, round((hit.start_seconds + offset) * SAMPLE_RATE))
            length = max(0, min(stroke.shape[1], samples - start))
            gain = np.float32(np.clip(hit.velocity, 0.02, 1.0) ** self.dynamics)
            bus[:, start : start + length] += gain * stroke[:, :length]
        return _balanced(buses)

    def _layer(self, hit: Hit) -> int:
        layers = self.pieces[hit.drum].layers
        return min(layers - 1, int(np.clip(hit.velocity, 0.0, 1.0) * layers))

    def _strokes(self, hits: Sequence[Hit], rng: Rng) -> dict[tuple[Drum, int], list[Sound]]:
        strokes = {}
        for drum, layer in sorted({(hit.drum, self._layer(hit)) for hit in hits}):
            piece = self.pieces[drum]
            velocity = (layer + 0.7) / piece.layers
            strokes[drum, layer] = [_placed(piece.voice(velocity, rng), piece) for _ in range(piece.variants)]
        return strokes


def struck_again(stroke: Stroke, velocity: float, rng: Rng) -> Stroke:
    """Return a recorded stroke as it sounds at a velocity: duller where it is softer, and never twice the same."""
    dullness = np.float32(0.35 * (1.0 - velocity) + rng.uniform(0.0, 0.12))
    before = np.concatenate((np.zeros_like(stroke[..., :1]), stroke[..., :-1]), axis=-1)
    return stroke + dullness * (before - stroke)


def _placed(stroke: Stroke, piece: Piece) -> Sound:
    """Return a stroke (2, samples) at its place, its peak at the piece's gain, its end silent."""
    peak = float(np.abs(stroke).max(initial=1e-9))
    tail = min(stroke.shape[-1], _TAIL_SAMPLES)
    scaled = stroke * np.float32(piece.gain / peak)
    scaled[..., -tail:] *= np.linspace(1.0, 0.0, tail, dtype=np.float32)
    if scaled.ndim == 1:
        return panned(scaled, piece.position)
    tilt = np.array([[min(1.0, 1.0 - piece.position)], [min(1.0, 1.0 + piece.position)]], np.float32)
    return scaled * tilt


def _choked(stroke: Sound, start_seconds: float, chokes: Sequence[float]) -> Sound:
    later = next((choke for choke in chokes if choke > start_seconds + 0.01), None)
    if later is None or sample_count(later - start_seconds) >= stroke.shape[1]:
        return stroke
    end = sample_count(later - start_seconds)
    fall = release_curve(sample_count(_CHOKE_SECONDS))
    cut = stroke[:, : end + len(fall)].copy()
    cut[:, end:] *= fall[: cut.shape[1] - end]
    return cut


def _balanced(buses: dict[str, Sound]) -> dict[str, Sound]:
    """Return the buses under one gain, so that their sum has the level of a line and no peak above PEAK."""
    if not buses:
        return {}
    total = np.sum(list(buses.values()), axis=0)
    level, peak = sounding_level(total), float(np.abs(total).max())
    gain = np.float32(min(LEVEL / level, PEAK / peak) * (1.0 - 1e-6)) if level > 1e-9 else np.float32(0.0)
    for bus in buses.values():
        bus *= gain
    return buses
