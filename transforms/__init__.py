"""Signal transforms as differentiable torch modules: `forward` analyses, `inverse(coefficients, length)` undoes it.

Beside them are the filters that group frequencies (`transforms.mel`).
"""

from __future__ import annotations

from transforms.stft import STFT, STFTConfig

__all__ = ["STFT", "STFTConfig"]
