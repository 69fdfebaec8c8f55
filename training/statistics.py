"""Mean and deviation of a training set's magnitudes in each frequency bin, from which a network scales its input.

As Open-Unmix's training code measures them: of every training song once, whole and without augmentations, the
magnitudes of the mixture, averaged over the channels; the deviation is that of the whole population, and 1 where a bin
never changes (as scikit-learn's StandardScaler has it). Bins are those of the network's transform: of an STFT, or the
bands of a sliCQ, some of which have more frames than others. Songs are read in pieces of about a minute, which bounds
the memory; at their edges a frame or two of thousands differ.

References: https://github.com/sigsep/open-unmix-pytorch, get_statistics in scripts/train.py, and the function of the
same name of https://github.com/sevagh/xumx-sliCQ
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from audio.datasets import Track
from models.each_channel import unwrapped
from training.errors import RecipeError
from training.songs import read_mixture

PIECE_SECONDS = 60.0


@runtime_checkable
class TakesStatistics(Protocol):
    """A network whose input scaling starts from statistics."""

    channels: int
    sample_rate: int

    def read_magnitudes(self, mixture: Tensor) -> list[Tensor]:
        """Return the magnitudes that it scales, of a mixture (channels, samples).

        One tensor or more, (channels, bins, frames) each; the bins of all of them are those of the statistics.
        """
        ...

    def set_statistics(self, means: Tensor, deviations: Tensor) -> None:
        """Take them, shape (bins,) each, those of all tensors in a row."""
        ...


def network_with_statistics(network: nn.Module, architecture: str) -> TakesStatistics:
    """Return the part of a network that takes statistics.

    Raises:
        RecipeError: None does.
    """
    inner = unwrapped(network)
    if not isinstance(inner, TakesStatistics):
        raise RecipeError(
            f"The key 'model.input_statistics' goes with networks that scale their input: umx, xumx, xumx_slicq_v1 and "
            f"xumx_slicq_v2. Got '{architecture}'. Set it to false."
        )
    return inner


def no_sums(network: TakesStatistics) -> Tensor:
    """Return what `magnitude_sums` gives, for no song at all: zeros."""
    a_second = network.read_magnitudes(torch.zeros(network.channels, network.sample_rate))
    return torch.zeros(3, sum(magnitudes.shape[-2] for magnitudes in a_second), dtype=torch.float64)


def magnitude_sums(network: TakesStatistics, stems: tuple[str, ...], track: Track) -> Tensor:
    """Add up the magnitudes of a song's mixture.

    Args:
        network: Says which.
        stems: What is mixed in training; see `training.songs.read_mixture`.
        track: The song, at the network's rate.

    Returns:
        Frames, sums and sums of squares, shape (3, bins), float64.

    Raises:
        AudioError: A file is damaged.
    """
    return sum((_sums(network.read_magnitudes(piece)) for piece in _pieces(stems, track)), start=no_sums(network))


def statistics_of(sums: Tensor) -> tuple[Tensor, Tensor]:
    """Return means and deviations, shape (bins,) each, of what `magnitude_sums` gave, added up over songs."""
    frames, total, squares = sums
    means = total / frames
    deviations = (squares / frames - means.square()).clamp(min=0).sqrt()
    return means, torch.where(deviations > 0, deviations, torch.ones_like(deviations))


def _sums(magnitudes: list[Tensor]) -> Tensor:
    """Return frames, sums and sums of squares of each bin, shape (3, bins), float64."""
    in_rows = [tensor.mean(dim=0).double() for tensor in magnitudes]
    sums = [
        torch.stack([torch.full_like(rows[:, 0], rows.shape[-1]), rows.sum(dim=-1), rows.square().sum(dim=-1)])
        for rows in in_rows
    ]
    return torch.cat(sums, dim=-1)


def _pieces(stems: tuple[str, ...], track: Track) -> Iterator[Tensor]:
    count = max(1, round(track.duration_seconds / PIECE_SECONDS))
    bounds = np.linspace(0, track.samples, count + 1).round().astype(int).tolist()
    for start, stop in itertools.pairwise(bounds):
        yield read_mixture(track, stems, start, stop)
