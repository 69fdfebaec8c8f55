"""Multi-resolution STFT distance of a stem: how far two magnitude spectra are apart, without a unit; 0 is the best.

For each excerpt of 2^17 samples (3 s), auraloss's MultiResolutionSTFTLoss with its defaults: for windows of 600, 1200
and 240 samples, | |S| - |E| | / | |S| | (Frobenius norms over both channels) plus the mean of |log |S| - log |E||, and
the mean of the three. A stem's distance is the mean over its excerpts, weighted by their lengths. Left out are excerpts
whose reference is silent, as the first term divides by it, and those shorter than half the longest transform.

References: Yamamoto, Song, Kim, "Parallel WaveGAN", ICASSP 2020, https://arxiv.org/abs/1910.11480;
Steinmetz, Reiss, "auraloss: audio-focused loss functions in PyTorch", DMRN+15, 2020,
https://github.com/csteinmetz1/auraloss
"""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from audio import KitError
from evaluator.metrics import check_finite, stem_pairs

EXCERPT_SAMPLES = 1 << 17
SHORTEST_SAMPLES = 1025
"""The longest transform has 2048 samples, and the first frame reflects half of it."""
SILENCE_LEVEL = 1e-3
"""Root mean square (full scale is 1) of an excerpt's reference below which it counts as silent."""


class MissingMetricLibraryError(KitError):
    """A metric needs a package that is not installed."""


def stft_distance_files(reference_path: Path, estimate_path: Path) -> float:
    """Measure one stem from two files, excerpt by excerpt.

    Returns:
        The distance, without a unit, or NaN where no excerpt can be judged.

    Raises:
        MissingMetricLibraryError: auraloss is not installed.
        AudioError: A file is unreadable, cut off, or holds samples that are no numbers, or the two differ in sample
            rate, length or channels.
    """
    distance = _distance()
    total, judged_samples = 0.0, 0
    for true_block, block in stem_pairs(reference_path, estimate_path, EXCERPT_SAMPLES):
        for path, samples in ((reference_path, true_block), (estimate_path, block)):
            check_finite(path, float(np.vdot(samples, samples)))
        if len(block) < SHORTEST_SAMPLES or np.sqrt(np.mean(np.square(true_block))) < SILENCE_LEVEL:
            continue
        with torch.inference_mode():
            total += len(block) * float(distance(_batch(block), _batch(true_block)))
        judged_samples += len(block)
    return total / judged_samples if judged_samples else math.nan


def _batch(block: np.ndarray) -> Tensor:
    """Make of a block (samples, channels) the batch of one that auraloss takes, in its float32."""
    return torch.from_numpy(np.ascontiguousarray(block.T, dtype=np.float32))[None]


@cache
def _distance() -> nn.Module:
    try:
        from auraloss.freq import MultiResolutionSTFTLoss
    except ImportError as error:
        raise MissingMetricLibraryError(
            "The metric 'mr-stft' needs the package 'auraloss', which must be installed. It is not. "
            'Install the extra: uv pip install -e ".[training]"'
        ) from error
    return MultiResolutionSTFTLoss()
