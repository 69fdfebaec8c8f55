"""Wave-U-Net (M1 to M7 and M5-HighSR): a U-Net on the waveform itself, with all the context that it needs around.

normalisation: none; samples go in as they are, full scale being 1. M1 to M6 work at 22.05 kHz: resample around.

From M3 on no convolution is padded, so a window of 147443 samples gives the 16389 in its middle; the ends of a song are
padded with zeros. Feature maps are halved by leaving out every other sample, and doubled by inserting one between each
two: their mean, or a mixture with a learned weight for each channel (M5). The stems but the last come from a
convolution of width one and tanh, the last is what they leave of the mixture, cut at full scale outside training (in M1
it is as the others). `models.wave_u_net_config` lists the variants.

Reference: Stoller, Ewert, Dixon, "Wave-U-Net: a multi-scale neural network for end-to-end audio source separation",
ISMIR 2018, https://arxiv.org/abs/1806.03185
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.files.tensorflow_checkpoint import read_published_checkpoint
from models.files.tensorflow_variables import fill_network
from models.manifest import ModelEntry
from models.network import Bag
from models.parts.batches import check_batch
from models.parts.cropping import middle
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.single_network import Recipe, build_single
from models.wave_u_net_config import WaveUNetConfig, window_sizes
from models.wave_u_net_doubling import EvenDoubling, LearnedDoubling, MeanDoubling

WINDOW_SAMPLES = 1 << 18
"""Output of a window when rows are built: as published a window is 16389 samples, for four times the work."""

_LEAK = 0.2
_SCOPE = "separator"


class WaveUNet(nn.Module):
    """The network and the walk of its window over a song."""

    def __init__(self, config: WaveUNetConfig) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        self.taken_samples, self.given_samples = window_sizes(config)
        widths = [config.width * level for level in range(1, config.levels + 2)]
        down_padding, up_padding = _paddings(config)
        self.down = nn.ModuleList(
            nn.Conv1d(ins, outs, config.down_kernel, padding=down_padding)
            for ins, outs in zip([config.channels, *widths[:-1]], widths, strict=True)
        )
        self.doubling = nn.ModuleList(_doubling(config, width) for width in reversed(widths[1:]))
        self.up = nn.ModuleList(
            nn.Conv1d(below + skip, skip, config.up_kernel, padding=up_padding)
            for below, skip in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.heads = nn.ModuleList(
            nn.Conv1d(config.width + config.channels, config.channels, 1) for _ in config.estimated
        )
        for layer in (*self.down, *self.up, *self.heads):
            # The publisher's start: without biases silence stays silent.
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no more, its context is silence."""
        return chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Split a mixture of any length with silence around it.

        Args:
            mixture: Shape (batch, channels, samples), float32; left as it is.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, self.channels)
        samples, taken, given = mixture.shape[2], self.taken_samples, self.given_samples
        context = (taken - given) // 2
        # A song shorter than a window is filled up to one, as the publisher does: that decides where windows lie.
        whole = max(samples, taken)
        padded = functional.pad(mixture, (context, context + whole - samples))
        separated = mixture.new_empty(mixture.shape[0], len(self.stems), self.channels, whole)
        for start in _window_starts(samples, whole, given):
            separated[..., start : start + given] = self.separate_window(padded[..., start : start + taken])
        return separated[..., :samples]

    def separate_window(self, window: Tensor) -> Tensor:
        """Split one window.

        Args:
            window: Shape (batch, channels, taken_samples).

        Returns:
            Shape (batch, stems, channels, given_samples): the stems in the window's middle.
        """
        skips = []
        features = window
        *downs, bottleneck = self.down
        for down in downs:
            features = functional.leaky_relu(down(features), _LEAK)
            skips.append(features)
            features = features[..., ::2]
        features = functional.leaky_relu(bottleneck(features), _LEAK)
        for doubling, up in zip(self.doubling, self.up, strict=True):
            doubled = doubling(features)
            joined = torch.cat([middle(skips.pop(), doubled.shape[-1]), doubled], dim=1)
            features = functional.leaky_relu(up(joined), _LEAK)
        mixture = middle(window, features.shape[-1])
        features = torch.cat([mixture, features], dim=1)
        stems = [torch.tanh(head(features)) for head in self.heads]
        if not self.config.difference:
            return torch.stack(stems, dim=1)
        rest = mixture - torch.stack(stems).sum(dim=0)
        return torch.stack([*stems, rest if self.training else rest.clamp(-1, 1)], dim=1)


