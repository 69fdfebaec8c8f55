"""Band-split RNN: a complex mask over the spectrum, from LSTMs along time and along bands; one network for each stem.

This is the network of the repository BandSplitRNN-PyTorch, whose weights are published. Against the paper, it
normalises each chunk's complex spectrum by its mean and deviation, its layer normalisations have gains for every single
frame (so a chunk has exactly 263 of them, 134,144 samples or 3.04 s), and it normalises every feature on its own along
the LSTMs' steps.

How the published weights were run: chunks start every 23,894 samples and are added without a window; the engine here
takes triangular weights. Songs are not normalised before.

References: Luo, Yu, "Music Source Separation with Band-split RNN", 2022, https://arxiv.org/abs/2209.15174;
https://github.com/amanteur/BandSplitRNN-PyTorch
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as settings_dataclass
from torch import Tensor, nn

from audio.stems import ACCOMPANIMENT, SAMPLE_RATE
from models.band_split_layers import BAND_TABLES, BandEncoder, BandMasks, BandSequence, band_widths
from models.errors import MixtureError, SettingsError
from models.files.published_states import network_tensors, numbered_parts
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry, WeightFile
from models.network import Bag, Member
from models.parts.batches import check_batch
from models.registry import BuildOptions
from models.single_network import Recipe, build_single
from models.validation import read_settings
from transforms.stft import STFT, STFTConfig

LIGHTNING_PREFIX = "model."
LIGHTNING_WINDOWS = frozenset({"featurizer.window", "inverse_featurizer.window"})
"""Checkpoints of the training program also hold the STFT's window, which is no weight."""

_WINDOW_SAMPLES = 2048
_EPSILON = 1e-5


@dataclass(frozen=True)
class BandSplitRNNConfig:
    """What the network is made of; the defaults are the published one for vocals."""

    stem: str = "vocals"
    """What it separates."""
    with_accompaniment: bool = False
    """Give the mixture without the stem as a second stem."""
    band_bins: tuple[int, ...] = field(
        default_factory=lambda: band_widths(BAND_TABLES["vocals"], _WINDOW_SAMPLES, SAMPLE_RATE)
    )
    """Number of frequency bins in each band; together half a window and one."""
    frames: int = 263
    """Frames of a chunk; no other number can be processed."""
    features: int = 128
    """Length of the vector that stands for a band in a frame."""
    lstm_units: int = 256
    """Size of the LSTMs in each direction."""
    layers: int = 12
    """Pairs of LSTMs."""
    mlp_units: int = 512
    """Hidden size of the layers that make the masks."""
    hop_samples: int = 512
    """Step between frames."""
    audio_channels: int = 2
    """Channels of the mixture and of the stem."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        if not self.band_bins or min(self.band_bins) < 1:
            self._refuse("band_bins", "be positive numbers, at least one", self.band_bins)
        if not 1 <= self.hop_samples <= self.window_samples // 2:
            self._refuse("hop_samples", f"be from 1 to half a window, {self.window_samples // 2}", self.hop_samples)
        if self.chunk_samples <= self.window_samples // 2:
            self._refuse("frames", "be more than half a window long together", self.frames)

    @property
    def window_samples(self) -> int:
        """Length of a frame."""
        return 2 * (sum(self.band_bins) - 1)

    @property
    def chunk_samples(self) -> int:
        """Length of a chunk that has the right number of frames."""
        return (self.frames - 1) * self.hop_samples

    def _refuse(self, name: str, constraint: str, received: object) -> None:
        raise SettingsError(f"The field '{name}' of the band-split RNN must {constraint}. Got {received!r}.")


TINY = BandSplitRNNConfig(
    band_bins=(9, 16, 40), frames=33, features=8, lstm_units=8, layers=1, mlp_units=16, hop_samples=32
)


class BandSplitRNN(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: BandSplitRNNConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or BandSplitRNNConfig()
        self.stems = (config.stem, ACCOMPANIMENT) if config.with_accompaniment else (config.stem,)
        self.sample_rate = config.sample_rate
        self.channels = config.audio_channels
        parts = [2 * config.audio_channels * bins for bins in config.band_bins]
        self.bandsplit = BandEncoder(parts, config.frames, config.features)
        self.bandsequence = BandSequence(config.features, config.lstm_units, config.layers)
        self.maskest = BandMasks(parts, config.frames, config.features, config.mlp_units)
        self._stft = STFT(STFTConfig(config.window_samples, config.hop_samples))

    def input_samples(self, chunk_samples: int) -> int:
        """Return the one length that the network has gains for, unless a chunk is longer than that."""
        return max(chunk_samples, self.config.chunk_samples)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate a mixture.

        Args:
            mixture: Shape (batch, channels, samples), float32; one shorter than a chunk is filled up with zeros.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: Another shape, or more samples than a chunk has.
        """
        check_batch(mixture, self.config.audio_channels)
        samples, longest = mixture.shape[-1], self.config.chunk_samples
        if samples > longest:
            raise MixtureError(
                f"The mixture must have at most {longest} samples, the chunk that this network was trained on. "
                f"Got {samples}. Let the engine cut it into chunks."
            )
        estimate = self._stft.inverse(
            self._estimate(self._stft(functional.pad(mixture, (0, longest - samples)))), longest
        )
        estimate = estimate[..., :samples]
        stems = [estimate, mixture - estimate] if self.config.with_accompaniment else [estimate]
        return torch.stack(stems, dim=1)

    def _estimate(self, spectrum: Tensor) -> Tensor:
        """Turn the mixture's spectrum (batch, channels, bins, frames) into the stem's."""
        mean = spectrum.mean(dim=(1, 2, 3), keepdim=True)
        deviation = spectrum.std(dim=(1, 2, 3), keepdim=True)
        normalised = (spectrum - mean) / (deviation + _EPSILON)
        # A band's numbers in a frame: channels first, then real and imaginary parts, then bins.
        parts = torch.view_as_real(normalised).permute(0, 1, 4, 2, 3)
        vectors = self.bandsplit([band.flatten(1, 3) for band in parts.split(self.config.band_bins, dim=3)])
        masks = self.maskest(self.bandsequence(vectors.float()))
        joined = torch.cat([band.float().unflatten(1, (*parts.shape[1:3], -1)) for band in masks], dim=3)
        return torch.complex(joined[:, :, 0], joined[:, :, 1]) * normalised * deviation + mean


