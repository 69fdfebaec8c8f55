"""What a builder hands to the engine: networks, and how each was trained to be run.

A network maps waveforms to waveforms and knows no song: length, normalisation, overlap and averaging are the engine's
(`separation.engine`), told by the facts in `Member`. A bag of several networks is a list of members whose stem weights
say which estimate counts how much (as Demucs' bag files do).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import torch
from torch import Tensor

Normalisation = Literal["none", "mono", "deviation"]
"""What happens to a song before a network: nothing; the mean and deviation of its mono mix are taken out, and each stem
gets both back, as Demucs does it; or the deviation alone, so that stems that add up to the mixture still do."""


@runtime_checkable
class Network(Protocol):
    """A module that separates waveforms."""

    @property
    def stems(self) -> tuple[str, ...]:
        """Names of the outputs, in their order."""
        ...

    @property
    def sample_rate(self) -> int:
        """In hertz."""
        ...

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples the network must be given for a chunk, at least as many."""
        ...

    def to(self, device: torch.device) -> object:
        """Move the weights."""
        ...

    def state_dict(self) -> Mapping[str, Any]:
        """Return the weights by name."""
        ...

    def eval(self) -> object:
        """Leave training: no dropout, fixed batch norms."""
        ...

    def __call__(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        ...


@runtime_checkable
class MagnitudeNetwork(Network, Protocol):
    """A network that estimates magnitudes in a spectrogram of its own, which a Wiener filter can refine."""

    def analyse(self, mixture: Tensor) -> Tensor:
        """Return the spectrogram of (..., samples): complex, shape (..., bins, frames)."""
        ...

    def magnitudes(self, mixture_magnitude: Tensor) -> Tensor:
        """Map magnitudes (batch, channels, bins, frames) to those of the stems (batch, stems, channels, ...)."""
        ...

    def synthesise(self, spectrogram: Tensor, samples: int) -> Tensor:
        """Return the sound of a spectrogram (..., bins, frames): shape (..., samples)."""
        ...


@dataclass(frozen=True)
class WienerUse:
    """How the magnitudes of a bag's networks were filtered together, all stems at once (`transforms.wiener`)."""

    iterations: int = 0
    """Iterations of the filter; 0 keeps the mixture's phase."""
    window_frames: int | None = 300
    """Frames of the spectrogram that are filtered together; None takes all of a chunk."""
    softmask: bool = False
    """Whether the filter began from the ratio of the magnitudes instead of the magnitudes themselves."""


UNFILTERED = WienerUse()


@dataclass(frozen=True)
class Member:
    """One network of a bag."""

    network: Network
    stem_weights: Mapping[str, float]
    """Stem -> weight of this network's estimate; a stem that is not named has weight 0."""
    segment_samples: int | None
    """Length of the chunks that a song is cut into; None takes it whole."""
    longest_samples: int | None = None
    """Longest chunk that the network can take, or None without a bound."""
    overlap: float = 0.25
    """Share of a chunk that the next one covers again."""
    normalisation: Normalisation = "none"

    def counts_for(self, stem: str) -> bool:
        """Tell whether this network has a say in a stem."""
        return self.stem_weights.get(stem, 0.0) != 0.0


@dataclass(frozen=True)
class Bag:
    """All networks of a model."""

    members: tuple[Member, ...]
    stems: tuple[str, ...]
    sample_rate: int
    device: torch.device
    wiener: WienerUse = UNFILTERED
