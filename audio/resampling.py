"""Change the sample rate, to an exact length.

soxr is used because it takes any pair of rates at bounded memory: polyphase kernels such as julius' grow with the
reduced fraction (44,099 to 44,100 Hz would need a kernel of gigabytes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    import soxr


def resample(samples: Tensor, source_rate: int, target_rate: int, *, length: int | None = None) -> Tensor:
    """Resample, and cut or pad with zeros to `length` where it is given.

    Args:
        samples: Shape (channels, samples), float32.
        source_rate: Rate of `samples`, in hertz.
        target_rate: Rate of the result, in hertz.
        length: Samples of the result; by default the rounded proportional length, at least one.

    Returns:
        Shape (channels, length), float32. Equal rates return `samples` itself when its length fits.
    """
    if length is None:
        length = max(1, round(samples.shape[-1] * target_rate / source_rate))
    if source_rate != target_rate:
        # Only songs at another rate need it: 44.1 kHz is the rule.
        import soxr

        # A fresh copy: for a single sample numpy and torch call strides contiguous that soxr refuses.
        converted = soxr.resample(np.array(samples.T.detach().cpu().numpy(), order="C"), source_rate, target_rate)
        samples = torch.from_numpy(converted).T.contiguous().to(samples.device)
    return fit_length(samples, length)


def fit_length(samples: Tensor, length: int) -> Tensor:
    """Cut the end, or pad it with zeros, to `length` samples.

    Args:
        samples: Shape (channels, samples).
        length: Samples wanted.

    Returns:
        Shape (channels, length).
    """
    missing = length - samples.shape[-1]
    return torch.nn.functional.pad(samples, (0, missing)) if missing > 0 else samples[..., :length]


class BlockResampler:
    """Resamples a sound that comes in blocks, with the result of `resample`, in memory that does not grow."""

    def __init__(self, source_rate: int, target_rate: int, length: int) -> None:
        """Begin a sound.

        Args:
            source_rate: Rate of the blocks, in hertz.
            target_rate: Rate of the result, in hertz.
            length: Samples of the whole result.
        """
        self._rates = source_rate, target_rate
        self._missing = length
        self._stream: soxr.ResampleStream | None = None
        self._channels = 0

    def push(self, samples: Tensor, *, last: bool = False) -> Tensor:
        """Take the next block.

        Args:
            samples: Shape (channels, samples), float32.
            last: Whether the sound ends with it.

        Returns:
            What can be said of the result by now, shape (channels, samples).
        """
        self._channels = samples.shape[0]
        source_rate, target_rate = self._rates
        if source_rate != target_rate:
            import soxr

            if self._stream is None:
                self._stream = soxr.ResampleStream(source_rate, target_rate, self._channels)
            converted = self._stream.resample_chunk(np.array(samples.T.numpy(), order="C"), last=last)
            samples = torch.from_numpy(converted).T.contiguous()
        samples = fit_length(samples, self._missing) if last else samples[:, : self._missing]
        self._missing -= samples.shape[-1]
        return samples

    def finish(self) -> Tensor:
        """Return the rest of the result, after at least one block."""
        return self.push(torch.zeros(self._channels, 0), last=True)


def resample_blocks(blocks: Iterable[Tensor], source_rate: int, target_rate: int, length: int) -> Iterator[Tensor]:
    """Resample a sound that comes in blocks, as `BlockResampler`.

    Args:
        blocks: Shape (channels, samples) each, float32; at least one.
        source_rate: Rate of the blocks, in hertz.
        target_rate: Rate of the result, in hertz.
        length: Samples of the result.

    Yields:
        Shape (channels, samples), `length` samples in all.
    """
    resampler = BlockResampler(source_rate, target_rate, length)
    yield from map(resampler.push, blocks)
    yield resampler.finish()
