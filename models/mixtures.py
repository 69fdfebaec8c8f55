"""What every separator may be given: finite stereo samples, at least one."""

from __future__ import annotations

import torch
from torch import Tensor

from models.errors import MixtureError

CHANNELS = 2


def check_mixture(mixture: Tensor) -> None:
    """Refuse what no separator can work on.

    Args:
        mixture: Samples, shape (2, samples), floating point.

    Raises:
        MixtureError: Another shape, no samples, integers, or NaN or infinite values.
    """
    if mixture.ndim != 2 or mixture.shape[0] != CHANNELS or mixture.shape[1] < 1:
        shape = tuple(mixture.shape)
        raise MixtureError(f"The mixture must have the shape (2, samples) with at least one sample. Got {shape}.")
    if not mixture.is_floating_point():
        raise MixtureError(f"The mixture must hold floating point samples. Got {mixture.dtype}.")
    if not bool(torch.isfinite(mixture).all()):
        bad_count = int((~torch.isfinite(mixture)).sum())
        raise MixtureError(
            f"The mixture must hold finite samples. Got {bad_count} that are NaN or infinite. "
            "Read the file with audio.read_audio, or replace them before separating."
        )
