"""The sliCQ as its papers describe it, one slice, channel and band after the other, in NumPy.

What `transforms.slicq` is compared with, in speed where the package `nsgt` is not installed, and in the tests. It
rotates slices and coefficients as the authors' toolbox does; mirrored bands are added one by one.

Reference: Holighaus et al., "A Framework for Invertible, Real-Time Constant-Q Transforms", IEEE TASLP 21(4), 2013,
https://arxiv.org/abs/1210.0084
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.gabor_bands import bins_from_centre, slice_bands
from transforms.slicq import SliCQConfig

Coefficients = list[list[NDArray[np.complex128]]]
"""For each slice, for each band, its coefficients (length,)."""


class LiteralSliCQ:
    """One channel at a time; in float64."""

    def __init__(self, config: SliCQConfig) -> None:
        self.samples = config.slice_samples
        self.transition = config.transition_samples
        bands = slice_bands(config.scale, config.sample_rate, self.samples, config.shortest_window_bins)
        self.windows = bands.windows
        self.places = [
            (centre + bins_from_centre(len(window))) % self.samples
            for centre, window in zip(bands.centres, bands.windows, strict=True)
        ]
        self.is_mirrored = [centre not in (0, self.samples // 2) for centre in bands.centres]
        frame = np.zeros(self.samples)
        for places, window, is_mirrored in zip(self.places, self.windows, self.is_mirrored, strict=True):
            frame[places] += len(window) * window**2
            if is_mirrored:
                frame[-places % self.samples] += len(window) * window**2
        self.duals = [
            len(window) * window / frame[places] for places, window in zip(self.places, self.windows, strict=True)
        ]

    def forward(self, signal: NDArray[np.float64]) -> Coefficients:
        """Analyse a signal (samples,)."""
        quarter = self.samples // 4
        slices = (-(-len(signal) // quarter) + 1) // 2 + 1
        padded = np.pad(signal, (2 * quarter, (2 * slices) * quarter - len(signal)))
        result = []
        for number in range(slices):
            rotation = quarter if number % 2 else 3 * quarter
            start = 2 * quarter * number
            spectrum = np.fft.fft(np.roll(padded[start : start + self.samples] * self._fades(), rotation))
            result.append([self._band(spectrum, band, number) for band in range(len(self.windows))])
        return result

    def inverse(self, coefficients: Coefficients, length: int) -> NDArray[np.float64]:
        """Synthesise a signal (length,)."""
        quarter = self.samples // 4
        signal = np.zeros((len(coefficients) + 1) * 2 * quarter)
        for number, bands in enumerate(coefficients):
            spectrum = np.zeros(self.samples, dtype=complex)
            for band, values in enumerate(bands):
                back = len(values) // 4 * (1 if number % 2 else -1)
                part = np.fft.fft(np.roll(values, back)) * self.duals[band]
                spectrum[self.places[band]] += part
                if self.is_mirrored[band]:
                    spectrum[-self.places[band] % self.samples] += part.conj()
            rotation = quarter if number % 2 else 3 * quarter
            start = 2 * quarter * number
            signal[start : start + self.samples] += np.roll(np.fft.ifft(spectrum).real, -rotation)
        return signal[2 * quarter :][:length]

    def _band(self, spectrum: NDArray[np.complex128], band: int, number: int) -> NDArray[np.complex128]:
        values = np.fft.ifft(spectrum[self.places[band]] * self.windows[band])
        return np.roll(values, len(values) // 4 * (-1 if number % 2 else 1))

    def _fades(self) -> NDArray[np.float64]:
        places = np.arange(self.samples)
        from_edge = np.minimum(places, self.samples - places) - self.samples / 4 + self.transition / 2
        fraction = np.clip(from_edge / max(self.transition, 1e-9), 0, 1)
        return 0.5 - 0.5 * np.cos(np.pi * fraction)
