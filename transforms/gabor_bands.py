"""The windows of nonstationary Gabor transforms: a band of frequencies for each, over the spectrum of a signal.

Every band has a window on the spectrum; its coefficients are the inverse Fourier transform of the windowed bins. Where
a band has at least as many coefficients as its window has bins (the painless case), the frame operator is a factor on
each bin, and dividing the windows by it gives those that synthesise perfectly. Two constructions are here, for spectra
of whole signals and of slices.

References: Balazs et al., "Theory, implementation and applications of nonstationary Gabor frames", J. Comput. Appl.
Math. 236(6), 2011, https://doi.org/10.1016/j.cam.2011.09.011; Holighaus et al., "A Framework for Invertible, Real-Time
Constant-Q Transforms", IEEE TASLP 21(4), 2013, https://arxiv.org/abs/1210.0084. Lengths and rounding are those of the
authors' toolboxes and of their Python descendants, whose coefficients networks were trained on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transforms.frequency_scales import FrequencyScale

_SHORTEST_WHOLE_SIGNAL_WINDOW_BINS = 4
_MODIFIED_BLACKMAN_HARRIS = (0.35872, 0.48832, 0.14128, 0.01168)


@dataclass(frozen=True)
class GaborBands:
    """Windows over a spectrum of an even number of bins, from the band at 0 Hz to the one at half the sample rate.

    The bands of negative frequencies are implied: they mirror all others but these two, which mirror themselves.
    """

    spectrum_bins: int
    """Bins of the two-sided spectrum, even."""
    centres: tuple[int, ...]
    """The bin of each band's centre, ascending."""
    windows: tuple[NDArray[np.float64], ...]
    """Each band's window in the order of Fourier transforms: the first value is at the centre."""

    @property
    def lengths(self) -> tuple[int, ...]:
        """Bins of each window."""
        return tuple(len(window) for window in self.windows)


def bins_from_centre(length: int) -> NDArray[np.int64]:
    """Return the distance from the centre of each value of a window in the order of Fourier transforms."""
    places = np.arange(length)
    return np.where(places < (length + 1) // 2, places, places - length)


def whole_signal_bands(scale: FrequencyScale, sample_rate: float, samples: int) -> GaborBands:
    """Return Hann windows over the spectrum of a whole signal; each reaches from the band below to the one above.

    The highest band moves to the middle between its neighbours, which fills the gap below half the sample rate.

    Raises:
        ValueError: No band lies below half the sample rate, or the signal is shorter than a window.
    """
    centres_hz, _ = _bands_below_nyquist(scale, sample_rate)
    edges = np.array([0.0, *(centres_hz * samples / sample_rate), samples / 2])
    lengths = [2 * edges[1], *(edges[2:] - edges[:-2]), samples - 2 * edges[-2]]
    edges[-2] = (edges[-3] + edges[-1]) / 2
    bins = [max(round(length), _SHORTEST_WHOLE_SIGNAL_WINDOW_BINS) for length in lengths]
    return _bands(samples, np.round(edges), [_hann(length) for length in bins])


def slice_bands(
    scale: FrequencyScale, sample_rate: float, slice_samples: int, shortest_window_bins: int = 16
) -> GaborBands:
    """Return Blackman-Harris windows over the spectrum of a slice: lengths are multiples of 4, centres even bins.

    The bands at 0 Hz and half the sample rate, where wider than their neighbour, are flat and fall as its Hann window.

    Raises:
        ValueError: No band lies below half the sample rate, or a slice is shorter than a window.
    """
    centres_hz, quality_factors = _bands_below_nyquist(scale, sample_rate)
    edges = np.array([0.0, *(centres_hz * slice_samples / sample_rate), slice_samples / 2])
    lengths = np.array([2 * edges[1], *(edges[2:] - edges[:-2]), slice_samples - 2 * edges[-2]])
    lengths[[1, -2]] = edges[[1, -2]] / quality_factors[[0, -1]]
    bins = [max(4 * round(length / 4), shortest_window_bins) for length in lengths]
    windows = [_blackman_harris(length) for length in bins]
    for edge, neighbour in ((0, 1), (-1, -2)):
        if bins[edge] > bins[neighbour]:
            windows[edge] = _flat_with_hann_ends(bins[edge], bins[neighbour])
    return _bands(slice_samples, 2 * np.round(edges / 2), windows)


def padded_to_longest(bands: GaborBands) -> GaborBands:
    """Return the bands with zeros in the middle of their windows, away from the centre, so that all are equally long.

    Their coefficients are then interpolated in time: as many for every band.
    """
    longest = max(bands.lengths)
    return replace(bands, windows=tuple(_padded(window, longest) for window in bands.windows))


def _padded(window: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    padded = np.zeros(length)
    padded[bins_from_centre(len(window))] = window
    return padded


def _bands_below_nyquist(scale: FrequencyScale, sample_rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return centres and quality factors of the bands that lie below half the sample rate."""
    centres_hz = scale.centres_hz()
    below = centres_hz < sample_rate / 2
    if not below.any():
        raise ValueError(
            f"A scale must begin below half the sample rate, {sample_rate / 2} Hz. Its lowest band is at "
            f"{centres_hz[0]:.1f} Hz. Lower its min_hz."
        )
    return centres_hz[below], scale.quality_factors()[below]


def _bands(spectrum_bins: int, centres: NDArray[np.float64], windows: list[NDArray[np.float64]]) -> GaborBands:
    longest = max(len(window) for window in windows)
    if longest > spectrum_bins:
        raise ValueError(
            f"A spectrum must hold the longest window, {longest} bins. It has {spectrum_bins}. "
            "Take a longer signal or longer slices."
        )
    return GaborBands(spectrum_bins, tuple(int(centre) for centre in centres), tuple(windows))


def _hann(length: int) -> NDArray[np.float64]:
    return 0.5 + 0.5 * np.cos(2 * np.pi * np.arange(length) / length)


def _blackman_harris(length: int) -> NDArray[np.float64]:
    angles = 2 * np.pi * np.arange(length) / length
    cosines = np.cos(np.arange(len(_MODIFIED_BLACKMAN_HARRIS))[:, None] * angles)
    return np.asarray(_MODIFIED_BLACKMAN_HARRIS) @ cosines


def _flat_with_hann_ends(length: int, ends: int) -> NDArray[np.float64]:
    """Return ones that fall to 0 over the last half of a Hann window of `ends` bins, on both sides."""
    window = np.ones(length)
    start = length // 2 - ends // 2
    window[start : start + ends] = _hann(ends)
    return window
