"""Scale-invariant SDR of a whole stem, in dB: what MDX SDR would be if the level of the estimate did not matter.

    SI-SDR = 10 log10(|a s|^2 / |a s - e|^2),  a = <e, s> / |s|^2,

s the reference and e the estimate, the whole song and both channels as one vector, in float64 (Le Roux, Wisdom,
Erdogan, Hershey, "SDR - half-baked or well done?", ICASSP 2019, https://arxiv.org/abs/1811.02508). The paper assumes
signals without a mean; stems hardly have one, and it stays.

It lies between -LIMIT_DB and LIMIT_DB: an estimate that is the reference at another level reaches the upper limit, one
without anything of the reference the lower. Where the reference or the estimate is silent there is no level to be
found, and the score is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from torch import Tensor

from evaluator.metrics import BLOCK_SAMPLES, check_finite, stem_pairs

LIMIT_DB = 100.0
"""Beyond it a score would be the rounding of float64."""


def si_sdr(reference: Tensor, estimate: Tensor) -> float:
    """Score one stem in memory.

    Args:
        reference: True samples, shape (channels, samples).
        estimate: The same shape.

    Returns:
        SI-SDR in dB, or NaN where one of the two is silent.

    Raises:
        ValueError: Different shapes.
    """
    if reference.shape != estimate.shape:
        raise ValueError(
            f"The estimate must have the shape of its reference, {tuple(reference.shape)}. Got {tuple(estimate.shape)}."
        )
    blocks = zip(reference.split(BLOCK_SAMPLES, dim=-1), estimate.split(BLOCK_SAMPLES, dim=-1), strict=True)
    return _ratio(_energies((true.double().T.numpy(), block.double().T.numpy()) for true, block in blocks))


def si_sdr_files(reference_path: Path, estimate_path: Path) -> float:
    """Score one stem from two files, in blocks.

    Returns:
        As `si_sdr`.

    Raises:
        AudioError: A file is unreadable, cut off, or holds samples that are no numbers, or the two differ in sample
            rate, length or channels.
    """
    energies = _energies(stem_pairs(reference_path, estimate_path))
    for path, energy in ((reference_path, energies[0]), (estimate_path, energies[1])):
        check_finite(path, energy)
    return _ratio(energies)


def _energies(blocks: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float, float]:
    """Return the energy of the reference, that of the estimate, and their product."""
    sums = np.zeros(3)
    for true_block, block in blocks:
        sums += (np.vdot(true_block, true_block), np.vdot(block, block), np.vdot(true_block, block))
    return float(sums[0]), float(sums[1]), float(sums[2])


def _ratio(energies: tuple[float, float, float]) -> float:
    true_energy, estimated_energy, product = energies
    if true_energy <= 0.0 or estimated_energy <= 0.0:
        return math.nan
    target_share = product**2 / true_energy / estimated_energy
    smallest = 10 ** (-LIMIT_DB / 10)
    decibels = 10 * math.log10(max(target_share, smallest) / max(1.0 - target_share, smallest))
    return min(max(decibels, -LIMIT_DB), LIMIT_DB)
