"""The Wiener filters that followed xumx-sliCQ version 1: over a whole piece in its sliCQ, or in an STFT.

References: Hanssian, "Music demixing with the sliCQ transform", Music Demixing Workshop at ISMIR, 2021, section 3,
https://arxiv.org/abs/2112.05509; Stöter, Uhlich, Liutkus, Mitsufuji, "Open-Unmix - A Reference Implementation for Music
Source Separation", JOSS 4(41), 2019, whose filter and constants these are
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from transforms.stft import STFT, STFTConfig, Window
from transforms.wiener import FULL_SCALE, OPEN_UNMIX, WienerConfig, wiener_em

WHOLE_BANDS = WienerConfig(iterations=1, window_frames=None)


def filtered_blocks(estimates: Sequence[Tensor], mixture_blocks: Sequence[Tensor]) -> list[Tensor]:
    """Filter the coefficients of a sliCQ, all slices of a band together.

    Args:
        estimates: For each block (batch, stems, channels, bands, slices, length), complex.
        mixture_blocks: For each block (batch, channels, bands, slices, length), complex.

    Returns:
        Shapes as of the estimates.
    """
    # The regularisation goes by the loudest coefficient of all blocks, so that every block must know it.
    loudest = torch.stack([block.abs().flatten(1).amax(dim=1) for block in mixture_blocks]).amax(dim=0)
    scale = (loudest / FULL_SCALE).clamp(min=1.0)
    return [
        _filtered_block(estimate, mixture, scale) for estimate, mixture in zip(estimates, mixture_blocks, strict=True)
    ]


def filtered_sound(stems: Tensor, mixture: Tensor, window: Window) -> Tensor:
    """Filter stems in an STFT, with their magnitudes and the mixture's phase.

    Args:
        stems: Shape (batch, stems, channels, samples).
        mixture: Shape (batch, channels, samples).
        window: Of the STFT; published with "rectangular".

    Returns:
        Shape as of the stems.
    """
    stft = STFT(STFTConfig(window=window))
    filtered = wiener_em(stft(stems).abs(), stft(mixture), OPEN_UNMIX)
    return stft.inverse(filtered, mixture.shape[-1])


def _filtered_block(estimate: Tensor, mixture: Tensor, scale: Tensor) -> Tensor:
    sizes = scale.view(-1, *[1] * (mixture.ndim - 1))
    rows = (estimate / sizes[:, None]).flatten(-2), (mixture / sizes).flatten(-2)
    return wiener_em(*rows, WHOLE_BANDS).unflatten(-1, mixture.shape[-2:]) * sizes[:, None]
