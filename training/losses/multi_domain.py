"""X-UMX's loss: magnitudes and waveforms, of every stem and of every sum of stems.

Of four stems there are 14 (`training.losses.combinations`). The term of spectra is the mean squared difference of
magnitudes, a combination's being the sum of its stems'. The term of time is 1 plus the weighted SDR loss: cosines
between estimate and reference, and between what each leaves of the mixture, weighted by their energies.

References: Sawata et al., "All for one and one for all: improving music separation by bridging networks", ICASSP 2021,
https://arxiv.org/abs/2010.04228; Choi et al., "Phase-aware speech enhancement with deep complex U-Net", ICLR 2019,
https://arxiv.org/abs/1903.03107. The numbers are those of Asteroid's recipe,
https://github.com/asteroid-team/asteroid/tree/master/egs/musdb18/X-UMX (Sony's code leaves out 200 samples at each
end). Both compare the magnitudes that the network masks; `MultiDomain` is given sounds and takes magnitudes of these.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import MIXTURE, Stems
from training.losses.combinations import mean_square_of_sums, stem_combinations
from training.losses.stem_loss import check_pairs
from training.parts import STRICT
from transforms import STFT, STFTConfig

_SMALLEST_ENERGY = 1e-10


@dataclass(frozen=True, config=STRICT)
class MultiDomain:
    """The term of spectra plus ten times the term of time; every combination counts alike."""

    time_weight: Annotated[float, Field(ge=0.0)] = 10.0
    combined: bool = True
    """Whether sums of stems count too; without them only single stems do."""
    window_samples: Annotated[int, Field(ge=2, multiple_of=2)] = 4096
    hop_samples: Annotated[int, Field(ge=1)] = 1024
    """At most half a window."""

    def __post_init__(self) -> None:
        self._stft()

    def __call__(self, estimates: Stems, references: Stems) -> Tensor:
        """Return the loss of a batch, a scalar.

        Args:
            estimates: Stem name -> samples, shape (batch, channels, samples).
            references: The same stems. A mixture among them is the one that the stems leave a rest of; else their sum.

        Raises:
            LossInputError: A stem has no reference or one of another shape.
        """
        check_pairs(estimates, references)
        stft = self._stft()
        largest = len(estimates) - 1 if self.combined else 1
        truths = {stem: references[stem] for stem in estimates}
        spectral = magnitude_term(_magnitudes(stft, estimates), _magnitudes(stft, truths), largest)
        mixture = references[MIXTURE] if MIXTURE in references else torch.stack(list(truths.values())).sum(dim=0)
        return spectral + self.time_weight * time_term(estimates, truths, mixture, largest)

    def _stft(self) -> STFT:
        return STFT(STFTConfig(window_samples=self.window_samples, hop_samples=self.hop_samples))


def magnitude_term(estimates: Stems, references: Stems, largest: int) -> Tensor:
    """Return the mean over combinations of the mean squared difference of summed magnitudes.

    Args:
        estimates: Stem name -> magnitudes, any shape; a network that masks magnitudes can give them directly.
        references: The same of the true stems.
        largest: Stems of the largest combination.
    """
    errors = [estimate - references[stem] for stem, estimate in estimates.items()]
    return mean_square_of_sums(torch.stack(errors, dim=1), largest)


def time_term(estimates: Stems, references: Stems, mixture: Tensor, largest: int) -> Tensor:
    """Return 1 plus the mean over combinations, items and channels of the weighted SDR loss.

    Args:
        estimates: Stem name -> samples, shape (batch, channels, samples).
        references: The same of the true stems.
        mixture: Shape as a stem.
        largest: Stems of the largest combination.
    """
    losses = [
        weighted_sdr(_sum(estimates, names), _sum(references, names), mixture).mean()
        for names in stem_combinations(tuple(estimates), largest)
    ]
    return 1 + torch.stack(losses).mean()


def weighted_sdr(estimates: Tensor, references: Tensor, mixture: Tensor) -> Tensor:
    """Return minus the weighted cosines of each item and channel, from -1 (perfect) to 1, shape (batch, channels)."""
    rest, estimated_rest = mixture - references, mixture - estimates
    energy, rest_energy = references.square().sum(dim=-1), rest.square().sum(dim=-1)
    share = energy / (energy + rest_energy + _SMALLEST_ENERGY)
    return -share * _cosine(estimates, references) - (1 - share) * _cosine(estimated_rest, rest)


def _cosine(first: Tensor, second: Tensor) -> Tensor:
    lengths = (_SMALLEST_ENERGY + first.square().sum(dim=-1)).sqrt() * (
        _SMALLEST_ENERGY + second.square().sum(dim=-1)
    ).sqrt()
    return (first * second).sum(dim=-1) / (lengths + _SMALLEST_ENERGY)


def _sum(stems: Stems, names: tuple[str, ...]) -> Tensor:
    summed = stems[names[0]]
    for name in names[1:]:
        summed = summed + stems[name]
    return summed


def _magnitudes(stft: STFT, stems: Stems) -> Stems:
    return {stem: stft(sound).abs() for stem, sound in stems.items()}
