"""A sound's spectrogram as a small grey picture: time to the right, pitch upwards, louder is whiter.

Each column is the mean power of a few windows inside its stretch of time, in mel bands. That is enough for some hundred
columns and, unlike a whole spectrogram, takes no longer for a long song than for a short one.
"""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

from evaluator.metrics import open_stem
from transforms.mel import mel_bands

COLUMNS, BANDS = 400, 48
WINDOW_SAMPLES = 2048
WINDOWS_PER_COLUMN = 2
QUIETEST_DB, LOUDEST_DB = -80.0, -15.0
"""What is black and what is white; a sine at full scale has 0 dB before it is spread over its band."""
GREYS = 24
"""The eye needs no more here, and fewer greys make a smaller file."""


def spectrogram_png(path: Path) -> bytes:
    """Draw the spectrogram of a sound.

    Returns:
        A PNG, 400 x 48 pixels, grey.

    Raises:
        AudioError: The file is no readable sound.
    """
    with open_stem(path) as sound:
        levels_db = _levels_db(sound)
    brightness = np.clip((levels_db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB), 0.0, 1.0)
    greys = np.rint(brightness * (GREYS - 1)) * (255 // (GREYS - 1))
    return _png(greys[::-1].astype(np.uint8))


def _levels_db(sound: soundfile.SoundFile) -> np.ndarray:
    """Measure the level in each band and column, shape (bands, columns), lowest band first."""
    starts = np.linspace(0, max(sound.frames - WINDOW_SAMPLES, 0), COLUMNS * WINDOWS_PER_COLUMN).astype(int)
    windows = np.zeros((len(starts), sound.channels, WINDOW_SAMPLES), np.float32)
    for window, start in zip(windows, starts, strict=True):
        sound.seek(int(start))
        read = sound.read(WINDOW_SAMPLES, dtype="float32", always_2d=True)
        window[:, : len(read)] = read.T
    taper = np.hanning(WINDOW_SAMPLES).astype(np.float32)
    spectra = np.fft.rfft(np.nan_to_num(windows, posinf=0.0, neginf=0.0) * taper) / (taper.sum() / 2)
    power = spectra.real**2 + spectra.imag**2
    columns = power.reshape(COLUMNS, WINDOWS_PER_COLUMN * sound.channels, -1).mean(axis=1)
    bands = mel_bands(sound.samplerate, WINDOW_SAMPLES, BANDS)
    # Sums to one: the mean power of the band's bins, so that noise is as bright in wide bands as in narrow ones.
    bands = bands / np.maximum(bands.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return 10.0 * np.log10(bands @ columns.T + 1e-12)


def _png(greys: np.ndarray) -> bytes:
    # PyAV costs 0.1 s to import and only this function needs it.
    import av

    encoder = av.CodecContext.create("png", "w")
    encoder.height, encoder.width = greys.shape
    encoder.pix_fmt = "gray"
    encoder.time_base = Fraction(1, 1)
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(greys), format="gray")
    picture.pts = 0
    file = io.BytesIO()
    for packet in [*encoder.encode(picture), *encoder.encode(None)]:
        file.write(bytes(packet))
    return file.getvalue()
