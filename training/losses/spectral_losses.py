"""Distances of spectra: of complex coefficients, which know phases, and of magnitudes, which do not.

References: Luo, Yu, "Music source separation with band-split RNN", 2022, on the absolute differences of real and
imaginary parts, https://arxiv.org/abs/2209.15174; Stöter et al., "Open-Unmix", JOSS 4(41), 2019, on the squared
difference of magnitudes, https://doi.org/10.21105/joss.01667
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from training.losses.stem_loss import StemLoss
from training.parts import STRICT
from transforms import STFT, STFTConfig


@dataclass(frozen=True, config=STRICT)
class SpectralLoss(StemLoss):
    """Base of the losses on spectra, with windows of Hann's shape centred on multiples of the hop."""

    window_samples: Annotated[int, Field(ge=2, multiple_of=2)] = 4096
    hop_samples: Annotated[int, Field(ge=1)] = 1024
    """At most half a window."""

    def __post_init__(self) -> None:
        self._stft()

    @abstractmethod
    def distances(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of complex coefficients, element by element."""

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of each frame, a mean over channels and bins; see `StemLoss`."""
        stft = self._stft()
        return self.distances(stft(estimates), stft(references)).mean(dim=(1, 2))

    def _stft(self) -> STFT:
        return STFT(STFTConfig(window_samples=self.window_samples, hop_samples=self.hop_samples))


@dataclass(frozen=True, config=STRICT)
class ComplexL1(SpectralLoss):
    """Absolute difference of the real parts plus that of the imaginary parts."""

    def distances(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of complex coefficients, element by element."""
        difference = estimates - references
        return difference.real.abs() + difference.imag.abs()


@dataclass(frozen=True, config=STRICT)
class ComplexL2(SpectralLoss):
    """Squared magnitude of the difference."""

    def distances(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of complex coefficients, element by element."""
        difference = estimates - references
        return difference.real.square() + difference.imag.square()


@dataclass(frozen=True, config=STRICT)
class MagnitudeL1(SpectralLoss):
    """Absolute difference of the magnitudes."""

    def distances(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of complex coefficients, element by element."""
        return (estimates.abs() - references.abs()).abs()


@dataclass(frozen=True, config=STRICT)
class MagnitudeL2(SpectralLoss):
    """Squared difference of the magnitudes: what trains Open-Unmix, there on masked magnitudes instead of a sound's."""

    def distances(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the distance of complex coefficients, element by element."""
        return (estimates.abs() - references.abs()).square()
