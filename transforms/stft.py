"""The short-time Fourier transform (STFT) and its inverse.

One module for every network here that works on spectrograms. It computes the same coefficients as `torch.stft`, takes
any leading dimensions and any length from one sample up, and its inverse is the least-squares one: frames are windowed
a second time, overlap-added and divided by the sum of the squared windows.

Reference: Griffin, Lim, "Signal Estimation from Modified Short-Time Fourier Transform", IEEE Trans. ASSP 32(2), 1984,
equation 6, https://doi.org/10.1109/TASSP.1984.1164317
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from transforms.checks import check_signal

Window = Literal["hann", "rectangular"]
Padding = Literal["reflect", "zeros", "zeros_to_hop", "none"]

_SMALLEST_RELATIVE_ENVELOPE = 1e-4


@dataclass(frozen=True)
class STFTConfig:
    """Which STFT; the defaults are Open-Unmix's; `transforms.stft_conventions` has those of others."""

    window_samples: int = 4096
    """Length of a frame and of its Fourier transform; even."""
    hop_samples: int = 1024
    """Step between frames; at most half a window."""
    window: Window = "hann"
    """Shape of the window, periodic: the sample after its last one would equal its first."""
    padding: Padding = "reflect"
    """What is added for half a window at both ends, so that frame k is centred on sample k hop_samples.

    With "zeros_to_hop" the signal is first extended by zeros to a whole number of hops, so that its last samples are in
    as many frames as the others. With "none" nothing is added and frame k begins at sample k hop_samples.
    """
    amplitude_scale: float = 1.0
    """Factor on the coefficients; window_samples ** -0.5 is what `torch.stft` calls normalized."""

    def __post_init__(self) -> None:
        if self.window_samples < 2 or self.window_samples % 2:
            raise ValueError(f"window_samples must be even and at least 2. Got {self.window_samples}.")
        if not 1 <= self.hop_samples <= self.window_samples // 2:
            raise ValueError(
                f"hop_samples must be from 1 to half a window, {self.window_samples // 2}. Got {self.hop_samples}."
            )
        if self.window not in get_args(Window):
            raise ValueError(f"window must be one of {', '.join(get_args(Window))}. Got '{self.window}'.")
        if self.padding not in get_args(Padding):
            raise ValueError(f"padding must be one of {', '.join(get_args(Padding))}. Got '{self.padding}'.")
        if not self.amplitude_scale > 0:
            raise ValueError(f"amplitude_scale must be above 0. Got {self.amplitude_scale}.")

    @property
    def bins(self) -> int:
        """Number of frequencies, from 0 to half the sample rate."""
        return self.window_samples // 2 + 1


class STFT(nn.Module):
    """STFT of real signals, on the signal's device and in its precision; it has no state.

    A signal too short for the padding is first extended by zeros at its end: to half a window and one sample for
    "reflect", to a window for "none".

    The inverse is exact for hops up to a quarter of a window. Wherever the squared windows add up to less than
    1e-4 of their maximum, the result fades instead of being amplified: with "none" at both ends, with a hop of half a
    window in the last samples of a length that is no multiple of the hop. Samples that no frame reaches are zero.
    """

    def __init__(self, config: STFTConfig) -> None:
        super().__init__()
        self.config = config

    def frames(self, samples: int) -> int:
        """Return how many frames a signal of so many samples has."""
        config = self.config
        uncentred = config.window_samples if config.padding == "none" else 0
        return 1 + (self._extended_samples(samples) - uncentred) // config.hop_samples

    def forward(self, signal: Tensor) -> Tensor:
        """Analyse a signal.

        Args:
            signal: Shape (..., samples), float32 or float64.

        Returns:
            Shape (..., bins, frames), complex.

        Raises:
            ValueError: The signal has no sample or another type.
        """
        check_signal(signal)
        frames = self._padded(signal).unfold(-1, self.config.window_samples, self.config.hop_samples)
        window = self._window(signal) * self.config.amplitude_scale
        return torch.fft.rfft(frames * window).transpose(-1, -2)

    def inverse(self, coefficients: Tensor, length: int) -> Tensor:
        """Synthesise the signal whose STFT is nearest to some coefficients.

        Args:
            coefficients: Shape (..., bins, frames), complex.
            length: Samples of the signal; the number of frames must be that of a signal of this length.

        Returns:
            Shape (..., length), real.

        Raises:
            ValueError: The coefficients do not belong to a signal of this length.
        """
        config = self.config
        self._check_coefficients(coefficients, length)
        frames = torch.fft.irfft(coefficients.transpose(-1, -2), n=config.window_samples)
        window = self._window(frames)
        signal = self._overlap_add(frames.mul_(window))
        envelope = self._overlap_add(window.square().expand(frames.shape[-2], -1)) * config.amplitude_scale
        floor = _SMALLEST_RELATIVE_ENVELOPE * envelope.max()
        start = 0 if config.padding == "none" else config.window_samples // 2
        kept = slice(start, start + length)
        signal = signal[..., kept] / torch.maximum(envelope, floor)[kept]
        return _extended(signal, length)

    def _extended_samples(self, samples: int) -> int:
        """Return the length of a signal of so many samples after zeros are appended."""
        window_samples, hop_samples = self.config.window_samples, self.config.hop_samples
        if self.config.padding == "zeros_to_hop":
            return -(-samples // hop_samples) * hop_samples
        return max(
            samples, {"reflect": window_samples // 2 + 1, "zeros": 1, "none": window_samples}[self.config.padding]
        )

    def _padded(self, signal: Tensor) -> Tensor:
        signal = _extended(signal, self._extended_samples(signal.shape[-1]))
        half = self.config.window_samples // 2
        if self.config.padding == "reflect":
            # Torch reflects tensors of two or three dimensions only.
            flat = functional.pad(signal.reshape(1, -1, signal.shape[-1]), (half, half), mode="reflect")
            return flat.reshape(*signal.shape[:-1], -1)
        return signal if self.config.padding == "none" else functional.pad(signal, (half, half))

    def _window(self, like: Tensor) -> Tensor:
        # Made anew at each call: a buffer would have one precision and would appear in state dicts of networks.
        make = torch.hann_window if self.config.window == "hann" else torch.ones
        return make(self.config.window_samples, dtype=like.dtype, device=like.device)

    def _overlap_add(self, frames: Tensor) -> Tensor:
        """Add frames (..., frames, window_samples) up at their places; the end may hold up to a hop of zeros more."""
        hop, count = self.config.hop_samples, frames.shape[-2]
        parts = -(-self.config.window_samples // hop)
        frames = _extended(frames, parts * hop).unflatten(-1, (parts, hop))
        signal = frames.new_zeros(*frames.shape[:-3], count + parts - 1, hop)
        for part in range(parts):
            signal[..., part : part + count, :] += frames[..., part, :]
        return signal.flatten(-2)

    def _check_coefficients(self, coefficients: Tensor, length: int) -> None:
        expected = (self.config.bins, self.frames(length))
        if length < 1 or not coefficients.is_complex() or coefficients.shape[-2:] != expected:
            raise ValueError(
                f"The coefficients of a signal of {length} samples must be complex of shape (..., {expected[0]} bins, "
                f"{expected[1]} frames), and the length 1 or more. "
                f"Got {coefficients.dtype} of shape {tuple(coefficients.shape)}."
            )


def _extended(signal: Tensor, samples: int) -> Tensor:
    """Append zeros up to a length; torch's padding by nothing would copy."""
    missing = samples - signal.shape[-1]
    return functional.pad(signal, (0, missing)) if missing > 0 else signal
