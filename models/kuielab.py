"""KUIELab-MDX-Net, second on leaderboard A and third on B of MDX21: TFC-TDF U-Nets blended with Demucs.

A spectrogram network for each stem (`models.tdf_stem`), on A all four mixed once more (`models.kuielab_mixer`), and
Demucs of version 2 on the waveform. The estimates of both branches are averaged with a share for each stem.

How the originals were used:

- Spectrogram networks: no normalisation; chunks without overlap, the song around them as context, zeros only beyond its
  ends. There each stem had steps of its own; here all four go together where the Mixer needs them, in the steps of the
  one with the longest transform.
- Demucs: segments of 40 s, half overlapped, no random delays. On B normalised by the song's mono mix, as here; on A by
  the mean and the deviation of both channels.

References: Kim, Choi, Chung, Lee, Jung, "KUIELab-MDX-Net: A Two-Stream Neural Network for Music Demixing", 2021,
https://arxiv.org/abs/2111.12203; behaviour as of the branches leaderboard_A and leaderboard_B of
https://github.com/kuielab/mdx-net-submission.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from models.demucs_v2 import SEGMENT_SAMPLES, DemucsInContext, DemucsV2
from models.demucs_v2 import load_network as load_demucs
from models.demucs_v2_config import DEMUCS_V2
from models.errors import SettingsError
from models.files.checkpoints import locate_weights
from models.kuielab_files import load_onnx, weight_file
from models.kuielab_mixer import MixedStems, load_mixer
from models.manifest import ModelEntry
from models.network import Bag, Member
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.single_network import SingleSettings, refuse_random_arguments
from models.tdf_checkpoints import load_checkpoint
from models.tdf_stem import TDFStem
from models.tdf_unet import TDFConfig, TDFUNet
from models.validation import read_settings

DEMUCS_OVERLAP = 0.5

_MIXER_ROLE = "mixer"
_DEMUCS_ROLE = "all"
"""As in Demucs's own rows, which list the same files."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomArguments:
    """Sizes for random weights, over those of the manifest; weight files bring their own."""

    tdf: dict[str, Any] = Field(default_factory=dict)
    """Fields of `TDFConfig`, for all stems."""
    demucs: dict[str, Any] = Field(default_factory=dict)
    """Fields of `DemucsV2Config`."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class KuielabSettings:
    """What a plan may set for this family, beside the engine's settings."""

    weights_folder: str | None = None
    """Folder or folders searched first for the weight files."""
    archive: str | None = None
    """The publisher's zip file of the four ONNX networks, instead of four files."""
    checkpoints: dict[str, str] = Field(default_factory=dict)
    """Stem -> checkpoint of a network trained with kuielab/mdx-net, instead of the published one."""
    random_arguments: RandomArguments = Field(default_factory=RandomArguments)
    """For random weights only."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class NetworkSpec:
    """The network of a stem, as the manifest describes it."""

    stem: str
    fft_samples: int
    """Length of its Fourier transform."""
    sizes: dict[str, Any] = Field(default_factory=dict)
    """Fields of `TDFConfig` for random weights; the number of frames also for checkpoints."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BlendSpec:
    """The manifest's `architecture` block."""

    networks: list[NetworkSpec] = Field(min_length=1)
    """In the order in which the Mixer takes the stems."""
    mixer: bool = False
    """Mix the stems once more."""
    demucs: dict[str, Any] | None = None
    """Fields of `DemucsV2Config` for random weights; None leaves Demucs out."""
    shares: dict[str, float] = Field(default_factory=dict)
    """Stem -> share of the spectrogram networks, the rest being that of Demucs; 1 where it is not named."""


