"""Sounds inside the page: MP3, which every browser plays, telephones included, up to a size that the user sets.

At a constant bit rate the size is known before anything is encoded, so a song is embedded whole or not at all. The MP3
encoder delays all sounds of a song alike: they stay together.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from audio import SAMPLE_RATE, read_audio
from audio.codecs import QUICK_MP3, encode
from audio.resampling import resample
from evaluator.report.sounds import Sound

KILOBITS_PER_SECOND = 96
BASE64_BYTES_PER_BYTE = 4 / 3


def songs_that_fit(
    sounds: Mapping[str, Sequence[Sound]], durations_seconds: Mapping[str, float], cap_bytes: int
) -> set[str]:
    """Choose the songs to embed, in their order, leaving out each that does not fit into what is left of the cap.

    Args:
        sounds: Song -> its sounds.
        durations_seconds: Song -> its length.
        cap_bytes: How much the embedded songs may add to the page.
    """
    chosen: set[str] = set()
    left_bytes = float(cap_bytes)
    for name, files in sounds.items():
        size_bytes = embedded_bytes(durations_seconds[name]) * len(files)
        if files and size_bytes <= left_bytes:
            chosen.add(name)
            left_bytes -= size_bytes
    return chosen


def embedded_bytes(duration_seconds: float) -> float:
    """Say what one sound of this length adds to the page."""
    return duration_seconds * KILOBITS_PER_SECOND * 1000 / 8 * BASE64_BYTES_PER_BYTE


def as_base64_mp3(path: Path) -> str:
    """Encode a sound as the page holds it.

    Raises:
        AudioError: The file is no readable sound.
    """
    audio = read_audio(path)
    samples = resample(audio.samples, audio.sample_rate, SAMPLE_RATE).clamp(-1.0, 1.0)
    return base64.b64encode(encode(samples.numpy(), SAMPLE_RATE, KILOBITS_PER_SECOND, QUICK_MP3)).decode("ascii")
