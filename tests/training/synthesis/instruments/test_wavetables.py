"""The oscillators: in tune, without aliases, with the harmonics of their shapes, and a filter that filters."""

from typing import get_args

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.instruments.listening import alias_db
from training.synthesis.instruments.wavetables import (
    Filter,
    Shape,
    Wave,
    cycles,
    moving_phases,
    read_cycle,
    scan,
    steady_phases,
)

SAMPLES = 1 << 16


@pytest.mark.parametrize("shape", get_args(Shape))
@pytest.mark.parametrize("frequency_hz", [55.0, 440.0, 3520.0])
def test_aliases_lie_70_db_below_a_blended_cycle(shape, frequency_hz):
    wave = read_cycle(cycles(Wave(shape, 0.3), frequency_hz), steady_phases(frequency_hz, SAMPLES))
    assert alias_db(wave, frequency_hz) < (-70.0 if shape != "bright" else -60.0)


@pytest.mark.parametrize("shape", get_args(Shape))
@pytest.mark.parametrize("frequency_hz", [55.0, 440.0, 3520.0])
def test_what_a_scan_adds_lies_40_db_below_an_open_filter(shape, frequency_hz):
    table = cycles(Wave(shape, 0.3), frequency_hz, Filter(300.0, 12_000.0))
    wave = scan(table, steady_phases(frequency_hz, SAMPLES), np.full(SAMPLES, 0.9, np.float32))
    assert alias_db(wave, frequency_hz) < (-50.0 if shape in ("sine", "triangle") else -40.0)


def test_harmonics_of_a_saw_fall_with_their_number():
    harmonics = np.abs(Wave("saw").harmonics(100.0))
    np.testing.assert_allclose(harmonics[:5], 1.0 / np.arange(1, 6))
    assert len(harmonics) == 200  # up to 20 kHz


def test_a_square_and_a_triangle_have_odd_harmonics_only():
    for shape in ("square", "triangle"):
        assert not np.abs(Wave(shape).harmonics(100.0)[1::2]).any()


def test_a_pulse_of_half_width_is_a_square():
    pulse, square = (np.abs(Wave(shape).harmonics(200.0)) for shape in ("pulse", "square"))
    np.testing.assert_allclose(pulse, square, atol=1e-12)


def test_an_unfiltered_wave_has_a_root_mean_square_of_one_half():
    for shape in get_args(Shape):
        assert np.sqrt(np.mean(cycles(Wave(shape), 220.0) ** 2)) == pytest.approx(0.5, rel=1e-3)


def test_a_closed_filter_takes_away_harmonics_above_its_corner():
    table = cycles(Wave("saw"), 100.0, Filter(300.0, 8000.0, poles=4))
    closed, opened = np.abs(np.fft.rfft(table[[0, -1]], axis=1))
    assert closed[30] < 1e-3 * opened[30]
    assert closed[1] == pytest.approx(opened[1], rel=0.2)


def test_a_resonance_lifts_the_harmonic_at_the_corner():
    flat, ringing = (cycles(Wave("saw"), 100.0, Filter(1000.0, 1000.0, quality, 2)) for quality in (0.7, 6.0))
    spectra = [np.abs(np.fft.rfft(table[0]))[10] for table in (flat, ringing)]
    assert spectra[1] > 5.0 * spectra[0]


def test_moving_phases_at_a_constant_pitch_are_steady_phases():
    moving = moving_phases(np.full(1000, 441.0)).astype(np.int64)
    steady = steady_phases(441.0, 1001)[1:].astype(np.int64)
    assert np.abs((moving - steady + (1 << 31)) % (1 << 32) - (1 << 31)).max() < 4096  # a millionth of a turn


def test_a_wave_has_the_frequency_that_was_asked_for():
    wave = read_cycle(cycles(Wave("sine"), 441.0), steady_phases(441.0, SAMPLE_RATE))
    assert np.abs(np.fft.rfft(wave)).argmax() == 441


def test_scanning_blends_neighbouring_rows():
    table = cycles(Wave("saw"), 220.0, Filter(200.0, 6000.0))
    phases = steady_phases(220.0, 500)
    rows = [scan(table, phases, np.full(500, place, np.float32)) for place in (0.0, 0.5 / 27, 1.0 / 27)]
    np.testing.assert_allclose(rows[1], 0.5 * (rows[0] + rows[2]), atol=1e-4)
