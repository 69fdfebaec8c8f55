"""One performance, heard in several ways."""

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.voices.bands import BAND_COUNT, BAND_HZ, NOISE_HZ
from training.synthesis.voices.delivery import draw_delivery
from training.synthesis.voices.performance import LEVEL, breathing, spoken_bends, unsteady
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


def test_breath_falls_towards_the_highs_and_is_never_even(rng):
    delivery = replace(draw_delivery("breathy", rng), breath_db=-10.0)
    still = np.zeros((400, BAND_COUNT), np.float32)
    none = np.zeros((400, len(NOISE_HZ)), np.float32)
    bands_db, noise = breathing(still, none, np.ones(400, bool), delivery, rng)
    breath_db = 10.0 * np.log10(10.0 ** (0.1 * bands_db) - 1.0)
    low, high = (int(np.abs(BAND_HZ - hz).argmin()) for hz in (2000.0, 16_000.0))
    np.testing.assert_allclose(breath_db[:, low] - breath_db[:, high], 12.0, atol=1.5)
    assert 1.0 < breath_db[:, low].std() < 3.0
    assert (noise[:, 2] > noise[:, -1]).all()


def test_high_notes_take_effort_and_are_brighter(singer, long_notes):
    bright, dull = (int(np.abs(BAND_HZ - hz).argmin()) for hz in (4000.0, 500.0))

    def tilt_db(pitch):
        performance = singer.perform(long_notes(pitches=(pitch, pitch)), np.random.default_rng(3))
        bands_db = performance.phrases[0].voice.bands_db
        return np.median(bands_db[:, bright] - bands_db[:, dull])

    assert tilt_db(62.0) == pytest.approx(tilt_db(52.0), abs=0.5)
    assert tilt_db(82.0) > tilt_db(62.0) + 4.0


def test_the_pitch_dips_at_voiced_consonants_and_follows_the_melody_of_speech(rng):
    delivery = replace(draw_delivery("plain", rng), consonant_dip_semitones=0.8, speech_melody=0.0)
    consonants = np.arange(100) // 20 == 2
    spoken_hz = np.where(np.arange(100) < 50, 100.0, 200.0)
    dips = spoken_bends(spoken_hz, consonants, delivery)
    assert dips[50] == pytest.approx(-0.8)
    assert not dips[:35].any()
    assert not dips[65:].any()
    melody = spoken_bends(spoken_hz, consonants, replace(delivery, speech_melody=0.5)) - dips
    assert melody[70] - melody[20] == pytest.approx(6.0, abs=0.05)


def test_a_held_vowel_never_stands_still_and_never_goes_far(rng):
    still = np.tile(-30.0 + 30.0 * np.cos(np.linspace(0.0, 12.0, BAND_COUNT)), (500, 1)).astype(np.float32)
    moving = unsteady(still, 1.0, rng)
    assert 0.5 < np.std(moving - still) < 3.0
    assert np.abs(np.diff(moving, axis=0)).max() < 1.5
    np.testing.assert_array_equal(unsteady(still, 0.0, rng), still)
