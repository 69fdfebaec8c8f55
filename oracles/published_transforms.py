"""The STFT of the published oracle studies: scipy's, with the hops of their code.

Both studies share an oddity each: sigsep-mus-oracle hops by half a window; mss-oracle-experiments gives a quarter of a
window as the *overlap* of frames, so that its hop is three quarters. Masks then jump from frame to frame: on a real
song 0.7 dB is lost with ratio masks of magnitudes, 1.8 dB with mix-phase inversion, against a hop of a quarter.

References: https://github.com/sigsep/sigsep-mus-oracle; https://github.com/sevagh/mss-oracle-experiments
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.signal import istft, stft
from torch import Tensor

from oracles.transform import check_window


@dataclass(frozen=True)
class ScipySTFT:
    """scipy's STFT with a Hann window, computed in float64 on the CPU."""

    window_samples: int
    overlap_quarters: int
    """By how many quarters of a window frames overlap: 2 is a hop of half a window, 1 of three quarters."""

    def __post_init__(self) -> None:
        """Check the length.

        Raises:
            OracleError: It is no multiple of 4, or too long.
        """
        check_window(self.window_samples)

    @property
    def name(self) -> str:
        """In tables and files."""
        return f"STFT {self.window_samples} hop {self.window_samples - self._overlap_samples}"

    def analyse(self, sounds: Tensor) -> tuple[Tensor, ...]:
        """Transform sounds to one block, shape (..., channels, window_samples / 2 + 1, frames)."""
        padded = _at_least(sounds.cpu().double().numpy(), self.window_samples)
        coefficients = stft(padded, nperseg=self.window_samples, noverlap=self._overlap_samples)[2]
        return (torch.from_numpy(coefficients).to(sounds.dtype.to_complex()),)

    def synthesise(self, blocks: Sequence[Tensor], samples: int) -> Tensor:
        """Make sounds of so many samples."""
        (block,) = blocks
        wide = block.to(torch.complex128).numpy()
        sounds = istft(wide, nperseg=self.window_samples, noverlap=self._overlap_samples)[1]
        return torch.from_numpy(sounds[..., :samples]).to(block.dtype.to_real())

    @property
    def _overlap_samples(self) -> int:
        return self.window_samples // 4 * self.overlap_quarters


def _at_least(sounds: np.ndarray, samples: int) -> np.ndarray:
    """Append zeros to sounds shorter than a window, which scipy would analyse with a shorter one."""
    missing = max(0, samples - sounds.shape[-1])
    return np.pad(sounds, [(0, 0)] * (sounds.ndim - 1) + [(0, missing)])
