"""Filter batches by spectra, with room at the end so that nothing wraps around."""

from __future__ import annotations

from collections.abc import Callable

import torch
from scipy.fft import next_fast_len
from torch import Tensor

from audio.stems import Stems
from training.augment.batches import batch_shape


def filtered(stems: Stems, response: Callable[[int], Tensor], tail_samples: int) -> Stems:
    """Multiply the spectra of all sounds of a batch by one frequency response and keep their length.

    Args:
        stems: Name -> samples, shape (batch, channels, samples).
        response: Number of samples of the transform -> response, shape broadcastable to (batch, channels, bins), for
            bins = samples // 2 + 1.
        tail_samples: After how many samples the filter has died away.

    Returns:
        Shapes as the stems.
    """
    samples = batch_shape(stems)[2]
    # Products of 2, 3 and 5: other sizes can be many times slower, and a power of two be twice as long as needed.
    size = 2 * next_fast_len(-(-(samples + tail_samples) // 2), real=True)
    shared = response(size).to(torch.complex64)
    return {
        name: torch.fft.irfft(torch.fft.rfft(sound, n=size) * shared.to(sound.device), n=size)[..., :samples]
        for name, sound in stems.items()
    }
