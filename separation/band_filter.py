"""Weights by frequency band: one filter with linear phase, over sounds that come in blocks.

Bands are differences of low-passes: up to the first edge, between two edges, and what the last low-pass leaves of the
sound. They sum to the sound itself, so that equal weights in all bands only scale it. A sum of weighted bands is again
one filter, symmetric and without delay. Its output does not depend on how the sound is cut into blocks, not even in the
last bit, because transforms are computed on a grid that is fixed to the sound's beginning.

Reference: Oppenheim, Schafer, "Discrete-time signal processing", 3rd edition, 2009, sections 7.5 (window method) and
8.7.3 (overlap-save).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.signal import firwin
from torch import Tensor

from models.mixtures import CHANNELS
from separation.blend_plan import BlendError

TRANSITION_OF_LOWEST_EDGE = 0.5
"""Width of a low-pass's transition over the lowest edge: half an octave about it."""
_HAMMING_WIDTH = 3.3
"""Transition of a low-pass from this window, times its length, over the sample rate."""
_SHORTEST_TRANSFORM = 1 << 16


def band_kernel(weights: Sequence[float], edges_hz: Sequence[float], sample_rate: int) -> Tensor:
    """Return the filter that weights bands.

    Args:
        weights: Of each band, the lowest first: one more than edges.
        edges_hz: Between the bands, rising, below half of the sample rate.
        sample_rate: Of the sound, in hertz.

    Returns:
        Shape (taps,), float64, symmetric, an odd number of taps.

    Raises:
        BlendError: An edge is not below half of the sample rate.
    """
    if edges_hz[-1] >= sample_rate / 2:
        raise BlendError(
            f"The edges of bands must lie below half of the sample rate. Got {edges_hz[-1]:g} Hz at {sample_rate} Hz. "
            "Lower 'bands_hz' (--bands)."
        )
    half = round(_HAMMING_WIDTH * sample_rate / (TRANSITION_OF_LOWEST_EDGE * edges_hz[0]) / 2)
    kernel = np.zeros(2 * half + 1)
    kernel[half] = weights[-1]
    for edge_hz, below, above in zip(edges_hz, weights[:-1], weights[1:], strict=True):
        if below != above:
            kernel += (below - above) * firwin(len(kernel), edge_hz, fs=sample_rate)
    return torch.from_numpy(kernel)


def split_bands(samples: Tensor, edges_hz: Sequence[float], sample_rate: int) -> list[Tensor]:
    """Cut a sound into bands that sum to it, the lowest first.

    Args:
        samples: Shape (2, samples), float32; left as it is.
        edges_hz: As in `band_kernel`; none gives the sound itself as its only band.
        sample_rate: In hertz.

    Returns:
        One more band than edges, each of the sound's shape.

    Raises:
        BlendError: As `band_kernel`.
    """
    if not edges_hz:
        return [samples]
    bands = []
    for alone in np.eye(len(edges_hz) + 1).tolist():
        band_filter = BlockFilter(band_kernel(alone, edges_hz, sample_rate))
        bands.append(torch.cat((band_filter.push(samples), band_filter.finish()), dim=-1))
    return bands


class BlockFilter:
    """Filters a sound that comes in blocks with a symmetric kernel, in memory that does not grow."""

    def __init__(self, kernel: Tensor) -> None:
        """Begin a sound.

        Args:
            kernel: Shape (taps,), an odd number; its middle is the sample itself.
        """
        self._half = len(kernel) // 2
        self._size = max(_SHORTEST_TRANSFORM, 1 << (2 * len(kernel) - 1).bit_length())
        self._spectrum = torch.fft.rfft(kernel, self._size).to(torch.complex64)
        self._pending = torch.zeros(CHANNELS, self._half)
        self._missing = 0

    def push(self, samples: Tensor) -> Tensor:
        """Take the next block, shape (2, samples), and return what can be said of the result by now."""
        self._missing += samples.shape[-1]
        self._pending = torch.cat((self._pending, samples), dim=-1)
        return self._filter_pending()

    def finish(self) -> Tensor:
        """Return the rest of the result, after which silence follows the sound."""
        hop = self._size - 2 * self._half
        silence = -(-self._missing // hop) * hop + 2 * self._half - self._pending.shape[-1]
        self._pending = torch.nn.functional.pad(self._pending, (0, silence))
        return self._filter_pending()

    def _filter_pending(self) -> Tensor:
        """Filter what fills whole transforms."""
        hop = self._size - 2 * self._half
        parts = [torch.zeros(CHANNELS, 0)]
        while self._pending.shape[-1] >= self._size:
            spectrum = torch.fft.rfft(self._pending[:, : self._size]) * self._spectrum
            # The transform is circular: what it wraps around lies before the first whole output.
            part = torch.fft.irfft(spectrum, self._size)[:, 2 * self._half :][:, : self._missing]
            self._missing -= part.shape[-1]
            parts.append(part)
            self._pending = self._pending[:, hop:]
        return torch.cat(parts, dim=-1)
