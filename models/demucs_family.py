"""The Demucs family, versions 3 and 4, through the `demucs` package: single networks and bags of them.

The engine runs the networks as the package's `demucs.apply.apply_model` does (overlapping segments under triangular
weights, the normalisation of its command line), in batches and without the members that no asked stem needs. Here are
the networks themselves, and bags with stem weights by name.

A network with more sources than a song has stems (`htdemucs_6s`: guitar and piano too) is folded: a row's `folds` says
which sources add up to one stem. The song's mean, which normalisation takes out, comes back once in such a stem, not
once for each source.

References: Defossez, "Hybrid Spectrogram and Waveform Source Separation", 2021, https://arxiv.org/abs/2111.03600;
Rouard, Massa, Defossez, "Hybrid Transformers for Music Source Separation", 2022, https://arxiv.org/abs/2211.08553
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import torch
from demucs.htdemucs import HTDemucs
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from models.demucs_files import NETWORKS, DemucsNetwork, load_network
from models.errors import SettingsError, WeightError
from models.files.checkpoints import locate_weights
from models.manifest import ModelEntry
from models.mixtures import CHANNELS
from models.network import Bag, Member
from models.parts.attention import flash_attention
from models.registry import BuildOptions
from models.seeding import seeded_python_random, seeded_torch
from models.validation import read_settings

logger = logging.getLogger(__name__)

TRAINED_OVERLAP = 0.25
"""Overlap of segments in the package's own evaluation."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class DemucsSettings:
    """What a plan may set for this family."""

    weights_folder: str | None = None
    """Folder or folders searched first for the weight files."""
    random_arguments: dict[str, Any] = Field(default_factory=dict)
    """Constructor arguments for random weights only, over those of the manifest; a weight file brings its own."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class MemberSpec:
    """One network of a bag, as the manifest describes it."""

    signature: str
    """The publisher's name for it; also the role of its weight file."""
    network: Literal["Demucs", "HDemucs", "HTDemucs"]
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Constructor arguments for random weights."""
    training_segment_seconds: str | None = None
    """Fraction such as "39/5": the only length that a transformer network was trained on."""
    stem_weights: dict[str, float] | None = None
    """Stem -> its weight in the bag's average, 0 where it is not named; None is 1 for every stem."""


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BagSpec:
    """The manifest's `architecture` block."""

    sources: list[str]
    """What its networks separate; their order is the publisher's, for random weights (a file brings its own)."""
    members: list[MemberSpec] = Field(min_length=1)
    segment_seconds: float | None = None
    folds: dict[str, list[str]] = Field(default_factory=dict)
    """Stem -> the network's sources that add up to it; a source that is not named is a stem itself."""

    def __post_init__(self) -> None:
        """Refuse folds of what the networks do not separate."""
        unknown = {source for folded in self.folds.values() for source in folded}.difference(self.sources)
        if unknown:
            raise ValueError(f"'folds' must name sources only ({', '.join(self.sources)}). Got {sorted(unknown)}.")


