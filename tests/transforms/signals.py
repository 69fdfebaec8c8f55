"""Signals and settings that the tests of transforms share."""

from __future__ import annotations

import torch
from hypothesis import strategies

from transforms.frequency_scales import (
    BarkScale,
    ConstantQScale,
    LinearScale,
    MelScale,
    VariableQScale,
    octave_scale,
)


def noise(*shape, dtype=torch.float64, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def scaled_like(coefficients, seed=0):
    """Return other coefficients: those given times random masks."""
    return [block * noise(*block.shape, seed=seed).abs() for block in coefficients]


@strategies.composite
def scales(draw, lowest_max_hz=160.0):
    """Draw any frequency scale for signals at 44.1 kHz; its highest bands may lie above half of that."""
    min_hz = draw(strategies.floats(20.0, 2000.0))
    max_hz = draw(strategies.floats(max(8 * min_hz, lowest_max_hz), 30_000.0))
    bands = draw(strategies.integers(12, 60))
    kind = draw(strategies.sampled_from([BarkScale, ConstantQScale, LinearScale, MelScale, VariableQScale, "octave"]))
    if kind == "octave":
        return octave_scale(min_hz, max_hz, draw(strategies.integers(2, 12)))
    if kind is VariableQScale:
        return VariableQScale(min_hz, max_hz, bands, draw(strategies.floats(0.0, 100.0)))
    return kind(min_hz, max_hz, bands)
