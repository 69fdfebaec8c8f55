"""Inner products of true stems and estimates: all that a fit needs to know of the audio.

For a true stem s, estimates e_k and weights w, the error of the blend has the energy

    |s - sum w_k e_k|^2 = |s|^2 - 2 w.b + w'Gw,    b_k = s.e_k,    G_kl = e_k.e_l,

so that with b and G of each song, computed once, the MDX SDR of any weights and its gradient take no audio at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from evaluator.metrics import BLOCK_SAMPLES, DELTA


@dataclass(frozen=True, eq=False)
class StemProducts:
    """The products of one stem on some songs; float64."""

    energies: np.ndarray
    """Of the true stem, shape (songs,)."""
    cross: np.ndarray
    """Of the true stem with each estimate, shape (songs, estimates)."""
    gram: np.ndarray
    """Of the estimates with each other, shape (songs, estimates, estimates)."""

    def decibels(self, weights: np.ndarray) -> np.ndarray:
        """Return the MDX SDR of each song, shape (songs,), under weights of shape (estimates,)."""
        return np.asarray(10 * np.log10((self.energies + DELTA) / (self._errors(weights) + DELTA)))

    def mean_decibels(self, weights: np.ndarray) -> float:
        """Return the mean over songs, which is what the challenge ranks by."""
        return float(self.decibels(weights).mean())

    def gradient(self, weights: np.ndarray) -> np.ndarray:
        """Return the derivatives of `mean_decibels`, shape (estimates,)."""
        slopes = (self.cross - self.gram @ weights) / (self._errors(weights) + DELTA)[:, None]
        return np.asarray(20 / math.log(10) * slopes.mean(axis=0))

    def chosen(self, songs: np.ndarray) -> StemProducts:
        """Return the products of some songs, by a mask or by indices."""
        return StemProducts(self.energies[songs], self.cross[songs], self.gram[songs])

    def summed(self, bands: int) -> StemProducts:
        """Return the products of whole estimates, where each is there as so many neighbouring bands."""
        songs, columns = self.cross.shape
        members = columns // bands
        gram = self.gram.reshape(songs, members, bands, members, bands).sum(axis=(2, 4))
        return StemProducts(self.energies, self.cross.reshape(songs, members, bands).sum(axis=2), gram)

    def _errors(self, weights: np.ndarray) -> np.ndarray:
        """Return the energies of the errors; where a blend is exact, rounding could give less than zero."""
        quadratic = np.einsum("k,skl,l->s", weights, self.gram, weights)
        return np.maximum(self.energies - 2 * self.cross @ weights + quadratic, 0.0)


def inner_products(reference: Tensor, estimates: Sequence[Tensor]) -> StemProducts:
    """Compute the products of one stem of one song, in blocks.

    Args:
        reference: The true stem, shape (channels, samples).
        estimates: Each of the same shape; at least one.
    """
    signals = 1 + len(estimates)
    total = torch.zeros(signals, signals, dtype=torch.float64)
    for blocks in zip(*(signal.split(BLOCK_SAMPLES, dim=-1) for signal in (reference, *estimates)), strict=True):
        rows = torch.stack([block.reshape(-1).double() for block in blocks])
        total += rows @ rows.T
    products = total.numpy()[None]
    return StemProducts(products[:, 0, 0], products[:, 0, 1:], products[:, 1:, 1:])


def join_songs(products: Sequence[StemProducts]) -> StemProducts:
    """Put the songs of several products behind one another."""
    return StemProducts(
        np.concatenate([one.energies for one in products]),
        np.concatenate([one.cross for one in products]),
        np.concatenate([one.gram for one in products]),
    )
