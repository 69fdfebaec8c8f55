"""Separate a song at any sample rate: to the separator's rate and back, to the sample."""

from __future__ import annotations

from torch import Tensor

from audio import Stems, resample
from separation.separator import Separator


class StemLengthError(RuntimeError):
    """A separator gave stems of another length than that of its mixture."""


def check_length(samples: int, expected: int, stem: str) -> None:
    """Refuse a stem of a wrong length, which resampling would fill up or cut.

    Raises:
        StemLengthError: The lengths differ.
    """
    if samples != expected:
        raise StemLengthError(f"The stem '{stem}' must be as long as its mixture, {expected} samples. Got {samples}.")


def separate_at_rate(separator: Separator, mixture: Tensor, sample_rate: int) -> Stems:
    """Separate `mixture`, whatever its rate.

    Args:
        separator: Any separator.
        mixture: Shape (2, samples), float32; not modified.
        sample_rate: Of `mixture`, in hertz.

    Returns:
        Stems of the length and rate of `mixture`.

    Raises:
        StemLengthError: The separator gave stems of another length than it was given.
    """
    heard = resample(mixture, sample_rate, separator.sample_rate)
    stems = separator.separate(heard)
    for name, samples in stems.items():
        check_length(samples.shape[-1], heard.shape[-1], name)
    length = mixture.shape[-1]
    return {
        name: resample(samples, separator.sample_rate, sample_rate, length=length) for name, samples in stems.items()
    }
