"""Mel bands: triangular filters that are evenly spaced where hearing is.

They are those of `librosa.filters.mel` with its defaults, without librosa, whose first call compiles code.
Reference: Slaney, Auditory Toolbox, 1998 (the mel scale).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_LINEAR_UP_TO_HZ = 1000.0
_LINEAR_UP_TO_MEL = _LINEAR_UP_TO_HZ / _LINEAR_HZ_PER_MEL
_MELS_PER_OCTAVE_STEP = 27.0 / np.log(6.4)


def mel_bands(sample_rate: int, window_samples: int, bands: int) -> NDArray[np.float32]:
    """Return triangular filters (bands, bins), evenly spaced in mel from 0 Hz to half the sample rate.

    Each has the area of the others, so that wide bands weigh no more than narrow ones.
    """
    bins_hz = np.fft.rfftfreq(window_samples, 1.0 / sample_rate)
    corners_hz = _mel_to_hz(np.linspace(0.0, _hz_to_mel(sample_rate / 2), bands + 2))
    lower_hz, centre_hz, upper_hz = (corners_hz[start : start + bands, None] for start in range(3))
    rising = (bins_hz - lower_hz) / (centre_hz - lower_hz)
    falling = (upper_hz - bins_hz) / (upper_hz - centre_hz)
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray(triangles * 2.0 / (upper_hz - lower_hz), dtype=np.float32)


def _hz_to_mel(hz: float) -> float:
    if hz < _LINEAR_UP_TO_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return float(_LINEAR_UP_TO_MEL + np.log(hz / _LINEAR_UP_TO_HZ) * _MELS_PER_OCTAVE_STEP)


def _mel_to_hz(mel: NDArray[np.floating]) -> NDArray[np.floating]:
    logarithmic = _LINEAR_UP_TO_HZ * np.exp((mel - _LINEAR_UP_TO_MEL) / _MELS_PER_OCTAVE_STEP)
    return np.where(mel < _LINEAR_UP_TO_MEL, mel * _LINEAR_HZ_PER_MEL, logarithmic)
