"""Correlations of long signals at few lags, exact, block by block.

    c_ab[m] = sum_n a[n] b[n + m],  0 <= m < lags.

museval transforms whole songs (2^24 points for four minutes) to keep 512 of their 16 million lags. Here a block of `b`
meets the same block of `a` and the `lags - 1` samples before it: their product of spectra holds these lags exactly, and
summed over the blocks it needs one inverse transform per pair at the end. Blocks are small enough for a processor's
cache, and the products of all pairs are one batch of small matrix products.

Legend: a, b signals; k blocks; f frequencies; m lags.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from evaluator.bsseval.signals import Signals
from evaluator.bsseval.spectra import irfft, rfft, to_frequency_first
from evaluator.bsseval.workers import map_on_cores

BLOCK_SAMPLES = 4096
"""Of a transform; longer where many lags would fill it."""
BLOCKS_AT_ONCE = {"cpu": 16, "cuda": 2048}
"""What stays in a processor's cache, and what fills a GPU."""


def lagged_correlations(references: Signals, others: Signals, lags: int) -> Tensor:
    """Correlate delayed references with other signals of the same length and device.

    Args:
        references: The channels of these are a.
        others: The channels of these are b.
        lags: How many delays, from 0.

    Returns:
        c, float64, shape (stems of a, channels of a, stems of b, channels of b, lags): reference a, delayed by m
        samples, times signal b.
    """
    size, device = max(BLOCK_SAMPLES, 4 * lags), references.device
    hop, at_once = size - lags + 1, BLOCKS_AT_ONCE[device.type]
    groups = list(range(0, references.samples, hop * at_once))
    shares = [groups[first :: torch.get_num_threads()] for first in range(min(len(groups), torch.get_num_threads()))]

    def products(starts: list[int]) -> Tensor:
        shape = (size // 2 + 1, math.prod(references.shape), math.prod(others.shape))
        total = torch.zeros(shape, dtype=torch.complex128, device=device)
        for start in starts:
            blocks = min(at_once, -(-(references.samples - start) // hop))
            before, after = (_blocks(signals, start, blocks, size, hop) for signals in (references, others))
            after[..., : lags - 1] = 0.0
            spectra = to_frequency_first(rfft(before, size)), to_frequency_first(rfft(after, size))
            total.baddbmm_(spectra[0].conj(), spectra[1].transpose(1, 2))
        return total

    whole = torch.stack(map_on_cores(products, shares, device)).sum(dim=0)
    flat = irfft(whole.permute(1, 2, 0), size)[..., :lags]
    return flat.unflatten(1, others.shape).unflatten(0, references.shape)


def _blocks(signals: Signals, start: int, blocks: int, size: int, hop: int) -> Tensor:
    """Return blocks that each begin `size - hop` samples early, shape (channels of all stems, blocks, size)."""
    piece = signals.cut(start - (size - hop), start + blocks * hop)
    return piece.unfold(-1, size, hop).flatten(0, 1).contiguous()
