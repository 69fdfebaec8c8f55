"""Pictures of sounds: a spectrogram as a PNG, with nothing but numpy and zlib.

Time goes right, frequency up on a logarithmic scale, 70 dB from dark to light. The file format is that of the W3C
recommendation "Portable Network Graphics", 2003, https://www.w3.org/TR/png/: one byte a pixel, looked up in a palette.
"""

from __future__ import annotations

import itertools
import struct
import zlib

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.sounds import Sound

WIDTH, HEIGHT = 640, 160
WINDOW_SAMPLES = 4096
LOWEST_HZ, HIGHEST_HZ = 40.0, 18_000.0
RANGE_DB = 70.0
_COLOURS = ((0, 0, 12), (44, 10, 90), (150, 30, 95), (235, 90, 50), (253, 190, 60), (255, 255, 220))
"""From silent to loud."""


def spectrogram(sound: Sound) -> NDArray[np.uint8]:
    """Return the brightness (HEIGHT, WIDTH) of the spectrogram of both channels' mean; the top row is the highest."""
    mono = np.pad(sound.mean(axis=0), (0, max(0, WINDOW_SAMPLES - sound.shape[-1])))
    starts = np.linspace(0, len(mono) - WINDOW_SAMPLES, WIDTH).astype(np.int64)
    frames = sliding_window_view(mono, WINDOW_SAMPLES)[starts] * np.hanning(WINDOW_SAMPLES)
    powers = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, HEIGHT + 1) * WINDOW_SAMPLES / SAMPLE_RATE
    rows = []
    for low, high in itertools.pairwise(edges):
        first = round(float(low))
        rows.append(powers[:, first : max(first + 1, round(float(high)))].max(axis=1))
    # Full scale: a sine of amplitude 1 through this window.
    levels_db = 10.0 * np.log10(np.maximum(np.array(rows[::-1]), 1e-12) / (WINDOW_SAMPLES / 4.0) ** 2)
    return np.asarray(255.0 * np.clip(1.0 + levels_db / RANGE_DB, 0.0, 1.0), np.uint8)


def png(brightness: NDArray[np.uint8]) -> bytes:
    """Return a PNG of a picture (height, width) in the colours from dark to light."""
    height, width = brightness.shape
    steps = np.linspace(0.0, len(_COLOURS) - 1.0, 256)
    palette = np.stack(
        [np.interp(steps, np.arange(len(_COLOURS)), channel) for channel in np.array(_COLOURS).T], axis=1
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), brightness], axis=1)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
