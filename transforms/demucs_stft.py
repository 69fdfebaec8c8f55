"""The STFT as the Demucs family uses it: a frame for each hop of the signal, and no bin at half the sample rate.

Frame k is centred half a hop after sample k hop_samples, so that a spectrogram's frames and a waveform network's steps
of a hop begin together. What it drops is not restored: the highest bin, and at both ends the frames that only reach
into the signal, so that the first and last one and a half hops come back fainter.

Reference: Défossez, "Hybrid Spectrogram and Waveform Source Separation", Music Demixing Workshop at ISMIR, 2021,
https://arxiv.org/abs/2111.03600
"""

from __future__ import annotations

import torch.nn.functional as functional
from torch import Tensor, nn

from transforms.checks import check_blocks, check_signal
from transforms.stft import STFT, STFTConfig

_FRAMES_DROPPED_AT_EACH_END = 2


class DemucsSTFT(nn.Module):
    """STFT with a Hann window, a hop of a quarter of it and coefficients scaled by window_samples ** -0.5; no state.

    Args:
        window_samples: Length of a frame; a multiple of 8.

    Raises:
        ValueError: window_samples is no multiple of 8.
    """

    def __init__(self, window_samples: int = 4096) -> None:
        super().__init__()
        if window_samples < 8 or window_samples % 8:
            raise ValueError(f"window_samples must be a multiple of 8 and at least 8. Got {window_samples}.")
        self.bins = window_samples // 2
        self.hop_samples = window_samples // 4
        self._pad_samples = self.hop_samples // 2 * 3
        self._stft = STFT(STFTConfig(window_samples, self.hop_samples, amplitude_scale=window_samples**-0.5))

    def frames(self, samples: int) -> int:
        """Return how many frames a signal of so many samples has."""
        return -(-samples // self.hop_samples)

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
        samples = signal.shape[-1]
        end = self._pad_samples + self.frames(samples) * self.hop_samples - samples
        # A signal too short to be reflected so far is extended by zeros first.
        zeros = max(0, end + 1 - samples)
        flat = functional.pad(signal, (0, zeros)).reshape(1, -1, samples + zeros)
        padded = functional.pad(flat, (self._pad_samples, end - zeros), mode="reflect")
        inner = slice(_FRAMES_DROPPED_AT_EACH_END, -_FRAMES_DROPPED_AT_EACH_END)
        return self._stft(padded.reshape(*signal.shape[:-1], -1))[..., :-1, inner]

    def inverse(self, coefficients: Tensor, length: int) -> Tensor:
        """Synthesise a signal (..., length) of coefficients shaped as those of a signal of this length.

        Raises:
            ValueError: The coefficients do not belong to a signal of this length.
        """
        frames = self.frames(length)
        check_blocks([coefficients], [(self.bins, frames)], length)
        around = _FRAMES_DROPPED_AT_EACH_END
        padded = functional.pad(coefficients, (around, around, 0, 1))
        samples = frames * self.hop_samples + 2 * self._pad_samples
        return self._stft.inverse(padded, samples)[..., self._pad_samples : self._pad_samples + length]
