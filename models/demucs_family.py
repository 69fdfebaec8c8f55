"""The Demucs family, versions 3 and 4, through the `demucs` package: single networks and bags of them.

The package cuts a song into overlapping segments, runs them one by one and adds them up under triangular weights
(`demucs.apply.apply_model`). Around it, here: the normalisation that its command line does (and its function does not),
bags with stem weights by name, and seeded shifts that leave Python's random state alone.

References: Defossez, "Hybrid Spectrogram and Waveform Source Separation", 2021, https://arxiv.org/abs/2111.03600;
Rouard, Massa, Defossez, "Hybrid Transformers for Music Source Separation", 2022, https://arxiv.org/abs/2211.08553
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass as plain_dataclass
from fractions import Fraction
from typing import Any, Literal

import torch
import torch.nn.functional as functional
from demucs.apply import apply_model
from demucs.htdemucs import HTDemucs
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import STEMS, Stems
from models.checkpoints import locate_weights
from models.demucs_files import NETWORKS, DemucsNetwork, load_network
from models.errors import SettingsError, WeightError
from models.manifest import ModelEntry
from models.mixtures import CHANNELS, check_mixture
from models.registry import BuildOptions
from models.seeding import seeded_python_random, seeded_torch
from models.validation import read_settings

logger = logging.getLogger(__name__)

_SILENCE = 1e-8
_SHORTEST_SAMPLES = 8192


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class DemucsSettings:
    """What a plan may set for this family."""

    shifts: int = Field(default=0, ge=0)
    """Number of randomly delayed passes (0 to 0.5 s) that are averaged; 0 is one pass without delay."""
    overlap: float = Field(default=0.25, ge=0, lt=1)
    """Share of a segment that overlaps with the next."""
    segment_seconds: float | None = Field(default=None, gt=0)
    """Length of a segment; None takes the bag's or the network's own."""
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
    """The publisher's order of the stems, for random weights."""
    members: list[MemberSpec] = Field(min_length=1)
    segment_seconds: float | None = None


@plain_dataclass(frozen=True)
class Member:
    """One network and its say in each stem."""

    network: DemucsNetwork
    stem_weights: Mapping[str, float]
    """Stem -> weight; a stem that is not named has weight 0."""
    segment_seconds: float | None = None
    """Length of a segment; None takes the network's own."""


class DemucsSeparator:
    """A bag of Demucs networks (often of one) as a separator.

    A stem is the average of the members' estimates under their weights for that stem. Each member runs once, and not
    at all when none of its weights counts.
    """

    def __init__(
        self, members: Sequence[Member], settings: DemucsSettings, device: torch.device, seed: int = 0
    ) -> None:
        self.stems: tuple[str, ...] = tuple(
            stem for stem in STEMS if any(member.stem_weights.get(stem, 0) for member in members)
        )
        self.sample_rate = int(members[0].network.samplerate)
        self._members = [member for member in members if any(member.stem_weights.get(stem, 0) for stem in self.stems)]
        self._settings = settings
        self._device = device
        self._seed = seed
        for member in self._members:
            member.network.to(device).eval()

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
        offset, scale = _level(mixture.float())
        normalised = functional.pad((mixture.float() - offset) / scale, (0, max(0, _SHORTEST_SAMPLES - samples)))
        # The networks draw from Python's generator even without shifts.
        with seeded_python_random(self._seed):
            averages = self._average(normalised)
        return {stem: average[:, :samples] * scale + offset for stem, average in averages.items()}

    def _average(self, normalised: Tensor) -> Stems:
        sums: Stems = {}
        totals = dict.fromkeys(self.stems, 0.0)
        for member in self._members:
            estimates = apply_model(
                member.network,
                normalised[None],
                shifts=self._settings.shifts,
                split=True,
                overlap=self._settings.overlap,
                device=self._device,
                segment=member.segment_seconds,
            )[0]
            for stem, estimate in zip(member.network.sources, estimates, strict=True):
                weight = member.stem_weights.get(stem, 0)
                if stem in totals and weight:
                    sums[stem] = sums[stem] + estimate * weight if stem in sums else estimate * weight
                    totals[stem] += weight
        return {stem: sums[stem] / totals[stem] for stem in self.stems}


def build(entry: ModelEntry, options: BuildOptions) -> DemucsSeparator:
    """Build a separator of this family from its row.

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
            network = _published_network(entry, spec, settings)
        stem_weights = spec.stem_weights if spec.stem_weights is not None else dict.fromkeys(entry.stems, 1.0)
        segment_seconds = _segment_seconds(entry, network, bag, settings)
        members.append(Member(network, stem_weights, segment_seconds))
    return DemucsSeparator(members, settings, options.device, options.seed)


def _published_network(entry: ModelEntry, spec: MemberSpec, settings: DemucsSettings) -> DemucsNetwork:
    file = next(file for file in entry.weights if file.role == spec.signature)
    path = locate_weights(entry.name, file, settings.weights_folder)
    network = load_network(path, entry.name)
    expected = (CHANNELS, entry.sample_rate, sorted(entry.stems))
    received = (network.audio_channels, network.samplerate, sorted(network.sources))
    if received != expected:
        raise WeightError(
            f"The file '{path}' of the model '{entry.name}' must hold a network for (channels, sample rate, stems) "
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


def _segment_seconds(entry: ModelEntry, network: DemucsNetwork, bag: BagSpec, settings: DemucsSettings) -> float | None:
    longest = float(network.segment) if isinstance(network, HTDemucs) else None
    asked = settings.segment_seconds
    if longest is not None and asked is not None and asked > longest:
        raise SettingsError(
            f"The setting 'segment_seconds' of the model '{entry.name}' must be at most {longest:g}, the length that "
            f"its transformer was trained on. Got {asked:g}."
        )
    if asked is not None:
        return asked
    return bag.segment_seconds if longest is None else None


def _level(mixture: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and the standard deviation that the package's command line normalises by.

    Both are taken of the mono mix. Where that is silent although the channels are not (opposite channels), dividing by
    its deviation would blow the signal up: the deviation of the channels is used instead. One sample has none.
    """
    mono = mixture.mean(0)
    deviation = mono.std() if mono.shape[-1] > 1 else mono.new_zeros(())
    if deviation < _SILENCE:
        deviation = mixture.std()
    return mono.mean(), deviation + _SILENCE