def sizes_of(state: Mapping[str, Tensor], audio_channels: int) -> dict[str, Any]:
    """Read off a state dict what its tensors tell about the config: all sizes.

    Raises:
        KeyError: The tensors are those of another network.
    """
    bands = numbered_parts(state, "bandsplit.fcs.")
    inputs = [state[f"bandsplit.fcs.{band}.weight"].shape[1] for band in range(bands)]
    return {
        "band_bins": tuple(size // (2 * audio_channels) for size in inputs),
        "frames": state["bandsplit.layernorms.0.weight"].shape[1],
        "features": state["bandsplit.fcs.0.weight"].shape[0],
        "lstm_units": state["bandsequence.bsrnn.0.0.rnn.weight_hh_l0"].shape[1],
        "layers": numbered_parts(state, "bandsequence.bsrnn."),
        "mlp_units": state["maskest.mlp.0.mlp.0.weight"].shape[0],
    }


def load_network(path: Path, model: str, config: BandSplitRNNConfig | None = None) -> BandSplitRNN:
    """Load published weights; all sizes are read off the tensors.

    Args:
        path: A verified file: a state dict (`.pt`), or a checkpoint of the training program (`.ckpt`), unless that
            refers to more than tensors and plain values.
        model: Name of the model, for messages.
        config: What the tensors do not tell: the stem, the step between frames.

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the state dict of a band-split RNN for stereo"):
        state = network_tensors(read_state(path))
        if any(name.startswith(LIGHTNING_PREFIX) for name in state):
            kept = {name: tensor for name, tensor in state.items() if name not in LIGHTNING_WINDOWS}
            state = {name.removeprefix(LIGHTNING_PREFIX): tensor for name, tensor in kept.items()}
        config = config or BandSplitRNNConfig()
        fitting = replace(config, **sizes_of(state, config.audio_channels))
        return fitted_network(lambda: BandSplitRNN(fitting), state)


@settings_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BandSplitRow:
    """The manifest's `architecture` block."""

    overlap: float = Field(ge=0, lt=1)
    """Share of a chunk that the next one covers again."""
    network: dict[str, Any] = Field(default_factory=dict)
    """Fields of `BandSplitRNNConfig`, the same for all stems; the bands are those of the paper for each stem."""


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build a bag with one network for each weight file of the row, whose role is the stem.

    Where the row's stems name the accompaniment, it must have one weight file.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: A weight file is missing, damaged, or holds another network.
    """
    row = read_settings(BandSplitRow, entry.architecture, entry.name)
    members = [
        _member(entry, file, row, replace(options, seed=options.seed + index))
        for index, file in enumerate(entry.weights)
    ]
    return Bag(tuple(members), entry.stems, entry.sample_rate, options.device)


def _member(entry: ModelEntry, file: WeightFile, row: BandSplitRow, options: BuildOptions) -> Member:
    bands = band_widths(BAND_TABLES[file.role], _WINDOW_SAMPLES, entry.sample_rate)
    with_accompaniment = ACCOMPANIMENT in entry.stems
    own = BandSplitRNNConfig(stem=file.role, with_accompaniment=with_accompaniment, band_bins=bands)
    config = replace(own, **row.network)
    recipe = Recipe(
        make=lambda arguments: BandSplitRNN(replace(config, **arguments)),
        load=lambda path, model: load_network(path, model, config),
        segment_samples=None,
        overlap=row.overlap,
        normalisation="none",
    )
    stems = (file.role, ACCOMPANIMENT) if with_accompaniment else (file.role,)
    alone = entry.model_copy(update={"architecture": {}, "stems": stems, "weights": (file,)})
    (member,) = build_single(alone, options, recipe).members
    chunk_samples = member.network.input_samples(1)
    return replace(member, segment_samples=chunk_samples, longest_samples=chunk_samples)