class WaveUNetInContext(nn.Module):
    """A Wave-U-Net that is given the song around a chunk instead of silence.

    Chunks of `network.given_samples` without overlap give what `forward` of the network gives, but for a last one that
    is shorter: it lies in the middle of its window, where other samples are halved away.

    Args:
        network: The network; its weights are shared, not copied.
    """

    def __init__(self, network: WaveUNet) -> None:
        super().__init__()
        self.network = network
        self.config = network.config
        self.stems = network.stems
        self.sample_rate = network.sample_rate
        self.channels = network.channels

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        windows = -(-chunk_samples // self.network.given_samples)
        return self.network.taken_samples + (windows - 1) * self.network.given_samples

    def forward(self, padded: Tensor) -> Tensor:
        """Separate a chunk with its context.

        Args:
            padded: Shape (batch, channels, input_samples(chunk)).

        Returns:
            Shape (batch, stems, channels, samples), as long as the input: the chunk's stems in the middle, zeros at the
            outer context.
        """
        windows = padded.unfold(-1, self.network.taken_samples, self.network.given_samples).unbind(dim=2)
        stems = torch.cat([self.network.separate_window(window) for window in windows], dim=-1)
        context = (padded.shape[-1] - stems.shape[-1]) // 2
        return functional.pad(stems, (context, context))


class ConfiguredWaveUNet(WaveUNetInContext):
    """The same, made from a config, as training makes networks.

    Args:
        config: What the network is made of.
    """

    def __init__(self, config: WaveUNetConfig) -> None:
        super().__init__(WaveUNet(config))


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    config = _config(entry.architecture)
    recipe = Recipe(
        make=lambda arguments: WaveUNetInContext(WaveUNet(_config(arguments))),
        load=lambda path, model: WaveUNetInContext(load_network(path, model, config)),
        segment_samples=window_sizes(config)[1],
        overlap=0.0,
        normalisation="none",
    )
    return build_single(entry, options, recipe)


def _config(arguments: Mapping[str, Any]) -> WaveUNetConfig:
    """Read a config whose lists come from YAML."""
    config = WaveUNetConfig(**{"window_samples": WINDOW_SAMPLES, **arguments})
    return replace(config, stems=tuple(config.stems))


def load_network(path: Path, model: str, config: WaveUNetConfig) -> WaveUNet:
    """Load a published checkpoint.

    Args:
        path: The publisher's `models.zip`, a folder, an `.index` file or what its name begins with; verified before.
        model: Name of the model, for messages.
        config: Sizes, stems, and where in the archive the checkpoint is.

    Raises:
        WeightError: The file is no sound checkpoint, or not exactly the variables of this network.
    """
    # A file outside the publisher's archive is the checkpoint that was meant.
    folder = config.checkpoint_folder if path.suffix == ".zip" else ""
    variables = read_published_checkpoint(path, folder)
    with seeded_torch(0):
        network = WaveUNet(config)
    names = dict(variable_names(config))
    fill_network(network, names, variables, subject=f"'{path}' of the model '{model}'")
    return network.eval()


def variable_names(config: WaveUNetConfig) -> Iterator[tuple[str, str]]:
    """Yield the key of each entry of the network's state and its variable's name in the publisher's checkpoint.

    The layers of one kind are numbered in order of creation, and the number 0 is left out.
    """
    keys = [f"down.{level}" for level in range(config.levels + 1)]
    keys += [f"up.{level}" for level in range(config.levels)]
    keys += [f"heads.{stem}" for stem in range(len(config.estimated))]
    for number, key in enumerate(keys):
        name = f"{_SCOPE}/conv1d_{number}" if number else f"{_SCOPE}/conv1d"
        yield f"{key}.weight", f"{name}/kernel"
        yield f"{key}.bias", f"{name}/bias"
    if config.learned_upsampling:
        for level in range(config.levels):
            yield f"doubling.{level}.weight", f"{_SCOPE}/interp_{level}"


def _paddings(config: WaveUNetConfig) -> tuple[int, int]:
    """Zeros on each side of the encoder's convolutions, and of the decoder's."""
    return (0, 0) if config.context else (config.down_kernel // 2, config.up_kernel // 2)


def _doubling(config: WaveUNetConfig, width: int) -> nn.Module:
    if config.learned_upsampling:
        return LearnedDoubling(width)
    return MeanDoubling() if config.context else EvenDoubling()


def _window_starts(samples: int, whole: int, given: int) -> list[int]:
    """Return where windows begin; the last is moved back to end with the whole, those past the song are left out."""
    starts = [*range(0, whole - given, given), whole - given]
    return [start for start in starts if start < samples]
