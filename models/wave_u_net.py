"""Wave-U-Net (M4, M5, M6 and M5-HighSR): a U-Net on the waveform itself, with all the context that it needs around.

normalisation: none; samples go in as they are, full scale being 1. M4, M5 and M6 work at 22.05 kHz: resample around.

No convolution is padded, so a window of 147443 samples gives the 16389 in its middle; the ends of a song are padded
with zeros. Feature maps are halved by leaving out every other sample, and doubled by inserting one between each two:
their mean (M4, M6), or a mixture with a learned weight for each channel (M5). The stems but the last come from a
convolution of width one and tanh, the last is what they leave of the mixture, cut at full scale outside training.

Reference: Stoller, Ewert, Dixon, "Wave-U-Net: a multi-scale neural network for end-to-end audio source separation",
ISMIR 2018, https://arxiv.org/abs/1806.03185
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.batches import check_batch
from models.errors import SettingsError
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.single_network import Recipe, build_single
from models.tensorflow_checkpoint import read_published_checkpoint
from models.tensorflow_variables import fill_network
from models.wave_u_net_doubling import LearnedDoubling, MeanDoubling

WINDOW_SAMPLES = 1 << 18
"""Output of a window when rows are built: as published a window is 16389 samples, for four times the work."""

_LEAK = 0.2
_SCOPE = "separator"


@dataclass(frozen=True)
class WaveUNetConfig:
    """Sizes and stems; the defaults are the multi-instrument model M6."""

    stems: tuple[str, ...] = ("bass", "drums", "other", "vocals")
    """Stem names in the order of the checkpoint; the last is the rest of the mixture."""
    sample_rate: int = 22050
    """In hertz."""
    channels: int = 2
    """Audio channels, which the network sees together."""
    learned_upsampling: bool = False
    """Whether the samples in between are a learned mixture of their neighbours instead of their mean (M5)."""
    levels: int = 12
    """How often the sound is halved and doubled again."""
    width: int = 24
    """Feature channels of the first level; each level below has as many more."""
    down_kernel: int = 15
    """Width of the encoder's convolutions in samples; odd."""
    up_kernel: int = 5
    """Width of the decoder's convolutions in samples; odd."""
    window_samples: int = 16384
    """Output asked for from one window; the next larger size that the layers allow is taken (16389 as published).
    Larger windows waste less on context: 262144 does a quarter of the work for each sample."""
    checkpoint_folder: str = ""
    """Folder of the checkpoint inside the publisher's archive; empty when it holds only one."""

    def __post_init__(self) -> None:
        if len(self.stems) < 2 or len(set(self.stems)) != len(self.stems):
            self._refuse("stems", "be at least two different names", self.stems)
        for field in ("sample_rate", "channels", "levels", "width", "window_samples"):
            if getattr(self, field) < 1:
                self._refuse(field, "be at least 1", getattr(self, field))
        for field in ("down_kernel", "up_kernel"):
            if getattr(self, field) < 1 or getattr(self, field) % 2 == 0:
                self._refuse(field, "be odd and positive", getattr(self, field))

    def _refuse(self, field: str, constraint: str, received: object) -> None:
        raise SettingsError(f"The field '{field}' of Wave-U-Net must {constraint}. Got {received!r}.")


def window_sizes(config: WaveUNetConfig) -> tuple[int, int]:
    """Return how many samples a window takes in and how many it gives out."""
    deepest = float(config.window_samples)
    for _ in range(config.levels):
        deepest = (deepest + config.up_kernel) / 2
    # Two at least: one sample has nothing to be doubled with.
    inner = max(2, int(-(-deepest // 1)))
    taken, given = inner + config.down_kernel - 1, inner
    for _ in range(config.levels):
        taken = 2 * taken - 1 + config.down_kernel - 1
        given = 2 * given - 1 - config.up_kernel + 1
    return taken, given


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
        self.down = nn.ModuleList(
            nn.Conv1d(ins, outs, config.down_kernel)
            for ins, outs in zip([config.channels, *widths[:-1]], widths, strict=True)
        )
        self.doubling = nn.ModuleList(
            LearnedDoubling(width) if config.learned_upsampling else MeanDoubling() for width in reversed(widths[1:])
        )
        self.up = nn.ModuleList(
            nn.Conv1d(below + skip, skip, config.up_kernel)
            for below, skip in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.heads = nn.ModuleList(
            nn.Conv1d(config.width + config.channels, config.channels, 1) for _ in config.stems[:-1]
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
            joined = torch.cat([_middle(skips.pop(), doubled.shape[-1]), doubled], dim=1)
            features = functional.leaky_relu(up(joined), _LEAK)
        mixture = _middle(window, features.shape[-1])
        features = torch.cat([mixture, features], dim=1)
        stems = [torch.tanh(head(features)) for head in self.heads]
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
    keys += [f"heads.{stem}" for stem in range(len(config.stems) - 1)]
    for number, key in enumerate(keys):
        name = f"{_SCOPE}/conv1d_{number}" if number else f"{_SCOPE}/conv1d"
        yield f"{key}.weight", f"{name}/kernel"
        yield f"{key}.bias", f"{name}/bias"
    if config.learned_upsampling:
        for level in range(config.levels):
            yield f"doubling.{level}.weight", f"{_SCOPE}/interp_{level}"


def _window_starts(samples: int, whole: int, given: int) -> list[int]:
    """Return where windows begin; the last is moved back to end with the whole, those past the song are left out."""
    starts = [*range(0, whole - given, given), whole - given]
    return [start for start in starts if start < samples]


def _middle(features: Tensor, samples: int) -> Tensor:
    start = (features.shape[-1] - samples) // 2
    return features[..., start : start + samples]