class _Builder:
    """Everything that the networks of one row are built from."""

    def __init__(self, entry: ModelEntry, options: BuildOptions) -> None:
        self.entry = entry
        self.options = options
        self.settings = read_settings(KuielabSettings, options.settings, entry.name)
        self.spec = read_settings(BlendSpec, entry.architecture, entry.name)
        self._check_settings()

    def members(self) -> Iterator[Member]:
        stems = [self._stem(network) for network in self.spec.networks]
        for network in [self._mixed(stems)] if self.spec.mixer else stems:
            yield Member(
                network=network,
                stem_weights={stem: self._share(stem) for stem in network.stems},
                segment_samples=network.segment_samples,
                longest_samples=network.segment_samples,
                overlap=0.0,
            )
        if self.spec.demucs is not None:
            yield Member(
                network=DemucsInContext(self._demucs(self.spec.demucs)),
                stem_weights={stem: 1 - self._share(stem) for stem in self.entry.stems},
                segment_samples=SEGMENT_SAMPLES,
                overlap=DEMUCS_OVERLAP,
                normalisation="mono",
            )

    def _share(self, stem: str) -> float:
        return self.spec.shares.get(stem, 1.0)

    def _stem(self, spec: NetworkSpec) -> TDFStem:
        if self.options.random_weights:
            sizes = {**spec.sizes, **self.settings.random_arguments.tdf}
            return TDFStem(spec.stem, spec.fft_samples, TDFUNet(_config(TDFConfig(), sizes, "tdf", self.entry.name)))
        if spec.stem in self.settings.checkpoints:
            path = self._checkpoint(spec.stem)
            frames = spec.sizes.get("frames", TDFConfig.frames)
            core, fft_samples = load_checkpoint(path, self.entry.name, frames)
            return TDFStem(spec.stem, fft_samples, core)
        published = load_onnx(self.entry, spec.stem, self.settings.weights_folder, self.settings.archive)
        return TDFStem(spec.stem, spec.fft_samples, published)

    def _checkpoint(self, stem: str) -> Path:
        path = Path(self.settings.checkpoints[stem]).expanduser()
        if not path.is_file():
            raise SettingsError(
                f"The setting 'checkpoints' of the model '{self.entry.name}' must name files. "
                f"Got '{path}' for the stem '{stem}', where no file is: correct the path."
            )
        return path

    def _mixed(self, stems: list[TDFStem]) -> MixedStems:
        mixed = MixedStems(stems)
        if not self.options.random_weights:
            load_mixer(mixed, self._locate(_MIXER_ROLE), self.entry.name)
        return mixed

    def _demucs(self, sizes: Mapping[str, Any]) -> DemucsV2:
        if self.options.random_weights:
            overrides = {**sizes, **self.settings.random_arguments.demucs}
            return DemucsV2(_config(DEMUCS_V2, overrides, "demucs", self.entry.name))
        return load_demucs(self._locate(_DEMUCS_ROLE), self.entry.name)

    def _locate(self, role: str) -> Path:
        return locate_weights(self.entry.name, weight_file(self.entry, role), self.settings.weights_folder)

    def _check_settings(self) -> None:
        subject = f"of the model '{self.entry.name}' must"
        stems = [network.stem for network in self.spec.networks]
        unknown = sorted(set(self.settings.checkpoints) - set(stems))
        if unknown:
            raise SettingsError(f"The setting 'checkpoints' {subject} name stems out of {stems}. Got {unknown}.")
        files = [name for name in ("archive", "checkpoints") if getattr(self.settings, name)]
        if self.options.random_weights and files:
            raise SettingsError(
                f"The settings {files} {subject} go with weight files. Got them with random weights: leave one out."
            )
        if not self.options.random_weights:
            given = {name: sizes for name, sizes in asdict(self.settings.random_arguments).items() if sizes}
            refuse_random_arguments(SingleSettings(random_arguments=given), self.entry.name)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the networks of a row of this family.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: A weight file is missing, damaged, or holds another network.
        ModelUnavailableError: Published networks are asked for, and ONNX Runtime is missing.
    """
    builder = _Builder(entry, options)
    if options.random_weights:
        logger.warning("%s is built with RANDOM weights, as was asked: its output is noise-like.", entry.name)
    with seeded_torch(options.seed):
        members = tuple(builder.members())
    return Bag(members, entry.stems, entry.sample_rate, options.device)


def _config(base: Any, sizes: Mapping[str, Any], key: str, model: str) -> Any:
    try:
        return replace(base, **sizes)
    except TypeError as error:
        raise SettingsError(
            f"The setting 'random_arguments.{key}' of the model '{model}' must name fields of "
            f"{type(base).__name__}. Got {sorted(sizes)}: {error}."
        ) from error
