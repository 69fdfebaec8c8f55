"""Make a representation forget which domain it came from: a classifier learns the domain, the network unlearns it.

The classifier sits behind a reversal of the gradient: one backward pass makes it better and the layers before it worse
for it. Three convolutions of width one with ELU and a fourth give the odds, whose mean over time is judged.

References: Ganin, Lempitsky, "Unsupervised domain adaptation by backpropagation", ICML 2015,
https://arxiv.org/abs/1409.7495; Mor et al., "A universal music translation network", ICLR 2019, for the
classifier and its weight, https://arxiv.org/abs/1805.07848
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch.nn.functional as functional
from torch import Tensor, nn

from models.parts.gradient_reversal import reverse_gradient
from training.losses.stem_loss import LossInputError


@dataclass(frozen=True)
class DomainConfusionConfig:
    """Sizes of the classifier; the defaults are those of the published translation network."""

    features: int = 64
    """Channels of the representation."""
    domains: int = 2
    """How many there are to tell apart."""
    hidden_channels: int = 100
    """Channels of the layers between."""
    hidden_layers: int = 3
    """How many layers with ELU there are."""
    weight: float = 0.01
    """By how much the reversed gradient is multiplied."""

    def __post_init__(self) -> None:
        for field in ("features", "hidden_channels", "hidden_layers"):
            if getattr(self, field) < 1:
                raise LossInputError(f"{field} of the domain confusion must be 1 or more. Got {getattr(self, field)}.")
        if self.domains < 2 or self.weight < 0:
            raise LossInputError(
                "The domain confusion must have 2 domains or more and a weight of 0 or more. "
                f"Got {self.domains} domains and a weight of {self.weight}."
            )


class DomainConfusion(nn.Module):
    """The classifier and its loss; its parameters are trained together with the network's."""

    def __init__(self, config: DomainConfusionConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.features] + [config.hidden_channels] * config.hidden_layers
        layers: list[nn.Module] = []
        for ins, outs in pairwise(widths):
            layers += [nn.Conv1d(ins, outs, 1), nn.ELU()]
        self.classifier = nn.Sequential(*layers, nn.Conv1d(widths[-1], config.domains, 1))

    def forward(self, representation: Tensor, domains: Tensor) -> Tensor:
        """Return the classifier's cross-entropy, a scalar; its gradient reaches the representation reversed.

        Args:
            representation: Shape (batch, features, frames).
            domains: True domain of each item, shape (batch,), int64.
        """
        odds = self.classifier(reverse_gradient(representation, self.config.weight)).mean(dim=-1)
        return functional.cross_entropy(odds, domains)
