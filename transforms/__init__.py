"""Signal transforms as differentiable torch modules: `forward` analyses, `inverse(coefficients, length)` undoes it.

Beside them are the scales that their bands lie on (`transforms.frequency_scales`), further forms of their coefficients
(`transforms.slicq_forms`), the filters that group frequencies (`transforms.mel`), companding (`transforms.mu_law`) and
the multichannel Wiener filter that works on any of them (`transforms.wiener`).
"""

from __future__ import annotations

from transforms.nsgt import NSGT, MatrixNSGT, NSGTConfig
from transforms.slicq import MatrixSliCQ, SliCQ, SliCQConfig
from transforms.stft import STFT, STFTConfig

__all__ = ["NSGT", "STFT", "MatrixNSGT", "MatrixSliCQ", "NSGTConfig", "STFTConfig", "SliCQ", "SliCQConfig"]
