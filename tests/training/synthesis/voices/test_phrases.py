"""Highs for voices that have none."""

import numpy as np
import pytest

from training.synthesis.voices.bands import BAND_COUNT, BAND_HZ, NOISE_HZ
from training.synthesis.voices.phrases import Air, SpokenPhrase, Syllable, with_air


@pytest.fixture
def phrase():
    """Four voiced frames, then four of hiss, known up to 8 kHz and flat there."""
    known = int(np.searchsorted(BAND_HZ, 8000.0))
    pitch_hz = np.array([100.0] * 4 + [0.0] * 4, np.float32)
    noise = np.zeros((8, len(NOISE_HZ)), np.float32)
    return SpokenPhrase("nobody", np.zeros((8, known), np.float32), noise, pitch_hz, (Syllable(0, 0, 1, 2, 3),))


def test_vowels_fall_by_their_slope_and_hisses_stay_up(phrase):
    bands_db = with_air(phrase, Air(vowel_slope_db=4.0, hiss_slope_db=0.0)).bands_db
    assert bands_db.shape == (8, BAND_COUNT)
    at_16_khz = int(np.searchsorted(BAND_HZ, 16000.0))
    assert bands_db[0, at_16_khz] == pytest.approx(-32.0, abs=4.0)
    assert bands_db[5, at_16_khz] == pytest.approx(0.0, abs=0.1)


def test_unvoiced_frames_are_noise_and_vowels_turn_into_it_above(phrase):
    noise = with_air(phrase, Air()).noise
    assert (noise[4:] == 1.0).all()
    assert (noise[:4, NOISE_HZ < 7000.0] == 0.0).all()
    assert (noise[:4, NOISE_HZ > 14000.0] > 0.5).all()


def test_vowels_that_are_dull_above_4_khz_are_lifted(phrase):
    dull = np.where(BAND_HZ[: phrase.bands_db.shape[1]] > 4000.0, -60.0, 0.0)
    phrase = SpokenPhrase("nobody", np.tile(dull, (8, 1)), phrase.noise, phrase.pitch_hz, phrase.syllables)
    bands_db = with_air(phrase, Air(vowel_slope_db=2.0, brilliance_db=-10.0)).bands_db
    at_6_khz = int(np.searchsorted(BAND_HZ, 6000.0))
    assert bands_db[0, at_6_khz] == pytest.approx(-14.0, abs=1.0)
    assert bands_db[5, at_6_khz] == pytest.approx(-60.0, abs=0.1)


def test_vowels_that_hiss_above_4_khz_are_held_down(phrase):
    hissing = np.where(BAND_HZ[: phrase.bands_db.shape[1]] > 5000.0, 20.0, 0.0)
    phrase = SpokenPhrase("nobody", np.tile(hissing, (8, 1)), phrase.noise, phrase.pitch_hz, phrase.syllables)
    bands_db = with_air(phrase, Air()).bands_db
    at_7_khz = int(np.searchsorted(BAND_HZ, 7000.0))
    assert bands_db[0, at_7_khz] == pytest.approx(4.0 - BAND_HZ[at_7_khz] / 1000.0, abs=0.01)
    assert bands_db[5, at_7_khz] == 20.0


def test_the_phrase_itself_is_not_changed(phrase):
    before = phrase.bands_db.copy(), phrase.noise.copy()
    with_air(phrase, Air())
    np.testing.assert_array_equal(phrase.bands_db, before[0])
    np.testing.assert_array_equal(phrase.noise, before[1])
