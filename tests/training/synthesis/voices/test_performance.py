"""One performance, heard in several ways."""

import numpy as np
import pytest

from training.synthesis.voices.bands import BAND_COUNT
from training.synthesis.voices.performance import LEVEL, unsteady
from training.synthesis.voices.pitch import midi_to_hz

SAMPLES = 4 * 44_100
MIDDLE = slice(44_100, 84_000)


@pytest.fixture
def performance(singer, long_notes, rng):
    return singer.perform(long_notes("tuned"), rng)


def test_a_vowel_of_medium_strength_has_the_stated_level(singer, long_notes, measures):
    levels = [
        measures.rms(singer.sing(long_notes("tuned", velocity=0.7), SAMPLES, np.random.default_rng(seed))[MIDDLE])
        for seed in range(8)
    ]
    assert np.median(levels) == pytest.approx(LEVEL, rel=0.4)


@pytest.mark.parametrize("semitones", [-12.0, 7.0])
def test_transposing_moves_the_pitch_and_keeps_the_formants(performance, semitones, rng, measures):
    moved = performance.transposed(semitones)
    sound = moved.sound(SAMPLES, rng)
    assert abs(measures.off_cents(sound[MIDDLE], midi_to_hz(57.0 + semitones))) <= 5
    np.testing.assert_array_equal(moved.phrases[0].voice.bands_db, performance.phrases[0].voice.bands_db)


def test_a_whisper_has_no_pitch(performance, rng, measures):
    pitch_hz = float(midi_to_hz(57.0))
    sung, whispered = (one.sound(SAMPLES, rng)[MIDDLE] for one in (performance, performance.whispered()))
    assert measures.noisiness_db(whispered, pitch_hz) > -2.0
    assert measures.noisiness_db(sung, pitch_hz) < -10.0


def test_breaths_are_noise_before_the_phrases(singer, two_phrases):
    performance = singer.perform(two_phrases("breathy"), np.random.default_rng(1))
    early = [phrase for phrase in performance.phrases if phrase.voice.noise[:20].min() == 1.0]
    assert early
    assert early[0].start_seconds < 1.0


def test_a_held_vowel_never_stands_still_and_never_goes_far(rng):
    still = np.tile(-30.0 + 30.0 * np.cos(np.linspace(0.0, 12.0, BAND_COUNT)), (500, 1)).astype(np.float32)
    moving = unsteady(still, 1.0, rng)
    assert 0.5 < np.std(moving - still) < 3.0
    assert np.abs(np.diff(moving, axis=0)).max() < 1.5
    np.testing.assert_array_equal(unsteady(still, 0.0, rng), still)
