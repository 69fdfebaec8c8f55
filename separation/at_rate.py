"""Separate a song at any sample rate: to the separator's rate and back, to the sample."""

from __future__ import annotations

from torch import Tensor

from audio import Stems, resample
from separation.separator import Separator


def separate_at_rate(separator: Separator, mixture: Tensor, sample_rate: int) -> Stems:
    """Separate `mixture`, whatever its rate.

    Args:
        separator: Any separator.
        mixture: Shape (2, samples), float32; not modified.
        sample_rate: Of `mixture`, in hertz.

    Returns:
        Stems of the length and rate of `mixture`.
    """
    stems = separator.separate(resample(mixture, sample_rate, separator.sample_rate))
    length = mixture.shape[-1]
    return {
        name: resample(samples, separator.sample_rate, sample_rate, length=length) for name, samples in stems.items()
    }