class DemucsWaveforms:
    """A network of the package as the engine runs it.

    Args:
        network: The network.
        folds: Stem -> the network's sources that add up to it; a source that is not named is a stem itself.
    """

    def __init__(self, network: DemucsNetwork, folds: Mapping[str, Sequence[str]] | None = None) -> None:
        self.network = network
        self._parts = _parts_of_stems(tuple(network.sources), folds or {})
        self.stems: tuple[str, ...] = tuple(self._parts)
        self.sample_rate = int(network.samplerate)

    def input_samples(self, chunk_samples: int) -> int:
        """Return the length that the network was built for: a transformer's segment, or what its strides divide."""
        valid_length = getattr(self.network, "valid_length", None)
        return chunk_samples if valid_length is None else int(valid_length(chunk_samples))

    def to(self, device: torch.device) -> DemucsWaveforms:
        """Move the weights."""
        self.network.to(device)
        return self

    def state_dict(self) -> dict[str, Any]:
        """Return the weights by name."""
        return self.network.state_dict()

    def eval(self) -> DemucsWaveforms:
        """Leave training."""
        self.network.eval()
        return self

    def __call__(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        # The networks draw from Python's generator even where nothing is random.
        with seeded_python_random(0), flash_attention(mixture.device):
            sources = self.network(mixture)
        if len(self._parts) == sources.shape[1]:
            return sources
        return torch.stack([sources[:, positions].sum(dim=1) for positions in self._parts.values()], dim=1)


def _parts_of_stems(sources: tuple[str, ...], folds: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Give each stem the positions of its sources, in the order of the stems' first sources."""
    stem_of = {source: stem for stem, folded in folds.items() for source in folded}
    parts: dict[str, list[int]] = {}
    for position, source in enumerate(sources):
        parts.setdefault(stem_of.get(source, source), []).append(position)
    return parts


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the networks of this family's row.

    Raises:
        SettingsError: Unknown or unusable settings.
        WeightError: A weight file is missing, damaged, unsafe, or made for other stems.
    """
    settings = read_settings(DemucsSettings, options.settings, entry.name)
    bag = read_settings(BagSpec, entry.architecture, entry.name)
    if settings.random_arguments and not options.random_weights:
        raise SettingsError(
            f"The setting 'random_arguments' of the model '{entry.name}' must go with random weights. "
            f"Got {sorted(settings.random_arguments)} with published ones, which bring their own: leave it out."
        )
    if options.random_weights:
        logger.warning("%s is built with RANDOM weights, as was asked: its output is noise-like.", entry.name)
    members = []
    for index, spec in enumerate(bag.members):
        if options.random_weights:
            network = _random_network(entry, bag, spec, settings.random_arguments, options.seed + index)
        else:
            network = _published_network(entry, bag, spec, settings)
        members.append(
            Member(
                network=DemucsWaveforms(network, bag.folds),
                stem_weights=dict.fromkeys(entry.stems, 1.0) if spec.stem_weights is None else spec.stem_weights,
                segment_samples=_segment_samples(network, bag),
                longest_samples=_segment_samples(network, bag) if isinstance(network, HTDemucs) else None,
                overlap=TRAINED_OVERLAP,
                normalisation="mono",
            )
        )
    return Bag(tuple(members), entry.stems, entry.sample_rate, options.device)


def _published_network(entry: ModelEntry, bag: BagSpec, spec: MemberSpec, settings: DemucsSettings) -> DemucsNetwork:
    file = next(file for file in entry.weights if file.role == spec.signature)
    path = locate_weights(entry.name, file, settings.weights_folder)
    network = load_network(path, entry.name)
    expected = (CHANNELS, entry.sample_rate, sorted(bag.sources))
    received = (network.audio_channels, network.samplerate, sorted(network.sources))
    if received != expected:
        raise WeightError(
            f"The file '{path}' of the model '{entry.name}' must hold a network for (channels, sample rate, sources) "
            f"{expected}. Got {received}. Replace it by the published file; `mdx models show {entry.name}` has its URL."
        )
    return network


def _random_network(
    entry: ModelEntry, bag: BagSpec, spec: MemberSpec, overrides: Mapping[str, Any], seed: int
) -> DemucsNetwork:
    arguments: dict[str, Any] = {"samplerate": entry.sample_rate, **spec.arguments}
    if spec.training_segment_seconds is not None:
        arguments["segment"] = Fraction(spec.training_segment_seconds)
    try:
        with seeded_torch(seed):
            network: DemucsNetwork = NETWORKS[spec.network](list(bag.sources), **{**arguments, **overrides})
    except TypeError as error:
        raise SettingsError(
            f"The setting 'random_arguments' of the model '{entry.name}' must name constructor arguments of "
            f"demucs's {spec.network}. Got {sorted(overrides)}: {error}."
        ) from error
    return network


def _segment_samples(network: DemucsNetwork, bag: BagSpec) -> int:
    """Give the length of a chunk: a transformer's own, else the bag's, else the network's."""
    if bag.segment_seconds is None or isinstance(network, HTDemucs):
        return int(float(network.segment) * network.samplerate)
    return int(bag.segment_seconds * network.samplerate)
