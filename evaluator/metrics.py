"""The challenge's score: SDR over the whole song and both channels, in float64, read in blocks.

    SDR = 10 log10((sum s^2 + 1e-7) / (sum (s - e)^2 + 1e-7))  in dB,

s the reference, e the estimate (Mitsufuji et al., "Music Demixing Challenge 2021", 2022, equation 1; the delta is that
of the challenge's scorer). A song's score is the mean of its four stems, the challenge's the mean over songs. It is not
museval's SDR, which takes medians over windows: the two are never mixed.

Blocks bound the memory: the original scorer needs 2.7 GB for a song of 300 s, this one a few megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from torch import Tensor

from audio import AudioError
from audio.riff import check_whole_wav

DELTA = 1e-7
BLOCK_SAMPLES = 1 << 17
LARGEST_SAMPLE = 1e100
"""Full scale is 1; the energy of what lies beyond this could overflow."""


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
        AudioError: A file is unreadable, cut off, or holds samples that are no numbers, or the two differ in sample
            rate, length or channels.
    """
    signal_energy = error_energy = 0.0
    for true_block, block in stem_pairs(reference_path, estimate_path):
        error_block = true_block - block
        signal_energy += float(np.vdot(true_block, true_block))
        error_energy += float(np.vdot(error_block, error_block))
    for path, energy in ((reference_path, signal_energy), (estimate_path, error_energy)):
        check_finite(path, energy)
    return sdr_from_energies(signal_energy, error_energy)


def stem_pairs(
    reference_path: Path, estimate_path: Path, block_samples: int = BLOCK_SAMPLES
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield a stem and its estimate in blocks, both float64, shape (at most block_samples, channels).

    Raises:
        AudioError: A file is unreadable or cut off, or the two differ in sample rate, length or channels.
    """
    with open_stem(reference_path) as reference, open_stem(estimate_path) as estimate:
        _check_same_shape(reference, estimate)
        yield from zip(stem_blocks(reference, block_samples), stem_blocks(estimate, block_samples), strict=True)


@contextmanager
def open_stem(path: Path) -> Iterator[soundfile.SoundFile]:
    """Open a stem to be read in the block.

    Raises:
        AudioError: It is missing, cut off, or no audio file.
    """
    if not path.is_file():
        raise AudioError(f"A stem must be a file. Got '{path}', which is missing. Separate the song, or copy the file.")
    check_whole_wav(path)
    try:
        stem = soundfile.SoundFile(path)
    except soundfile.LibsndfileError as error:
        raise AudioError(
            f"A stem must be a readable audio file. Got '{path}' ({error.error_string}). Write it again."
        ) from error
    with stem:
        yield stem


def stem_blocks(stem: soundfile.SoundFile, block_samples: int = BLOCK_SAMPLES) -> Iterator[np.ndarray]:
    """Yield a stem in blocks, float64, shape (at most block_samples, channels).

    Raises:
        AudioError: It breaks off before the end that its header states, or is damaged.
    """
    for start in range(0, stem.frames, block_samples):
        wanted = min(block_samples, stem.frames - start)
        try:
            block = stem.read(wanted, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise _broken_off(stem, error.error_string) from error
        if len(block) != wanted:
            raise _broken_off(stem, f"its header states {stem.frames} samples, it holds {start + len(block)}")
        yield block


def sdr_from_energies(signal_energy: float, error_energy: float) -> float:
    """Compute SDR in dB from two sums of squares."""
    return 10.0 * math.log10((signal_energy + DELTA) / (error_energy + DELTA))


def check_finite(path: Path, energy: float) -> None:
    """Refuse a stem whose energy is no number.

    Args:
        path: The stem.
        energy: A sum over its samples that is finite only where all of them are.

    Raises:
        AudioError: The energy is no number; the message says how many samples are none.
    """
    if math.isfinite(energy):
        return
    with open_stem(path) as stem:
        count = sum(int(np.count_nonzero(~(np.abs(block) <= LARGEST_SAMPLE))) for block in stem_blocks(stem))
    raise AudioError(
        f"A stem must hold finite samples. Got '{path}' with {count} that are NaN or infinite. Look at what wrote it."
    )


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


def _broken_off(stem: soundfile.SoundFile, reason: str) -> AudioError:
    return AudioError(f"A stem must be whole. Got '{stem.name}' ({reason}). Write it again.")


def _check_same_shape(reference: soundfile.SoundFile, estimate: soundfile.SoundFile) -> None:
    """Refuse a pair of files that a scorer would have to resample, cut, pad or broadcast."""
    if reference.samplerate != estimate.samplerate:
        raise AudioError(
            f"The estimate '{estimate.name}' must have the sample rate of its reference, {reference.samplerate} Hz. "
            f"Got {estimate.samplerate} Hz."
        )
    wanted, got = (reference.channels, reference.frames), (estimate.channels, estimate.frames)
    if wanted != got:
        raise AudioError(
            f"The estimate '{estimate.name}' must have the channels and samples of its reference, {wanted}. Got {got}."
        )
