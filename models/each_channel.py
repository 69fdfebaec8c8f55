"""A network for one channel, run on each channel of a sound alone."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from models.network import Network


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
        separated = self._separator(mixture.flatten(0, 1)[:, None])
        return separated.squeeze(-2).unflatten(0, mixture.shape[:2]).movedim(1, -2)

    @property
    def _separator(self) -> Network:
        return cast(Network, self.network)


def for_any_channels(network: nn.Module) -> nn.Module:
    """Return a network that takes several channels: itself, or a network of one channel wrapped."""
    return EachChannel(network) if getattr(network, "channels", None) == 1 else network


def unwrapped(network: nn.Module) -> nn.Module:
    """Return the network itself, of one that is run on each channel."""
    return network.network if isinstance(network, EachChannel) else network
