"""What networks that name mu-law classes have in common: how a mixture goes in, and how classes come out.

Reference: https://github.com/ShichengChen/Audio-Source-Separation; van den Oord et al., "WaveNet: A Generative Model
for Raw Audio", 2016, section 2.2, https://arxiv.org/abs/1609.03499
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.errors import SettingsError
from models.parts.batches import check_batch
from transforms.mu_law import CLASSES, compress, decode


@dataclass(frozen=True)
class CompandedScale:
    """The scale on which a network hears and writes; the defaults are the published ones."""

    levels: int = CLASSES
    """Classes of the mu-law scale."""
    mean: float = -0.0039727693202439695
    """Mean of the companded mixtures of the training set, taken from what goes in."""
    deviation: float = 0.54840165197849278
    """Their standard deviation, by which it is divided."""

    def __post_init__(self) -> None:
        """Refuse what is no scale."""
        if self.levels < 2:
            raise SettingsError(f"A companded scale's 'levels' must be at least 2. Got {self.levels}.")
        if not self.deviation > 0:
            raise SettingsError(f"A companded scale's 'deviation' must be above 0. Got {self.deviation}.")


PUBLISHED_SCALE = CompandedScale()
UNSHIFTED = CompandedScale(mean=0.0, deviation=1.0)


def companded_alone(mixture: Tensor, channels: int, reach_samples: int, scale: CompandedScale) -> Tensor:
    """Put each channel of a mixture, with silence around it, on a network's scale.

    Args:
        mixture: Shape (batch, channels, samples).
        channels: How many the network was built for.
        reach_samples: Length of the silence on each side.
        scale: Where it goes.

    Returns:
        Shape (batch x channels, 1, samples + 2 x reach_samples).

    Raises:
        MixtureError: Another shape.
    """
    check_batch(mixture, channels)
    alone = functional.pad(mixture.flatten(0, 1)[:, None], (reach_samples, reach_samples))
    return (compress(alone, scale.levels) - scale.mean) / scale.deviation


class ClassHeads(nn.Module):
    """Two convolutions of width one from what units added up to the classes; the second is each stem's own.

    Args:
        width: Channels of what goes in.
        levels: Number of classes.
        stems: Names of the stems.
    """

    def __init__(self, width: int, levels: int, stems: Sequence[str]) -> None:
        super().__init__()
        self.hidden = nn.Conv1d(width, width, 1)
        self.heads = nn.ModuleList(nn.Conv1d(width, levels, 1) for _ in stems)

    def forward(self, summed: Tensor, batch_and_channels: tuple[int, int]) -> Tensor:
        """Map (batch x channels, width, samples) to (batch, stems, levels, channels, samples)."""
        hidden = functional.relu(self.hidden(functional.relu(summed)))
        logits = torch.stack([head(hidden) for head in self.heads], dim=1)
        return logits.unflatten(0, batch_and_channels).movedim(1, 3)


def likeliest_sound(logits: Tensor) -> Tensor:
    """Return the sound of the likeliest classes: (..., levels, channels, samples) to (..., channels, samples)."""
    return decode(logits.argmax(dim=-3), logits.shape[-3])
