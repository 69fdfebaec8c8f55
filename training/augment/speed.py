"""Change the speed of sounds, pitch and tempo alike, by resampling them to any number of samples.

The signal is followed by its mirror image, so that the Fourier transform sees no jump at its ends; the spectrum is then
cut or filled with zeros. That is exact for any ratio, unlike polyphase filters, whose size grows with the ratio's
denominator.
"""

from __future__ import annotations

import torch
from torch import Tensor


def resampled_to(sounds: Tensor, samples: int) -> Tensor:
    """Squeeze or spread sounds over a number of samples; all that is below both Nyquist frequencies is kept.

    Args:
        sounds: Shape (..., samples).
        samples: The new number; at least 1.

    Returns:
        Shape (..., samples); sample k is the sound at k * old / new.
    """
    old_samples = sounds.shape[-1]
    if samples == old_samples:
        return sounds.clone()
    mirrored = torch.cat([sounds, sounds.flip(-1)], dim=-1)
    # Both spectra hold one bin more than half their length; the last bin that both hold would be counted once
    # in one of them and twice in the other.
    shared_bins = min(old_samples, samples)
    spectrum = torch.fft.rfft(mirrored)[..., :shared_bins]
    return torch.fft.irfft(spectrum, n=2 * samples)[..., :samples] * (samples / old_samples)
