"""The Open-Unmix family (`umx`, `umxhq`, `umxl`, `umxse`): a network of the `openunmix` package for each stem.

Each turns the mixture's magnitude spectrogram into its stem's; the engine then runs the multichannel Wiener filter over
all of them (`separation.filtered_network`), or keeps the mixture's phase. The package loads old weight files with
`strict=False`, which would also accept a file with missing tensors; here exactly the known leftovers are dropped and
the rest must fit.

The package takes songs whole, with memory that grows with them. Here they are cut into chunks of 20 s, three times as
long as the excerpts of training, which overlap by a tenth; `segment_seconds: 3600` gives the package's result.

Reference: Stöter, Uhlich, Liutkus, Mitsufuji, "Open-Unmix - A Reference Implementation for Music Source Separation",
JOSS 4(41), 2019, https://doi.org/10.21105/joss.01667
"""

from __future__ import annotations

import logging
from pathlib import Path

from openunmix.model import OpenUnmix
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from models.files.checkpoints import locate_weights
from models.files.state_files import read_state, refuse_other_files
from models.manifest import ModelEntry
from models.mixtures import CHANNELS
from models.network import Bag, MagnitudeNetwork, Member, WienerUse
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.single_network import SingleSettings, refuse_random_arguments
from models.umx_folded import folded_magnitudes
from models.validation import read_settings
from transforms.stft import STFT, STFTConfig

logger = logging.getLogger(__name__)

STALE_KEYS = frozenset({"sample_rate", "stft.window", "transform.0.window"})
"""Left in files of 2019 by the STFT that was then a part of the network; they are no weights."""
SEGMENT_SECONDS = 20.0
OVERLAP = 0.1
_SILENT = 1e-30


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class UmxArchitecture:
    """The manifest's `architecture` block: the transform, and the networks to draw when weights are random."""

    n_fft: int
    """Length of the STFT in samples."""
    hop: int
    """Step of the STFT in samples."""
    max_bin: int
    """Number of frequency bins that the network reads (up to 16 kHz)."""
    hidden_size: int
    channels: int = CHANNELS
    """Channels that the network sees together; with 1 it runs on each of the mixture's alone."""


class UmxTarget(nn.Module):
    """The network of one stem, with its transform.

    Args:
        stem: Its name.
        network: The package's network.
        architecture: The transform.
        sample_rate: In hertz.
    """

    def __init__(self, stem: str, network: OpenUnmix, architecture: UmxArchitecture, sample_rate: int) -> None:
        super().__init__()
        self.stems = (stem,)
        self.sample_rate = sample_rate
        self.network = network
        self.channels = architecture.channels
        self.stft = STFT(STFTConfig(window_samples=architecture.n_fft, hop_samples=architecture.hop))

    def input_samples(self, chunk_samples: int) -> int:
        """Return the chunk's own length: the network takes any."""
        return chunk_samples

    def analyse(self, mixture: Tensor) -> Tensor:
        """Return the spectrogram of (..., samples): complex, shape (..., bins, frames)."""
        return self.stft(mixture)

    def magnitudes(self, mixture_magnitude: Tensor) -> Tensor:
        """Map magnitudes (batch, channels, bins, frames) to the stem's, (batch, 1, channels, bins, frames)."""
        heard = mixture_magnitude.reshape(-1, self.channels, *mixture_magnitude.shape[2:])
        # Folded are the normalisations' running statistics, which training must gather instead.
        estimate = self.network(heard) if self.training else folded_magnitudes(self.network, heard)
        return estimate.reshape(mixture_magnitude.shape)[:, None]

    def synthesise(self, spectrogram: Tensor, samples: int) -> Tensor:
        """Return the sound of a spectrogram (..., bins, frames): shape (..., samples)."""
        return self.stft.inverse(spectrogram, samples)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, 1, channels, samples), with the mixture's phase."""
        return with_mixture_phase(self, mixture)


def with_mixture_phase(network: MagnitudeNetwork, mixture: Tensor) -> Tensor:
    """Separate (batch, channels, samples) into (batch, stems, channels, samples), with the mixture's phase."""
    spectrogram = network.analyse(mixture)
    magnitude = spectrogram.abs()
    gains = network.magnitudes(magnitude) / magnitude[:, None].clamp(min=_SILENT)
    return network.synthesise(gains * spectrogram[:, None], mixture.shape[-1])


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the networks of this family's row, one for each stem.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: A weight file is missing, damaged, or holds no Open-Unmix network.
    """
    settings = read_settings(SingleSettings, options.settings, entry.name)
    architecture = read_settings(UmxArchitecture, entry.architecture, entry.name)
    if options.random_weights:
        architecture = read_settings(UmxArchitecture, {**entry.architecture, **settings.random_arguments}, entry.name)
        networks = _random_networks(entry, architecture, options.seed)
    else:
        refuse_random_arguments(settings, entry.name)
        networks = {
            file.role: load_network(
                locate_weights(entry.name, file, settings.weights_folder), entry.name, architecture.channels
            )
            for file in entry.weights
        }
    members = tuple(
        Member(
            network=UmxTarget(stem, network, architecture, entry.sample_rate),
            stem_weights={stem: 1.0},
            segment_samples=round(SEGMENT_SECONDS * entry.sample_rate),
            overlap=OVERLAP,
        )
        for stem, network in networks.items()
    )
    return Bag(members, entry.stems, entry.sample_rate, options.device, WienerUse(iterations=1, window_frames=300))


def load_network(path: Path, model: str, channels: int = CHANNELS) -> OpenUnmix:
    """Load one target's network, old or new file layout; its sizes are read off the tensors.

    Args:
        path: A verified `.pth` file holding a state dict.
        model: Name of the model, for messages.
        channels: How many the network must have been made for.

    Raises:
        WeightError: The file is no state dict of an Open-Unmix network for so many channels.
    """
    with refuse_other_files(path, model, f"the state dict of an Open-Unmix network for {channels} channels"):
        state = {key: tensor for key, tensor in read_state(path).items() if key not in STALE_KEYS}
        hidden_size, inputs = state["fc1.weight"].shape
        max_bin = state["input_mean"].shape[0]
        if inputs != max_bin * channels:
            raise ValueError(f"a network for {inputs / max_bin:g} channels")
        with seeded_torch(0):
            network = OpenUnmix(
                nb_bins=state["output_mean"].shape[0],
                nb_channels=channels,
                hidden_size=hidden_size,
                nb_layers=sum(key.startswith("lstm.weight_ih_l") and "reverse" not in key for key in state),
                unidirectional="lstm.weight_ih_l0_reverse" not in state,
                max_bin=max_bin,
            )
        network.load_state_dict(state, strict=True)
    return network


def _random_networks(entry: ModelEntry, architecture: UmxArchitecture, seed: int) -> dict[str, OpenUnmix]:
    logger.warning("%s is built with RANDOM weights, as was asked: its output is noise-like.", entry.name)
    with seeded_torch(seed):
        return {
            file.role: OpenUnmix(
                nb_bins=architecture.n_fft // 2 + 1,
                nb_channels=architecture.channels,
                hidden_size=architecture.hidden_size,
                max_bin=architecture.max_bin,
            )
            for file in entry.weights
        }
