"""The challenge's score: SDR over the whole song and both channels, in float64, read in blocks.

    SDR = 10 log10((sum s^2 + 1e-7) / (sum (s - e)^2 + 1e-7))  in dB,

s the reference, e the estimate (Mitsufuji et al., "Music Demixing Challenge 2021", 2022, equation 1; the delta is that
of the challenge's scorer). A song's score is the mean of its four stems, the challenge's the mean over songs. It is not
museval's SDR, which takes medians over windows: the two are never mixed.

Blocks bound the memory: the original scorer needs 2.7 GB for a song of 300 s, this one a few megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile
from torch import Tensor

from audio import AudioError

DELTA = 1e-7
BLOCK_SAMPLES = 1 << 17


def sdr(references: Mapping[str, Tensor], estimates: Mapping[str, Tensor]) -> dict[str, float]:
    """Score stems in memory.

    Args:
        references: Stem name -> true samples, shape (channels, samples).
        estimates: The same names and shapes.

    Returns:
        Stem name -> SDR in dB, without a mean.

    Raises:
        ValueError: Different names or shapes.
    """
    if set(references) != set(estimates):
        raise ValueError(
            f"The estimates must have the stems of the references, {', '.join(sorted(references))}. "
            f"Got {', '.join(sorted(estimates)) or 'none'}."
        )
    return {stem: _sdr_arrays(stem, references[stem], estimates[stem]) for stem in references}


def sdr_files(reference_path: Path, estimate_path: Path) -> float:
    """Score one stem from two files, in blocks.

    Returns:
        SDR in dB.

    Raises:
        AudioError: A file is unreadable, or the two differ in length or channels.
    """
    signal_energy = error_energy = 0.0
    try:
        with soundfile.SoundFile(reference_path) as reference, soundfile.SoundFile(estimate_path) as estimate:
            _check_same_shape(reference, estimate)
            while True:
                reference_block = reference.read(BLOCK_SAMPLES, dtype="float64", always_2d=True)
                if not len(reference_block):
                    break
                error_block = reference_block - estimate.read(BLOCK_SAMPLES, dtype="float64", always_2d=True)
                signal_energy += float(np.vdot(reference_block, reference_block))
                error_energy += float(np.vdot(error_block, error_block))
    except soundfile.LibsndfileError as error:
        raise AudioError(f"A stem must be a readable audio file. {error}. Run the separation again.") from error
    return sdr_from_energies(signal_energy, error_energy)


def sdr_from_energies(signal_energy: float, error_energy: float) -> float:
    """Compute SDR in dB from two sums of squares."""
    return 10.0 * math.log10((signal_energy + DELTA) / (error_energy + DELTA))


def mean_sdr(by_stem: Mapping[str, float]) -> float:
    """Average the stems of one song, in dB, as the challenge does."""
    return sum(by_stem.values()) / len(by_stem)


def _sdr_arrays(stem: str, reference: Tensor, estimate: Tensor) -> float:
    """Score one stem in memory, block by block so that float64 copies stay small."""
    if reference.shape != estimate.shape:
        raise ValueError(
            f"The estimate of '{stem}' must have the shape of its reference, {tuple(reference.shape)}. "
            f"Got {tuple(estimate.shape)}."
        )
    signal_energy = error_energy = 0.0
    for true_block, block in zip(
        reference.split(BLOCK_SAMPLES, dim=-1), estimate.split(BLOCK_SAMPLES, dim=-1), strict=True
    ):
        true_block, error_block = true_block.double(), true_block.double() - block.double()
        signal_energy += float(true_block.square().sum())
        error_energy += float(error_block.square().sum())
    return sdr_from_energies(signal_energy, error_energy)


def _check_same_shape(reference: soundfile.SoundFile, estimate: soundfile.SoundFile) -> None:
    """Refuse a pair of files that a scorer would have to cut, pad or broadcast."""
    wanted, got = (reference.channels, reference.frames), (estimate.channels, estimate.frames)
    if wanted != got:
        raise AudioError(
            f"The estimate '{estimate.name}' must have the channels and samples of its reference, {wanted}. Got {got}."
        )
