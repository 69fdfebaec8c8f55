"""From the sound of a spoken phrase to its frames and syllables, with WORLD.

WORLD separates pitch, spectral envelope and noise of a clean voice. Of the envelope 80 mel bands are kept. Syllables
are found where the voice is loudest, vowels where it stays loud around that.

References: Morise, Yokomori and Ozawa, "WORLD: a vocoder-based high-quality speech synthesis system for real-time
applications", IEICE Transactions E99-D, 2016; Mermelstein, "Automatic segmentation of speech into syllabic units", JASA
58, 1975, for loudness and its dips.
"""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from training.parts import MissingExtraError
from training.synthesis.voices.bands import BAND_HZ, FLOOR_DB, FRAME_SECONDS, NOISE_HZ, Frames, frame_levels_db, smooth
from training.synthesis.voices.phrases import SpokenPhrase, Syllable

LOWEST_PITCH_HZ, HIGHEST_PITCH_HZ = 60.0, 600.0
RANGE_DB = 70.0
"""Bands whose loudest frames lie further below the loudest band hold nothing of the voice."""
NUCLEUS_RANGE_DB = 20.0
"""A syllable's nucleus may be this much softer than the loudest one."""
NUCLEUS_DIP_DB = 2.0
"""Between two syllables the level drops at least so much, or the voice stops."""
VOWEL_RANGE_DB = 8.0
"""How far a vowel's edges may lie below its nucleus."""
NUCLEUS_FRAMES = 9
"""Two nuclei are at least so far apart."""
SHORTEST_VOWEL_FRAMES = 4
LONGEST_MARGIN_FRAMES = 43
"""Consonants before the first and behind the last vowel are not longer."""


def import_world() -> ModuleType:
    """Return the module of WORLD.

    Raises:
        MissingExtraError: It is not installed, or it is the old package that cannot be imported beside new setuptools.
    """
    try:
        import pyworld
    except ImportError as error:
        raise MissingExtraError("The bank of voices", "pyworld-prebuilt", "synthesis") from error
    return pyworld


def band_matrix(rate: int, bins: int) -> NDArray[np.float64]:
    """Return the shares of WORLD's bins in each band below half the rate, (bins, bands): triangles."""
    bin_hz = np.linspace(0.0, rate / 2, bins)
    count = int(np.searchsorted(BAND_HZ, 0.97 * rate / 2))
    columns = []
    for band in range(count):
        # Low bands are closer than the bins: triangles are at least as wide as these.
        reach = max(BAND_HZ[min(band + 1, len(BAND_HZ) - 1)] - BAND_HZ[band], bin_hz[1])
        weights = np.clip(1.0 - np.abs(bin_hz - BAND_HZ[band]) / reach, 0.0, None)
        columns.append(weights / weights.sum())
    return np.stack(columns, axis=1)


def heard_bands(bands_db: Frames) -> int:
    """Return how many of the lowest bands hold something of the voice."""
    loudest = np.percentile(bands_db, 98.0, axis=0)
    return int(np.flatnonzero(loudest > loudest.max() - RANGE_DB)[-1]) + 1


def analyse(sound: NDArray[np.float64], rate: int, voice: str) -> SpokenPhrase | None:
    """Return a spoken phrase as frames with syllables, or None where no syllable is found.

    Args:
        sound: (samples,), clean speech of one person.
        rate: In hertz.
        voice: Whose it is.

    Raises:
        MissingExtraError: WORLD is not installed.
    """
    world = import_world()
    sound = np.ascontiguousarray(sound, np.float64)
    period_ms = 1000.0 * FRAME_SECONDS
    pitch_hz, times = world.dio(sound, rate, f0_floor=LOWEST_PITCH_HZ, f0_ceil=HIGHEST_PITCH_HZ, frame_period=period_ms)
    pitch_hz = world.stonemask(sound, pitch_hz, times, rate)
    envelope = world.cheaptrick(sound, pitch_hz, times, rate)
    aperiodicity = world.d4c(sound, pitch_hz, times, rate) ** 2
    bins_hz = np.linspace(0.0, rate / 2, aperiodicity.shape[1])
    places = np.searchsorted(bins_hz, NOISE_HZ).clip(0, len(bins_hz) - 2)
    bands_db = 10.0 * np.log10(envelope @ band_matrix(rate, envelope.shape[1]) + 10.0 ** (0.1 * FLOOR_DB))
    bands_db = bands_db[:, : heard_bands(bands_db)].astype(np.float32)
    syllables = find_syllables(bands_db, pitch_hz > 0)
    if not syllables:
        return None
    vowels = np.concatenate([np.arange(one.vowel_start, one.vowel_end) for one in syllables])
    level = 10.0 * np.log10(np.mean(10.0 ** (0.1 * frame_levels_db(bands_db[vowels]))))
    noise = np.where(pitch_hz[:, None] > 0, aperiodicity[:, places], 1.0)
    return SpokenPhrase(
        voice, bands_db - np.float32(level), noise.astype(np.float32), pitch_hz.astype(np.float32), syllables
    )


def find_syllables(bands_db: Frames, voiced: NDArray[np.bool_]) -> tuple[Syllable, ...]:
    """Return the syllables of speech in their order.

    Args:
        bands_db: (frames, bands).
        voiced: (frames,).
    """
    heard = (BAND_HZ[: bands_db.shape[1]] > 200.0) & (BAND_HZ[: bands_db.shape[1]] < 5000.0)
    level = smooth(10.0 * np.log10((10.0 ** (0.1 * bands_db[:, heard])).sum(axis=1) + 1e-12), 9)
    nuclei = _nuclei(level, voiced)
    if not nuclei:
        return ()
    inner = [first + int(np.argmin(level[first:second])) for first, second in pairwise(nuclei)]
    borders = [max(0, nuclei[0] - LONGEST_MARGIN_FRAMES), *inner, min(len(level), nuclei[-1] + LONGEST_MARGIN_FRAMES)]
    syllables = []
    for start, nucleus, end in zip(borders, nuclei, borders[1:], strict=False):
        loud = voiced & (level > level[nucleus] - VOWEL_RANGE_DB)
        before, after = ~loud[start : nucleus + 1][::-1], ~loud[nucleus:end]
        vowel_start = nucleus + 1 - (int(np.argmax(before)) if before.any() else nucleus + 1 - start)
        vowel_end = nucleus + (int(np.argmax(after)) if after.any() else end - nucleus)
        if vowel_end - vowel_start >= SHORTEST_VOWEL_FRAMES:
            syllables.append(Syllable(start, vowel_start, nucleus, vowel_end, end))
    return tuple(syllables)


def _nuclei(level: NDArray, voiced: NDArray[np.bool_]) -> list[int]:
    """Return the frames where syllables are loudest."""
    if not voiced.any():
        return []
    least = level[voiced].max() - NUCLEUS_RANGE_DB
    nuclei: list[int] = []
    for frame in np.flatnonzero(voiced & (level > least)):
        around = level[max(0, frame - NUCLEUS_FRAMES) : frame + NUCLEUS_FRAMES + 1]
        if level[frame] < around.max():
            continue
        if nuclei:
            between = slice(nuclei[-1], frame + 1)
            dip = min(level[nuclei[-1]], level[frame]) - level[between].min()
            if dip < NUCLEUS_DIP_DB and voiced[between].all():
                if level[frame] > level[nuclei[-1]]:
                    nuclei[-1] = int(frame)
                continue
        nuclei.append(int(frame))
    return nuclei
