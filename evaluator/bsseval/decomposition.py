"""The scores of frames: how much of an estimate's error is spatial, interference and artefacts.

With s the true image of a source, e its estimate, P_j the estimate's projection on the source's own delayed channels
and P that on the channels of all sources, over one frame and the filters' tail,

    SDR = |s|^2 / |e - s|^2,  ISR = |s|^2 / |P_j - s|^2,  SIR = |P_j|^2 / |P - P_j|^2,  SAR = |P|^2 / |e - P|^2  in dB

(BSSEval images as museval's version 4 computes them: filters of the whole song, energies of frames). Convolutions are
products of spectra, and by Parseval's theorem the energies are sums over frequencies: nothing is transformed back.

Legend: j sources; c channels; e estimate channels (j c); a reference channels (j c); f frequencies; t frames.
"""

from __future__ import annotations

import torch
from torch import Tensor

from evaluator.bsseval.decibels import decibels
from evaluator.bsseval.spectra import rfft, to_frequency_first


class Decomposition:
    """Distortion filters as spectra, ready for frames of one size."""

    def __init__(self, own_filters: Tensor, all_filters: Tensor, size: int) -> None:
        """Transform the filters.

        Args:
            own_filters: From each source's channels to the estimate of that source, shape (j, c, c, taps).
            all_filters: From all channels to all estimates, shape (e, a, taps).
            size: Length of the frames' transform, at least a frame and the filters' tail.
        """
        sources, channels, _, taps = own_filters.shape
        own = to_frequency_first(rfft(own_filters.reshape(-1, 1, taps), size))
        self._own = own.view(-1, sources, channels, channels)
        self._all = to_frequency_first(rfft(all_filters, size))

    def energies(self, references: Tensor, estimates: Tensor, band: slice) -> Tensor:
        """Sum what a band of frequencies adds to the energies that the scores are ratios of.

        Args:
            references: Spectra of the frames, shape (f, a, t), from `energy_spectra`.
            estimates: Of the same shape.
            band: Which frequencies these are.

        Returns:
            Of s, e - s, P_j - s, P_j, P - P_j, P and e - P in this order, shape (7, j, t).
        """
        own = self._own[band]
        sources, channels = own.shape[1:3]
        projected_on_own = (own @ references.unflatten(1, (sources, channels))).flatten(1, 2)
        projected = self._all[band] @ references
        signals = (
            references,
            estimates - references,
            projected_on_own - references,
            projected_on_own,
            projected - projected_on_own,
            projected,
            estimates - projected,
        )
        return torch.stack([_energy(signal).unflatten(0, (sources, channels)).sum(dim=1) for signal in signals])


def scores(energies: Tensor) -> Tensor:
    """Turn the whole energies into SDR, ISR, SIR and SAR in dB, shape (4, j, t)."""
    true, error, spatial, projected_on_own, interference, projected, artefacts = energies
    above = torch.stack([true, true, projected_on_own, projected])
    below = torch.stack([error, spatial, interference, artefacts])
    return decibels(above, below)


def _energy(spectra: Tensor) -> Tensor:
    """Sum the squares over the frequencies, shape (signals, t)."""
    parts = torch.view_as_real(spectra)
    return parts.square().sum(dim=0).sum(dim=-1)
