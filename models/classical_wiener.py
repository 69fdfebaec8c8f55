"""One step of the multichannel Wiener filter: sharpens stems by their loudness and their place in the stereo image.

Each stem is modelled as a Gaussian whose power varies in time and frequency and whose covariance between left and
right is fixed in each frequency (Duong, Vincent, Gribonval, Under-determined reverberant audio source separation using
a full-rank spatial covariance model, IEEE TASLP 2010, equations 6 and 8). Powers are smoothed along time and bent
towards each other (an exponent below one), since first estimates are less sure than they look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from models.classical_spectra import Signal, Spectrum

DIFFUSE_SHARE = 0.01
"""Part of every covariance that favours no direction: keeps it invertible, and the stems' sum the mixture."""
FLOOR = 1e-9


@dataclass(frozen=True)
class Covariance:
    """A Hermitian 2 x 2 matrix for each bin: the diagonal is real, `cross` is its upper right entry."""

    left: NDArray[np.floating]
    right: NDArray[np.floating]
    cross: NDArray[np.complexfloating]


def refine(
    spectrum: Spectrum, stems: Mapping[str, Spectrum], smoothing_frames: int, exponent: float
) -> dict[str, Spectrum]:
    """Return better estimates of the stems, whose sum is the mixture.

    Args:
        spectrum: STFT of the mixture, shape (2, bins, frames).
        stems: First estimates, stem name -> same shape.
        smoothing_frames: Length of the mean over frames that powers go through.
        exponent: Powers are raised to it; 1 is the plain filter.
    """
    powers = {stem: _power(estimate, smoothing_frames, exponent) for stem, estimate in stems.items()}
    places = {stem: _covariance(estimate) for stem, estimate in stems.items()}
    left = sum(powers[stem] * places[stem].left[:, None] for stem in stems)
    right = sum(powers[stem] * places[stem].right[:, None] for stem in stems)
    cross = sum(powers[stem] * places[stem].cross[:, None] for stem in stems)
    determinant = left * right - np.abs(cross) ** 2
    white_left = (right * spectrum[0] - cross * spectrum[1]) / determinant
    white_right = (left * spectrum[1] - np.conj(cross) * spectrum[0]) / determinant
    refined = {}
    for stem, place in places.items():
        to_left = place.left[:, None] * white_left + place.cross[:, None] * white_right
        to_right = np.conj(place.cross)[:, None] * white_left + place.right[:, None] * white_right
        refined[stem] = np.stack((powers[stem] * to_left, powers[stem] * to_right))
    return refined


def _power(estimate: Spectrum, smoothing_frames: int, exponent: float) -> Signal:
    power = np.mean(estimate.real**2 + estimate.imag**2, axis=0)
    smooth = np.maximum(uniform_filter1d(power, smoothing_frames, axis=-1, mode="nearest"), 0.0)
    return np.asarray(smooth**exponent + FLOOR, dtype=np.float32)


def _covariance(estimate: Spectrum) -> Covariance:
    """Return the covariance of the channels over all frames, its trace two, with a diffuse share."""
    energy: NDArray[np.floating] = np.sum(estimate.real**2 + estimate.imag**2, axis=-1, dtype=np.float64)
    left, right = energy[0], energy[1]
    cross = np.sum(estimate[0] * np.conj(estimate[1]), axis=-1, dtype=np.complex128)
    half = 0.5 * (left + right) + FLOOR
    direct = 1.0 - DIFFUSE_SHARE
    return Covariance(
        (direct * left / half + DIFFUSE_SHARE).astype(np.float32),
        (direct * right / half + DIFFUSE_SHARE).astype(np.float32),
        (direct * cross / half).astype(np.complex64),
    )
