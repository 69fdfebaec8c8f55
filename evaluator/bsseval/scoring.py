"""BSSEval of one song: what depends on the true stems is computed once and serves all systems.

A pass scores some sources against each other. museval scores a song in two passes: the four stems, and the vocals
against the sum of the others, the accompaniment. The sources of a pass are sums of stems, so their correlations and
spectra are sums too, and the second pass needs no transform of its own.

Legend: i, j stems; s, u sources of a pass; c, d channels; l lags; f frequencies; t frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from evaluator.bsseval.correlations import lagged_correlations
from evaluator.bsseval.decomposition import Decomposition, scores
from evaluator.bsseval.framing import Framing, silent
from evaluator.bsseval.projection import distortion_filters, normal_equations
from evaluator.bsseval.settings import BSSEvalSettings
from evaluator.bsseval.signals import Signals
from evaluator.bsseval.spectra import energy_spectra, fast_size, to_frequency_first
from evaluator.bsseval.workers import map_on_cores

FREQUENCIES_AT_ONCE = {"cpu": 2048, "cuda": 1 << 16}


class PreparedReferences:
    """True stems, ready to score any number of systems."""

    def __init__(self, stems: Signals, combinations: list[Tensor], settings: BSSEvalSettings) -> None:
        """Take the stems; the work begins with the first system.

        Args:
            stems: Their device is the one that computes.
            combinations: For each pass which stems each source is the sum of, shape (sources, stems).
            settings: Frames and filters.
        """
        self._stems = stems
        self._combinations = [combination.to(stems.device, torch.float64) for combination in combinations]
        self._settings = settings
        self._framing = Framing(settings.window, settings.hop, stems.samples)

    def score(self, estimates: Signals) -> list[Tensor]:
        """Score a system.

        Args:
            estimates: Shape and device as the true stems.

        Returns:
            For each pass SDR, ISR, SIR and SAR in dB, float64 on the CPU, shape (4, sources, frames); NaN in a frame in
            which a source is silent.
        """
        cross = self._correlations_with(estimates)
        size = fast_size(self._framing.frame_samples + self._settings.filters_len - 1)
        decompositions = [each.decomposition(cross, size) for each in self._passes]

        def frame_scores(numbers: range) -> list[Tensor]:
            return self._frame_scores(
                decompositions, *(self._frames(x, numbers, size) for x in (self._stems, estimates))
            )

        device = self._stems.device
        groups = map_on_cores(frame_scores, self._framing.groups(device), device)
        return [torch.cat(parts, dim=-1).cpu() for parts in zip(*groups, strict=True)]

    def _frame_scores(self, decompositions: list[Decomposition], true: _Frames, estimated: _Frames) -> list[Tensor]:
        """Score some frames in each pass, shape (4, sources, frames)."""
        energies = [true.samples.new_zeros(()) for _ in decompositions]
        for band in true.bands():
            both = true.spectra(band), estimated.spectra(band)
            for index, (each, decomposition) in enumerate(zip(self._passes, decompositions, strict=True)):
                sources, estimates = (each.spectra(stems) for stems in both)
                energies[index] = energies[index] + decomposition.energies(sources, estimates, band)
        return [
            scores(energy).masked_fill(each.silent(true) | each.silent(estimated), torch.nan)
            for each, energy in zip(self._passes, energies, strict=True)
        ]

    @cached_property
    def _passes(self) -> list[_Pass]:
        correlations = self._correlations_with(self._stems)
        return [_Pass(combination, correlations) for combination in self._combinations]

    def _correlations_with(self, signals: Signals) -> Tensor:
        return lagged_correlations(self._stems, signals, self._settings.filters_len)

    def _frames(self, signals: Signals, numbers: range, size: int) -> _Frames:
        frames = self._framing.frames(signals, numbers)
        return _Frames(frames, energy_spectra(frames.flatten(0, 1), size))


@dataclass(frozen=True)
class _Frames:
    """Some frames of all stems."""

    samples: Tensor
    """Shape (j, c, t, n)."""
    whole_spectra: Tensor
    """Shape (j c, t, f)."""

    def bands(self) -> list[slice]:
        """Split the frequencies into bands that fit into a processor's cache or fill a GPU."""
        step = FREQUENCIES_AT_ONCE[self.samples.device.type]
        return [slice(first, first + step) for first in range(0, self.whole_spectra.shape[-1], step)]

    def spectra(self, band: slice) -> Tensor:
        """Return a band, shape (f, j, c, t)."""
        return to_frequency_first(self.whole_spectra[..., band]).unflatten(1, self.samples.shape[:2])


class _Pass:
    """Sources that are scored against each other."""

    def __init__(self, combination: Tensor, correlations: Tensor) -> None:
        """Factorise the equations of the filters.

        Args:
            combination: Which stems a source is the sum of, float64, shape (s, j).
            correlations: Of the true stems with each other, shape (i, c, j, d, l).
        """
        self._combination = combination
        of_sources = self._correlations(correlations)
        self._own = [normal_equations(of_sources[source, :, source]) for source in range(len(combination))]
        self._all = normal_equations(of_sources.flatten(2, 3).flatten(0, 1))

    def decomposition(self, cross: Tensor, size: int) -> Decomposition:
        """Compute the filters for a system.

        Args:
            cross: Correlations of the true stems with the estimates, shape (i, c, j, d, l).
            size: Length of the frames' transform.
        """
        of_sources = self._correlations(cross)
        own = [distortion_filters(solve, of_sources[source, :, source]) for source, solve in enumerate(self._own)]
        every = distortion_filters(self._all, of_sources.flatten(2, 3).flatten(0, 1))
        return Decomposition(torch.stack(own), every, size)

    def spectra(self, of_stems: Tensor) -> Tensor:
        """Sum spectra of stems, shape (f, j, c, t), to those of the sources' channels, shape (f, s c, t)."""
        combination = self._combination.to(of_stems.dtype)
        return torch.einsum("sj,fjct->fsct", combination, of_stems).flatten(1, 2)

    def silent(self, frames: _Frames) -> Tensor:
        """Tell in which frames a source is silent, shape (t,)."""
        return silent(self._combination, frames.samples)

    def _correlations(self, of_stems: Tensor) -> Tensor:
        """Sum correlations of stems to those of sources, shape (s, c, u, d, l)."""
        return torch.einsum("si,icjdl,uj->scudl", self._combination, of_stems, self._combination)
