"""Signal transforms as differentiable torch modules: `forward` analyses, `inverse(coefficients, length)` undoes it."""

from __future__ import annotations

from transforms.stft import STFT, STFTConfig

__all__ = ["STFT", "STFTConfig"]
