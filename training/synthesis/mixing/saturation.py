"""Saturation and distortion by curves, with little aliasing and without oversampling.

A curve makes overtones above half the sample rate, which fold back. The mean of the curve over the straight line
between two samples has far fewer of them; it is the difference quotient of the curve's antiderivative (Parker,
Zavalishin, Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution", DAFx 2016,
https://www.dafx.de/paper-archive/2016/dafxpapers/20-DAFx-16_paper_41-PN.pdf). That mean dulls the treble; a filter of
three taps gives most of it back. A curve that is pushed off its middle moves the mean of the wave; a high-pass below
all music takes that away, as the capacitors of amplifiers do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.synthesis.mixing.equaliser import high_pass
from training.synthesis.mixing.sounds import Sound, active_level_dbfs, scaled, to_gain

Signal: TypeAlias = NDArray[np.float32]
CurveName = Literal["tanh", "soft", "hard", "fold"]

_FLAT_STEP = np.float32(0.01)
"""Below this the quotient loses its digits; the curve at the middle is as good, its error a 24th of the square."""
_TREBLE = 0.2
"""Weight of the taps that lift the treble: within 2 dB up to 15 kHz together with the mean over two samples."""
_COUPLING_HZ = 8.0


@dataclass(frozen=True)
class Curve:
    """A curve from -1 to 1 with slope 1 at 0, and its antiderivative."""

    value: Callable[[Signal], Signal]
    integral: Callable[[Signal], Signal]


def _log_cosh(x: Signal) -> Signal:
    sizes = np.abs(x)
    return np.asarray(sizes + np.log1p(np.exp(-2.0 * sizes)) - np.float32(np.log(2.0)))


def _soft(x: Signal) -> Signal:
    return np.asarray(x / (1.0 + np.abs(x)))


def _soft_integral(x: Signal) -> Signal:
    return np.asarray(np.abs(x) - np.log1p(np.abs(x)))


def _hard(x: Signal) -> Signal:
    return np.clip(x, -1.0, 1.0)


def _hard_integral(x: Signal) -> Signal:
    inside = np.clip(x, -1.0, 1.0)
    return np.asarray(0.5 * inside**2 + np.abs(x - inside))


def _fold_integral(x: Signal) -> Signal:
    return np.asarray(1.0 - np.cos(x))


CURVES: Mapping[CurveName, Curve] = MappingProxyType({
    "tanh": Curve(np.tanh, _log_cosh),
    "soft": Curve(_soft, _soft_integral),
    "hard": Curve(_hard, _hard_integral),
    "fold": Curve(np.sin, _fold_integral),
})  # fmt: skip


@dataclass(frozen=True)
class Saturation:
    """Sends a sound through a curve; it comes back as loud as it came."""

    curve: CurveName
    drive_db: float
    bias: float = 0.0
    """Pushes the sound off the middle of the curve, which adds even overtones."""
    mix: float = 1.0
    """Share of the driven sound; the rest is dry."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound with more overtones."""
        if sound.shape[-1] < 2:
            return sound
        driven = np.float32(to_gain(self.drive_db)) * sound + np.float32(self.bias)
        shaped = _mean_of_curve(CURVES[self.curve], driven, self.bias)
        if self.bias != 0.0:
            shaped = high_pass(_COUPLING_HZ)(shaped)
        wet = scaled(shaped, active_level_dbfs(sound) - active_level_dbfs(shaped))
        if self.mix == 1.0:
            return wet
        dry = _with_treble(_mean_of_neighbours(sound))
        return np.float32(1.0 - self.mix) * dry + np.float32(self.mix) * wet


def _mean_of_curve(curve: Curve, driven: Signal, rest: float) -> Signal:
    """Return the mean of the curve between neighbours, 0 where the driven sound rests."""
    line = np.concatenate([np.full((len(driven), 1), rest, np.float32), driven], axis=-1)
    steps = np.diff(line, axis=-1)
    shaped = np.diff(curve.integral(line), axis=-1)
    flat = np.abs(steps) < _FLAT_STEP
    np.divide(shaped, steps, out=shaped, where=~flat)
    np.copyto(shaped, curve.value(driven - np.float32(0.5) * steps), where=flat)
    shaped -= curve.value(np.full(1, rest, np.float32))
    return _with_treble(shaped)


def _mean_of_neighbours(sound: Sound) -> Sound:
    """Delay a dry sound by as much as the mean over a curve does."""
    mean = np.float32(0.5) * sound
    mean[:, 1:] += np.float32(0.5) * sound[:, :-1]
    return mean


def _with_treble(sound: Sound) -> Sound:
    side = np.float32(_TREBLE) * sound
    bright = sound + 2.0 * side
    bright[:, 1:] -= side[:, :-1]
    bright[:, :-1] -= side[:, 1:]
    return bright
