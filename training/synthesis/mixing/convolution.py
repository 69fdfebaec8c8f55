"""Convolution with long responses, in partitions of one length.

Blocks and partitions are transformed all at once, their spectra multiplied and added up; short transforms stay in the
processor's cache, which makes this faster than one transform over the whole song (uniformly partitioned overlap-save:
Stockham 1966; Wefers, "Partitioned convolution algorithms for real-time auralization", 2015, chapter 5).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import irfft, rfft

from training.synthesis.mixing.sounds import Sound

PARTITION_SAMPLES = 1 << 15


def convolved(sound: Sound, response: Sound) -> Sound:
    """Convolve, cut to the length of the sound.

    Args:
        sound: Shape (1 or 2, samples).
        response: Shape (1 or 2, response samples); one channel serves both channels of a sound.

    Returns:
        Shape (channels, samples) with as many channels as the one of both that has more.
    """
    samples, size = sound.shape[-1], PARTITION_SAMPLES
    channels = max(len(sound), len(response))
    blocks, parts = max(1, -(-samples // size)), max(1, -(-min(response.shape[-1], samples) // size))
    kernels = np.zeros((len(response), parts * size), np.float32)
    used = min(response.shape[-1], kernels.shape[-1])
    kernels[:, :used] = response[:, :used]
    spectra = rfft(kernels.reshape(len(response), parts, size), n=2 * size, axis=-1)
    padded = np.zeros((len(sound), (blocks + 1) * size), np.float32)
    padded[:, size : size + samples] = sound
    inputs = rfft(sliding_window_view(padded, 2 * size, axis=-1)[:, ::size], axis=-1)
    outputs = np.zeros((channels, blocks, size + 1), np.complex64)
    for part in range(min(parts, blocks)):
        outputs[:, part:] += inputs[:, : blocks - part] * spectra[:, part : part + 1]
    return np.asarray(irfft(outputs, axis=-1)[..., size:].reshape(channels, -1)[:, :samples])
