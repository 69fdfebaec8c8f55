"""A network for one channel, run on each channel of a sound alone."""

from __future__ import annotations

from torch import Tensor, nn


class EachChannel(nn.Module):
    """A network of one channel as one of any number.

    Args:
        network: A `models.network.Network` whose `channels` is 1; its weights are shared, not copied.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.stems: tuple[str, ...] = network.stems  # type: ignore[assignment]  # a Network, which torch's types hide
        self.sample_rate: int = network.sample_rate  # type: ignore[assignment]  # the same

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        samples: int = self.network.input_samples(chunk_samples)  # type: ignore[operator]  # the same
        return samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        batch, channels, samples = mixture.shape
        stems = self.network(mixture.reshape(batch * channels, 1, samples))
        return stems.reshape(batch, channels, len(self.stems), samples).transpose(1, 2)


def for_any_channels(network: nn.Module) -> nn.Module:
    """Return a network that takes several channels: itself, or a network of one channel wrapped."""
    return EachChannel(network) if getattr(network, "channels", None) == 1 else network
