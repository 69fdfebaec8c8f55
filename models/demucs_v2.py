"""Demucs, versions 1 and 2: a U-Net over the waveform with a recurrent bottom.

Six strided convolutions with gated 1x1 convolutions, a two-layer bidirectional LSTM, six transposed convolutions that
read the encoder's output of the same depth. Version 2 works at twice the sample rate inside and adds nothing else to
the network. The class that the `demucs` package has today pads its convolutions otherwise and cannot run these weights.

How the originals were used (their command line and their evaluation):

- normalisation: song minus the mean of its mono mix, divided by the standard deviation (n - 1) of that; undone on every
  stem. Over the whole song, not the segment. The biases make silence audible: a silent song has to stay at gain zero.
- version 2: segments of 1,764,000 samples (40 s), a quarter overlapped, under triangular weights rising from the
  segment's ends to its middle, divided by their sum. A segment is widened to `valid_length` by the song around it, by
  zeros only beyond the song's ends: `DemucsInContext`. The published scores ran whole songs in one piece, averaged
  over 10 random delays of 0 to 0.5 s.
- version 1: see `models.demucs_v1`. A piece of a song is widened by zeros only, which is `forward`.

References: Defossez, Usunier, Bottou, Bach, "Music Source Separation in the Waveform Domain", 2019 and 2021,
https://arxiv.org/abs/1911.13254; behaviour as of commits 7cf5c60 (version 1) and 7445cbd (version 2.0.3) of
https://github.com/facebookresearch/demucs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from models.demucs_resampling import downsample_by_two, upsample_by_two
from models.demucs_v2_config import DEMUCS_V2, DemucsV2Config
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.parts.cropping import middle
from models.registry import BuildOptions
from models.single_network import Recipe, build_single

SEGMENT_SAMPLES = 1_764_000
"""Segment of version 2: 40 s."""
OVERLAP = 0.25
"""Share of a segment that overlaps with the next in version 2."""


class _BottomLstm(nn.Module):
    def __init__(self, channels: int, layers: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(channels, channels, num_layers=layers, bidirectional=True)
        self.linear = nn.Linear(2 * channels, channels)

    def forward(self, features: Tensor) -> Tensor:
        steps = features.permute(2, 0, 1)
        return self.linear(self.lstm(steps)[0]).permute(1, 2, 0)


class DemucsV2(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: DemucsV2Config = DEMUCS_V2) -> None:
        super().__init__()
        self.config = config
        self.stems = config.sources
        self.sample_rate = config.sample_rate
        self.channels = config.audio_channels
        widths = [config.audio_channels, config.hidden_channels]
        while len(widths) <= config.depth:
            widths.append(int(config.growth * widths[-1]))
        outputs = [len(config.sources) * config.audio_channels, *widths[1:-1]]
        levels = range(config.depth)
        self.encoder = nn.ModuleList(_encoder_layer(config, widths[level], widths[level + 1]) for level in levels)
        self.decoder = nn.ModuleList(
            _decoder_layer(config, widths[level + 1], outputs[level], last=level == 0) for level in reversed(levels)
        )
        self.lstm = _BottomLstm(widths[-1], config.lstm_layers) if config.lstm_layers else None
        if config.rescale:
            _rescale_convolutions(self, config.rescale)

    def valid_length(self, samples: int) -> int:
        """Return the shortest input, in samples, from which every convolution makes whole steps and `samples` come out.

        It is longer than `samples`: by 0.14 s for a segment of 40 s of version 2, by up to 0.4 s for one sample of
        version 1.
        """
        steps = 2 * samples if self.config.resample else samples
        for _ in range(self.config.depth):
            steps = max(1, math.ceil((steps - self.config.kernel_size) / self.config.stride) + 1)
            steps += self.config.context - 1
        for _ in range(self.config.depth):
            steps = (steps - 1) * self.config.stride + self.config.kernel_size
        return math.ceil(steps / 2) if self.config.resample else steps

    def padding(self, samples: int) -> tuple[int, int]:
        """Return how many samples of context belong before and after a segment of `samples`."""
        missing = self.valid_length(samples) - samples
        return missing // 2, missing - missing // 2

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no more, its context is silence."""
        return chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture with silence around it.

        Args:
            mixture: Shape (batch, channels, samples), float32, normalised as the module says; any length from 1.

        Returns:
            Shape (batch, stems, channels, samples).
        """
        samples = mixture.shape[-1]
        return middle(self.separate_padded(functional.pad(mixture, self.padding(samples))), samples)

    def separate_padded(self, padded: Tensor) -> Tensor:
        """Separate the middle of a mixture that brings its context.

        Args:
            padded: Shape (batch, channels, valid_length(samples)) for some number of samples.

        Returns:
            Shape (batch, stems, channels, fewer): what whole steps give, around the middle of the input.
        """
        mean, deviation = self._level(padded)
        features = (padded - mean) / (deviation + self.config.level_floor)
        if self.config.resample:
            features = upsample_by_two(features)
        skipped = []
        for layer in self.encoder:
            features = layer(features)
            skipped.append(features)
        if self.lstm is not None:
            features = self.lstm(features)
        for layer in self.decoder:
            features = layer(features + middle(skipped.pop(), features.shape[-1]))
        if self.config.resample:
            features = downsample_by_two(features)
        stems = features * deviation + mean
        return stems.reshape(stems.shape[0], len(self.stems), self.channels, stems.shape[-1])

    def _level(self, padded: Tensor) -> tuple[Tensor | float, Tensor | float]:
        if not self.config.normalize:
            return 0.0, 1.0
        mono = padded.mean(dim=1, keepdim=True)
        return mono.mean(dim=-1, keepdim=True), mono.std(dim=-1, keepdim=True)


class DemucsInContext(nn.Module):
    """A Demucs network that is given the song around a chunk instead of silence, as version 2 was run.

    Args:
        network: The network; its weights are shared, not copied.
    """

    def __init__(self, network: DemucsV2) -> None:
        super().__init__()
        self.network = network
        self.config = network.config
        self.stems = network.stems
        self.sample_rate = network.sample_rate
        self.channels = network.channels

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return self.network.valid_length(chunk_samples)

    def forward(self, padded: Tensor) -> Tensor:
        """Separate a chunk with its context.

        Args:
            padded: Shape (batch, channels, input_samples(chunk)), normalised as the module says.

        Returns:
            Shape (batch, stems, channels, samples), as long as the input: the chunk's stems in the middle, zeros at the
            outer context.
        """
        stems = self.network.separate_padded(padded)
        missing = padded.shape[-1] - stems.shape[-1]
        return functional.pad(stems, (missing // 2, missing - missing // 2))


def load_network(path: Path, model: str, base: DemucsV2Config = DEMUCS_V2) -> DemucsV2:
    """Load a published bare state dict; the width is read off its tensors.

    Args:
        path: A verified `.th` file.
        model: Name of the model, for messages.
        base: What the tensors do not tell (stride, resampling, names of the stems).

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the bare state dict of a Demucs network of version 2"):
        return network_of_state(read_state(path), base)


