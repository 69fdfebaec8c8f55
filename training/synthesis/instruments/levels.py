"""One level for everything that is played, so that the mixing desk starts from known ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.synthesis.instruments.interfaces import Sound
from training.synthesis.instruments.signals import doubled

PEAK = 1.0
"""No line and no sum of a kit's buses goes above it."""
LEVEL = 0.1
"""Root mean square, over the times when a line sounds, that lines are brought to unless their peaks forbid it."""
_BLOCK_SAMPLES = 4096


def sounding_level(sound: NDArray[np.float32]) -> float:
    """Return the root mean square over the blocks within 30 dB of the loudest; 0 for silence."""
    blocks = sound.shape[-1] // _BLOCK_SAMPLES
    if blocks == 0:
        return float(np.sqrt(np.mean(np.square(sound)))) if sound.size else 0.0
    whole = sound[..., : blocks * _BLOCK_SAMPLES].reshape(-1, blocks, _BLOCK_SAMPLES)
    power = np.einsum("cbs,cbs->b", whole, whole) / (whole.shape[0] * _BLOCK_SAMPLES)
    loud = power[power >= 1e-3 * power.max()]
    return float(np.sqrt(loud.mean()))


def levelled(sound: NDArray[np.float32]) -> Sound:
    """Return a line (2, samples) at LEVEL, or softer where its peak would go above PEAK; silence stays silence.

    Args:
        sound: (samples,) or (2, samples).
    """
    level, peak = sounding_level(sound), float(np.abs(sound).max(initial=0.0))
    gain = min(LEVEL / level, PEAK / peak) if level > 1e-9 else 0.0
    scaled = sound * np.float32(gain * (1.0 - 1e-6))
    return scaled if scaled.ndim == 2 else doubled(scaled)
