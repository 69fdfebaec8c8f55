"""Read a song as every separator wants it: stereo, float32, finite.

Mono is doubled, more than two channels are refused (a downmix would be a guess), samples that are no numbers become
zero with a warning: a separator would spread one NaN over the whole song. The sample rate is kept; `audio.resampling`
changes it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audio.decoding import decode
from audio.errors import AudioError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Audio:
    """One song or stem in memory."""

    samples: Tensor
    """float32, shape (2, samples), finite."""
    sample_rate: int
    """In hertz, as in the file."""

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.samples.shape[-1] / self.sample_rate


def read_audio(path: Path | str) -> Audio:
    """Read an audio file of any common format.

    Raises:
        AudioError: The file is missing, empty, cut off, no audio, without samples, or has more than two channels.
    """
    path = Path(path)
    samples, sample_rate = decode(path)
    return Audio(as_stereo(samples, subject=f"The audio file '{path}'"), sample_rate)


def as_stereo(samples: np.ndarray, *, subject: str) -> Tensor:
    """Turn decoded samples into a finite stereo tensor.

    Args:
        samples: Shape (samples,) or (samples, channels) with one or two channels, floating point, full scale being 1.
        subject: What is converted, as the start of a sentence in messages.

    Returns:
        float32, shape (2, samples), a copy.

    Raises:
        AudioError: Wrong shape, no samples, more than two channels, or integers, whose full scale is unknown.
    """
    if not np.issubdtype(samples.dtype, np.floating):
        raise AudioError(
            f"{subject} must hold floating point samples. Got {samples.dtype}. Divide integers by their full scale."
        )
    if samples.ndim == 1:
        samples = samples[:, None]
    if samples.ndim != 2 or samples.shape[1] not in (1, 2):
        raise AudioError(
            f"{subject} must be mono or stereo, shape (samples, channels). Got shape {samples.shape}. "
            "Mix it down to two channels first."
        )
    if samples.shape[0] == 0:
        raise AudioError(f"{subject} must hold at least one sample. Got none. Name another file.")
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples
    tensor = torch.from_numpy(np.array(stereo.T, dtype=np.float32, order="C"))
    finite = torch.isfinite(tensor)
    if not bool(finite.all()):
        logger.warning("%s holds %d samples that are NaN or infinite; they are read as zero.", subject, (~finite).sum())
        tensor = torch.where(finite, tensor, 0.0)
    return tensor