def network_of_state(state: Mapping[str, Tensor], base: DemucsV2Config) -> DemucsV2:
    """Build the network of a state dict, whose width is read off its tensors (see `models.files.state_files`)."""
    config = replace(base, hidden_channels=state["encoder.0.0.weight"].shape[0])
    return fitted_network(lambda: DemucsV2(config), state)


def _encoder_layer(config: DemucsV2Config, inputs: int, outputs: int) -> nn.Sequential:
    layers = [nn.Conv1d(inputs, outputs, config.kernel_size, config.stride), nn.ReLU()]
    return nn.Sequential(*layers, *_rewriting(config, outputs, taps=1))


def _decoder_layer(config: DemucsV2Config, inputs: int, outputs: int, *, last: bool) -> nn.Sequential:
    transposed = nn.ConvTranspose1d(inputs, outputs, config.kernel_size, config.stride)
    return nn.Sequential(*_rewriting(config, inputs, taps=config.context), transposed, *([] if last else [nn.ReLU()]))


def _rewriting(config: DemucsV2Config, channels: int, taps: int) -> list[nn.Module]:
    if not config.rewrite:
        return []
    if config.glu:
        return [nn.Conv1d(channels, 2 * channels, taps), nn.GLU(dim=1)]
    return [nn.Conv1d(channels, channels, taps), nn.ReLU()]


def _rescale_convolutions(network: nn.Module, reference: float) -> None:
    """Bring each convolution's deviation half-way (in decibels) to a reference, its bias along; section 4.2."""
    with torch.no_grad():
        for module in network.modules():
            # A network without storage, which a loader fills, has no deviation.
            if isinstance(module, nn.Conv1d | nn.ConvTranspose1d) and not module.weight.is_meta:
                divisor = (module.weight.std() / reference).sqrt()
                for parameter in module.parameters():
                    parameter.div_(divisor)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    return build_single(entry, options, context_recipe(load_network))


def context_recipe(load: Callable[[Path, str], DemucsV2]) -> Recipe:
    """Return how version 2 is made, read by `load`, and run."""
    return Recipe(
        make=lambda arguments: DemucsInContext(DemucsV2(replace(DEMUCS_V2, **arguments))),
        load=lambda path, model: DemucsInContext(load(path, model)),
        segment_samples=SEGMENT_SAMPLES,
        overlap=OVERLAP,
        normalisation="mono",
    )
