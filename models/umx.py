"""The Open-Unmix family (`umx`, `umxhq`, `umxl`) through the `openunmix` package.

One network for each stem turns the mixture's magnitude spectrogram into the stem's; the package's multichannel Wiener
filter (expectation maximisation) then turns the four magnitudes into stereo signals. The package loads old weight files
with `strict=False`, which would also accept a file with missing tensors; here exactly the known leftovers are dropped
and the rest must fit.

Reference: Stoeter, Uhlich, Liutkus, Mitsufuji, "Open-Unmix - A Reference Implementation for Music Source Separation",
JOSS 4(41), 2019, https://doi.org/10.21105/joss.01667
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as functional
from openunmix.model import OpenUnmix
from openunmix.model import Separator as PackageSeparator
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import STEMS, Stems
from models.checkpoints import locate_weights
from models.errors import SettingsError, WeightError
from models.manifest import ModelEntry
from models.mixtures import CHANNELS, check_mixture
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.validation import read_settings
from models.weight_files import why_not_opened

logger = logging.getLogger(__name__)

STALE_KEYS = frozenset({"sample_rate", "stft.window", "transform.0.window"})
"""Left in files of 2019 by the STFT that was then a part of the network; they are no weights."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class UmxSettings:
    """What a plan may set for this family."""

    wiener_iterations: int = Field(default=1, ge=0)
    """Iterations of the filter; 0 keeps the mixture's phase and skips it."""
    wiener_window_frames: int = Field(default=300, ge=1)
    """STFT frames filtered together; about 7 s."""
    softmask: bool = False
    """Start the filter from the ratio of the magnitudes instead of the magnitudes themselves."""
    residual: bool = False
    """Let what the stems leave of the mixture take part in the filter as a fifth source, then discard it."""
    weights_folder: str | None = None
    """Folder or folders searched first for the weight files."""
    hidden_size: int | None = Field(default=None, ge=2, multiple_of=2)
    """Width of the networks, with random weights only; a weight file brings its own."""


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


class UmxSeparator:
    """Four Open-Unmix networks and the Wiener filter as one separator."""

    def __init__(
        self,
        networks: Mapping[str, OpenUnmix],
        architecture: UmxArchitecture,
        settings: UmxSettings,
        sample_rate: int,
        device: torch.device,
    ) -> None:
        self.stems: tuple[str, ...] = tuple(stem for stem in STEMS if stem in networks)
        self.sample_rate = sample_rate
        self._n_fft = architecture.n_fft
        self._device = device
        self._separator = PackageSeparator(
            target_models=networks,
            niter=settings.wiener_iterations,
            softmask=settings.softmask,
            residual=settings.residual,
            sample_rate=float(sample_rate),
            n_fft=architecture.n_fft,
            n_hop=architecture.hop,
            nb_channels=CHANNELS,
            wiener_win_len=settings.wiener_window_frames,
        )
        self._separator.freeze()
        self._separator.to(device)

    def separate(self, mixture: Tensor) -> Stems:
        """Split a mixture into stems.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.

        Returns:
            Stem name -> shape (2, samples), on the mixture's device.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        check_mixture(mixture)
        samples = mixture.shape[-1]
        # The STFT reflects half a window at both ends, which asks for more samples than that.
        padded = functional.pad(mixture.float(), (0, max(0, self._n_fft - samples)))
        with torch.no_grad():
            estimates = self._separator(padded[None].to(self._device))[0]
        # With residual=True a fifth estimate comes last; it has no name here and is dropped.
        positions = {stem: position for position, stem in enumerate(self._separator.target_models)}
        return {stem: estimates[positions[stem], :, :samples].to(mixture.device).contiguous() for stem in self.stems}


def build(entry: ModelEntry, options: BuildOptions) -> UmxSeparator:
    """Build a separator of this family from its row.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: A weight file is missing, damaged, or holds no Open-Unmix network.
    """
    settings = read_settings(UmxSettings, options.settings, entry.name)
    architecture = read_settings(UmxArchitecture, entry.architecture, entry.name)
    if settings.hidden_size is not None and not options.random_weights:
        raise SettingsError(
            f"The setting 'hidden_size' of the model '{entry.name}' must go with random weights. "
            f"Got {settings.hidden_size} with published ones, which bring their own: leave it out."
        )
    if options.random_weights:
        networks = _random_networks(entry, architecture, settings, options.seed)
    else:
        networks = {
            file.role: load_network(locate_weights(entry.name, file, settings.weights_folder), entry.name)
            for file in entry.weights
        }
    return UmxSeparator(networks, architecture, settings, entry.sample_rate, options.device)


def load_network(path: Path, model: str) -> OpenUnmix:
    """Load one target's network, old or new file layout; its sizes are read off the tensors.

    Args:
        path: A verified `.pth` file holding a state dict.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file is no state dict of an Open-Unmix network for stereo.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        state = {key: tensor for key, tensor in state.items() if key not in STALE_KEYS}
        hidden_size, inputs = state["fc1.weight"].shape
        max_bin = state["input_mean"].shape[0]
        if inputs != max_bin * CHANNELS:
            raise WeightError(_unusable_text(path, model, f"a network for {inputs / max_bin:g} channels"))
        with seeded_torch(0):
            network = OpenUnmix(
                nb_bins=state["output_mean"].shape[0],
                nb_channels=CHANNELS,
                hidden_size=hidden_size,
                nb_layers=sum(key.startswith("lstm.weight_ih_l") and "reverse" not in key for key in state),
                unidirectional="lstm.weight_ih_l0_reverse" not in state,
                max_bin=max_bin,
            )
        network.load_state_dict(state, strict=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, AttributeError, KeyError) as error:
        raise WeightError(_unusable_text(path, model, why_not_opened(error))) from error
    return network


def _unusable_text(path: Path, model: str, received: str) -> str:
    return (
        f"The file '{path}' of the model '{model}' must hold the state dict of an Open-Unmix network for "
        f"{CHANNELS} channels. Got {received}. Replace it by the published file; `mdx models show {model}` has its URL."
    )


def _random_networks(
    entry: ModelEntry, architecture: UmxArchitecture, settings: UmxSettings, seed: int
) -> dict[str, OpenUnmix]:
    logger.warning("%s is built with RANDOM weights, as was asked: its output is noise-like.", entry.name)
    with seeded_torch(seed):
        return {
            file.role: OpenUnmix(
                nb_bins=architecture.n_fft // 2 + 1,
                nb_channels=CHANNELS,
                hidden_size=settings.hidden_size or architecture.hidden_size,
                max_bin=architecture.max_bin,
            )
            for file in entry.weights
        }
