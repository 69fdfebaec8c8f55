"""Pulses and breath."""

import numpy as np
import pytest

from training.synthesis.voices.excitation import Glottis, breath, glottal_phase, pulse_train

REGULAR = Glottis(jitter=0.0, shimmer=0.0)


def spectrum_db(sound):
    return 20 * np.log10(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) + 1e-9)


def second_of(pitch_hz, glottis, rng):
    phase = glottal_phase(np.full(200, pitch_hz, np.float32))
    return pulse_train(phase, glottis, rng)[:44_100]


@pytest.mark.parametrize("pitch_hz", [61.7, 220.0, 987.3])
def test_pulses_have_the_pitch_exactly_and_a_power_of_1(pitch_hz, rng, measures):
    pulses = second_of(pitch_hz, REGULAR, rng)
    assert measures.off_cents(pulses, pitch_hz) == 0
    assert measures.rms(pulses) == pytest.approx(1.0, abs=0.05)


def test_pulses_are_flat_up_to_15_khz(rng):
    levels = spectrum_db(second_of(200.0, REGULAR, rng))[200:15_000:200]
    assert levels.max() - levels.min() < 1.0


def test_neighbouring_periods_differ_by_twice_the_jitter(rng):
    pulses = second_of(100.0, Glottis(jitter=0.01, shimmer=0.0), rng)
    places = np.flatnonzero((pulses[1:-1] > pulses[:-2]) & (pulses[1:-1] > pulses[2:]) & (pulses[1:-1] > 10.0))
    assert len(places) == pytest.approx(99, abs=2)
    assert np.abs(np.diff(places, n=2)).mean() / 441.0 == pytest.approx(0.02, rel=0.2)


def test_a_subharmonic_lies_an_octave_or_a_twelfth_below(rng):
    for period in (2, 3):
        levels = spectrum_db(second_of(300.0, Glottis(0.0, 0.0, 0.5, period), rng))
        assert levels[300 // period] > levels[300] - 15.0
        assert levels[300 // period] > levels[round(300 / period * 1.3)] + 20.0


@pytest.mark.parametrize("rough", [Glottis(jitter=0.02, shimmer=0.0), Glottis(0.0, 0.2), Glottis(0.0, 0.0, growl=0.8)])
def test_rough_folds_fill_the_gaps_between_the_partials(rough, rng, measures):
    smooth, hoarse = (measures.noisiness_db(second_of(200.0, glottis, rng), 200.0) for glottis in (REGULAR, rough))
    assert hoarse > smooth + 10.0


def test_breath_swells_once_in_each_cycle(rng, measures):
    phase = glottal_phase(np.full(400, 100.0, np.float32))
    noise = breath(phase, Glottis(breath_pulsing=0.8), rng)
    assert measures.rms(noise) == pytest.approx(1.0, abs=0.02)
    open_folds = np.cos(2 * np.pi * phase) > 0
    assert measures.rms(noise[open_folds]) > 2.0 * measures.rms(noise[~open_folds])


def test_there_is_no_pulse_where_the_phase_stands(rng):
    assert not pulse_train(np.zeros(1000), REGULAR, rng).any()
