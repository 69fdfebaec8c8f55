"""Robust PCA: the accompaniment's spectrogram has a low rank, the voice's is sparse.

The spectrogram is split into a low-rank and a sparse matrix, and each bin goes to the louder one. Reference: Huang,
Chen, Smaragdis and Hasegawa-Johnson, Singing-voice separation from monaural recordings using robust principal component
analysis, ICASSP 2012, equation 1 (the split), section 2.3 (the mask and its gain). The split is found by the inexact
augmented Lagrange multiplier method of Lin, Chen and Ma, The augmented Lagrange multiplier method for exact recovery of
corrupted low-rank matrices, 2010, https://arxiv.org/abs/1009.5055, algorithm 5; why it is the true one: Candès, Li, Ma
and Wright, Robust principal component analysis?, Journal of the ACM 58(3), 2011, theorem 1.1.

Singular values come from the eigenvalues of the smaller Gram matrix, in float64: a spectrogram has far fewer frames
than bins. Each channel is split alone, in shorter pieces than other methods take: the time grows with the cube of their
length.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from scipy.linalg import eigh

from models.mask_separator import LONGEST_PIECE_SECONDS, Magnitude, MaskSeparator, VoiceSettings
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions

Matrix = NDArray[np.float64]

FIRST_PENALTY = 1.25
"""Times the reciprocal of the largest singular value; Lin, Chen and Ma's choice, as the two below."""
PENALTY_GROWTH = 1.5
LARGEST_PENALTY_GROWTH = 1e7


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RpcaSettings(VoiceSettings):
    """What a plan may set; gain and sparsity are the paper's best."""

    piece_seconds: float = Field(default=10.0, ge=5.0, le=LONGEST_PIECE_SECONDS)
    """Length of song worked on at a time; the time grows with its square, memory with itself."""
    sparsity: float = Field(default=1.0, gt=0.0, le=1000.0)
    """Price of a sparse entry, in units of 1 / sqrt(longer side of the spectrogram); more makes the voice sparser."""
    voice_gain: float = Field(default=1.0, gt=0.0, le=1000.0)
    """A bin is voice where its sparse part is more than this many times its low-rank part."""
    tolerance: float = Field(default=1e-4, gt=0.0, lt=1.0)
    """The search ends when what the two parts leave of the spectrogram is this small, relative to it."""
    most_iterations: int = Field(default=100, ge=1)
    """It ends then at the latest."""


def robust_pca(matrix: Matrix, settings: RpcaSettings) -> tuple[Matrix, Matrix]:
    """Split a matrix into one of low rank and a sparse one.

    Args:
        matrix: Shape (rows, columns), float64.
        settings: The price of sparse entries, and when to stop.

    Returns:
        The low-rank and the sparse matrix; they add up to the matrix up to the tolerance. Zeros give zeros.
    """
    low_rank, sparse = np.zeros_like(matrix), np.zeros_like(matrix)
    size = np.linalg.norm(matrix)
    if size == 0.0:
        return low_rank, sparse
    price = settings.sparsity / np.sqrt(max(matrix.shape))
    largest = float(np.linalg.norm(matrix, 2))
    multipliers = matrix / max(largest, np.abs(matrix).max() / price)
    penalty = FIRST_PENALTY / largest
    highest_penalty = LARGEST_PENALTY_GROWTH * penalty
    for _ in range(settings.most_iterations):
        shifted = matrix + multipliers / penalty
        sparse = _shrunk(shifted - low_rank, price / penalty)
        low_rank = _with_shrunk_singular_values(shifted - sparse, 1.0 / penalty)
        left = matrix - low_rank - sparse
        if np.linalg.norm(left) < settings.tolerance * size:
            break
        multipliers += penalty * left
        penalty = min(PENALTY_GROWTH * penalty, highest_penalty)
    return low_rank, sparse


def _shrunk(values: Matrix, amount: float) -> Matrix:
    """Move values towards zero by an amount, and no further."""
    return np.sign(values) * np.maximum(np.abs(values) - amount, 0.0)


def _with_shrunk_singular_values(matrix: Matrix, amount: float) -> Matrix:
    """Return the matrix with its singular values moved towards zero by an amount."""
    if matrix.shape[0] < matrix.shape[1]:
        return _with_shrunk_singular_values(matrix.T, amount).T
    values, vectors = eigh(matrix.T @ matrix, driver="evd", check_finite=False)
    kept = values > amount**2
    gains = 1.0 - amount / np.sqrt(values[kept])
    return matrix @ (vectors[:, kept] * gains) @ vectors[:, kept].T


def voice_mask(magnitude: Magnitude, settings: RpcaSettings) -> Magnitude:
    """Return the voice's share of each bin (2, bins, frames): all or nothing."""
    mask = np.zeros_like(magnitude)
    for of_channel, channel in zip(mask, magnitude, strict=True):
        low_rank, sparse = robust_pca(channel.astype(np.float64), settings)
        of_channel[np.abs(sparse) > settings.voice_gain * np.abs(low_rank)] = 1.0
    return settings.above_lowest(mask)


def build(entry: ModelEntry, options: BuildOptions) -> MaskSeparator:
    """Build the separator; it has no weights, so of the options only the settings count.

    Raises:
        SettingsError: Unknown or unusable settings.
    """
    settings = read_settings(RpcaSettings, options.settings, entry.name)
    return MaskSeparator(entry.stems, settings, partial(voice_mask, settings=settings))
