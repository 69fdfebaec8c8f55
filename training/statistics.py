"""Mean and deviation of a training set's magnitudes in each frequency bin, from which a network scales its input.

As Open-Unmix's training code measures them: of every training song once, whole and without augmentations, the
magnitudes of the mixture, averaged over the channels; the deviation is that of the whole population, and 1 where a bin
never changes (as scikit-learn's StandardScaler has it). Here songs are read in pieces of about a minute, which bounds
the memory; at their edges a frame or two of thousands differ.

Reference: https://github.com/sigsep/open-unmix-pytorch, get_statistics in scripts/train.py
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
from models.umx_config import UmxConfig
from training.errors import RecipeError
from training.songs import read_mixture
from transforms.stft import STFT, STFTConfig

PIECE_SECONDS = 60.0


@runtime_checkable
class TakesStatistics(Protocol):
    """A network whose input scaling starts from statistics."""

    config: UmxConfig
    """Says its transform."""

    def set_statistics(self, means: Tensor, deviations: Tensor) -> None:
        """Take them, shape (bins,) each."""
        ...


def network_with_statistics(network: nn.Module, architecture: str) -> TakesStatistics:
    """Return the part of a network that takes statistics.

    Raises:
        RecipeError: None does.
    """
    inner = unwrapped(network)
    if not isinstance(inner, TakesStatistics):
        raise RecipeError(
            f"The key 'model.input_statistics' goes with the architectures umx and xumx. Got '{architecture}'. "
            "Set it to false."
        )
    return inner


def magnitude_sums(config: UmxConfig, stems: tuple[str, ...], track: Track) -> Tensor:
    """Add up the magnitudes of a song's mixture.

    Args:
        config: Says the transform.
        stems: What is mixed in training; see `training.songs.read_mixture`.
        track: The song, at the network's rate.

    Returns:
        Frames, sums and sums of squares, shape (3, bins), float64.

    Raises:
        AudioError: A file is damaged.
    """
    stft = STFT(STFTConfig(window_samples=config.window_samples, hop_samples=config.hop_samples))
    sums = torch.zeros(3, config.bins, dtype=torch.float64)
    for piece in _pieces(stems, track):
        magnitudes = stft(piece).abs().mean(dim=0).double()
        sums += torch.stack(
            [torch.full_like(sums[0], magnitudes.shape[-1]), magnitudes.sum(dim=-1), magnitudes.square().sum(dim=-1)]
        )
    return sums


def statistics_of(sums: Tensor) -> tuple[Tensor, Tensor]:
    """Return means and deviations, shape (bins,) each, of what `magnitude_sums` gave, added up over songs."""
    frames, total, squares = sums
    means = total / frames
    deviations = (squares / frames - means.square()).clamp(min=0).sqrt()
    return means, torch.where(deviations > 0, deviations, torch.ones_like(deviations))


def _pieces(stems: tuple[str, ...], track: Track) -> Iterator[Tensor]:
    count = max(1, round(track.duration_seconds / PIECE_SECONDS))
    bounds = np.linspace(0, track.samples, count + 1).round().astype(int).tolist()
    for start, stop in itertools.pairwise(bounds):
        yield read_mixture(track, stems, start, stop)
