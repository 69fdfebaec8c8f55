"""Draw equalisers, compressors, saturation and what moves."""

from __future__ import annotations

import numpy as np

from training.synthesis.draws import between, chance, log_between, pick
from training.synthesis.mixing.compressor import Compressor
from training.synthesis.mixing.crusher import Crusher
from training.synthesis.mixing.effect import Chain, Effect, Levelled
from training.synthesis.mixing.equaliser import Band, steep
from training.synthesis.mixing.modulation import Chorus, Flanger, MicroPitch
from training.synthesis.mixing.saturation import CurveName, Saturation
from training.synthesis.mixing.sweep import Phaser, Sweep
from training.synthesis.mixing.tremolo import Chop, Tremolo, Wave

_CURVES: tuple[CurveName, ...] = ("tanh", "tanh", "soft", "hard")
_WAVES: tuple[Wave, ...] = ("sine", "square", "ramp")


def draw_bands(rng: np.random.Generator, most_peaks: int = 3, range_db: float = 6.0) -> tuple[Band, ...]:
    """Draw broad peaks and shelves."""
    bands = [
        Band("peak", log_between(rng, 80.0, 12_000.0), between(rng, -range_db, range_db), log_between(rng, 0.4, 2.5))
        for _ in range(int(rng.integers(most_peaks + 1)))
    ]
    if chance(rng, 0.35):
        bands.append(Band("high_shelf", between(rng, 3000.0, 9000.0), between(rng, -range_db, range_db)))
    if chance(rng, 0.3):
        bands.append(Band("low_shelf", between(rng, 90.0, 300.0), between(rng, -range_db, range_db)))
    return tuple(bands)


def draw_weight(rng: np.random.Generator) -> tuple[Band, ...]:
    """Draw a lift of the lowest octaves, or nothing."""
    if not chance(rng, 0.3):
        return ()
    return (Band("low_shelf", log_between(rng, 50.0, 110.0), between(rng, 1.0, 6.0)),)


def draw_low_cut(rng: np.random.Generator, lowest_hz: float, highest_hz: float) -> tuple[Band, ...]:
    """Draw a high-pass of 12 or 24 dB an octave."""
    return steep("high_pass", log_between(rng, lowest_hz, highest_hz), int(rng.integers(1, 3)))


def draw_high_cut(rng: np.random.Generator, lowest_hz: float, highest_hz: float) -> tuple[Band, ...]:
    """Draw a low-pass of 12 or 24 dB an octave."""
    return steep("low_pass", log_between(rng, lowest_hz, highest_hz), int(rng.integers(1, 3)))


def draw_compressor(rng: np.random.Generator, hardest_ratio: float = 10.0, lowest_dbfs: float = -34.0) -> Compressor:
    """Draw a compressor for sounds at the reference level."""
    return Compressor(
        threshold_dbfs=between(rng, lowest_dbfs, -12.0),
        ratio=log_between(rng, 1.5, hardest_ratio),
        attack_seconds=log_between(rng, 0.0005, 0.03),
        release_seconds=log_between(rng, 0.03, 0.4),
        knee_db=between(rng, 0.0, 10.0),
        mix=1.0 if chance(rng, 0.8) else between(rng, 0.3, 0.9),
    )


def draw_smash(rng: np.random.Generator) -> Chain:
    """Draw what leaves hardly any contrast, for a copy beside the sound: what is between the loud parts comes up."""
    compressor = Compressor(
        between(rng, -45.0, -28.0), between(rng, 6.0, 20.0), log_between(rng, 0.0005, 0.01), log_between(rng, 0.03, 0.2)
    )
    drive = (Saturation("tanh", between(rng, 6.0, 24.0)),) if chance(rng, 0.5) else ()
    return Chain((compressor, Levelled(), *drive))


def draw_saturation(rng: np.random.Generator, softest_db: float = 3.0, hardest_db: float = 18.0) -> Saturation:
    """Draw warmth or grit for sounds at the reference level."""
    return Saturation(
        curve=pick(rng, _CURVES),
        drive_db=between(rng, softest_db, hardest_db) + 6.0,
        bias=between(rng, 0.0, 0.4) if chance(rng, 0.4) else 0.0,
        mix=1.0 if chance(rng, 0.5) else between(rng, 0.3, 0.9),
    )


def draw_crusher(rng: np.random.Generator) -> Crusher:
    """Draw a sampler of old."""
    return Crusher(between(rng, 4.5, 10.0), log_between(rng, 1.0, 6.0), between(rng, 0.4, 1.0))


def draw_widener(rng: np.random.Generator, loudest_db: float = -2.0) -> Effect:
    """Draw something that makes a mono sound wide."""
    if chance(rng, 0.45):
        return MicroPitch(between(rng, 4.0, 14.0), between(rng, -14.0, loudest_db), between(rng, 0.005, 0.025))
    return Chorus(
        log_between(rng, 0.15, 2.0), log_between(rng, 0.0008, 0.006), between(rng, 0.004, 0.022), between(rng, 0.2, 0.5)
    )


def draw_movement(rng: np.random.Generator, beat_seconds: float) -> Effect:
    """Draw something that moves: a phaser, flanger, sweep, tremolo or gate."""
    kind = pick(rng, ("phaser", "flanger", "sweep", "tremolo", "chop"))
    if kind == "phaser":
        return Phaser(log_between(rng, 0.4, 8.0), log_between(rng, 150.0, 500.0), log_between(rng, 1500.0, 6000.0))
    if kind == "flanger":
        return Flanger(log_between(rng, 0.08, 1.0), between(rng, 0.001, 0.006), between(rng, -0.7, 0.7))
    if kind == "sweep":
        return draw_sweep(rng, beat_seconds)
    if kind == "tremolo":
        rate_hz = 1.0 / (beat_seconds * pick(rng, (0.25, 0.5, 1.0))) if chance(rng, 0.6) else between(rng, 2.0, 9.0)
        return Tremolo(rate_hz, between(rng, 0.2, 0.95), pick(rng, _WAVES), chance(rng, 0.4))
    return draw_chop(rng, beat_seconds)


def draw_sweep(rng: np.random.Generator, beat_seconds: float) -> Sweep:
    """Draw a low-pass that opens and closes within some beats."""
    return Sweep(
        "low_pass",
        log_between(rng, 200.0, 1200.0),
        log_between(rng, 2500.0, 14_000.0),
        beat_seconds * pick(rng, (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)),
        between(rng, 0.0, 1.0),
        log_between(rng, 0.6, 5.0),
    )


def draw_chop(rng: np.random.Generator, beat_seconds: float) -> Chop:
    """Draw a rhythm that lets at least a step through."""
    steps = int(pick(rng, (2, 4, 8, 16)))
    pattern = [chance(rng, 0.65) for _ in range(steps)]
    pattern[int(rng.integers(steps))] = True
    return Chop(beat_seconds * pick(rng, (0.25, 0.25, 0.5)), tuple(pattern), between(rng, 0.4, 0.95))
