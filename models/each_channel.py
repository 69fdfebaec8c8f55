"""A network for one channel, run on each channel of a sound alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from torch import Tensor, nn

from models.network import ClassNetwork, Network


class EachChannel(nn.Module):
    """A network of one channel as one of any number.

    Args:
        network: A `models.network.Network` whose `channels` is 1; its weights are shared, not copied.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.stems = self._separator.stems
        self.sample_rate = self._separator.sample_rate

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return self._separator.input_samples(chunk_samples)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        return _on_each(self._separator, mixture)

    @property
    def _separator(self) -> Network:
        return cast(Network, self.network)


class EachChannelsClasses(EachChannel):
    """The same of a `models.network.ClassNetwork`, which it remains.

    Args:
        network: Its `channels` is 1; its weights are shared, not copied.
    """

    def logits(self, mixture: Tensor) -> Tensor:
        """Map (batch, channels, samples) to logarithms of odds, (batch, stems, classes, channels, samples)."""
        return _on_each(cast(ClassNetwork, self.network).logits, mixture)


def for_any_channels(network: nn.Module) -> nn.Module:
    """Return a network that takes several channels: itself, or a network of one channel wrapped."""
    if getattr(network, "channels", None) != 1:
        return network
    return EachChannelsClasses(network) if isinstance(network, ClassNetwork) else EachChannel(network)


def _on_each(function: Callable[[Tensor], Tensor], mixture: Tensor) -> Tensor:
    """Call what maps (batch, 1, samples) to (batch, ..., 1, samples) with (batch, channels, samples)."""
    results = function(mixture.flatten(0, 1)[:, None])
    return results.squeeze(-2).unflatten(0, mixture.shape[:2]).movedim(1, -2)
