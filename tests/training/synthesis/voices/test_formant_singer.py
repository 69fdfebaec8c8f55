"""Made-up throats have the formants that they should."""

import numpy as np
import pytest

from training.synthesis.voices.bands import BAND_COUNT, BAND_HZ, NOISE_HZ
from training.synthesis.voices.formant_singer import PureSingers, draw_throat, hiss_shape, resonance_db
from training.synthesis.voices.phones import CLOSINGS, CONSONANTS, DIPHTHONGS, OPENINGS, VOWELS


def test_a_resonance_is_0_db_at_0_hz_and_highest_at_its_middle():
    hz = np.arange(0.0, 4000.0, 10.0)
    level = resonance_db(hz, 1000.0, 100.0)
    assert level[0] == pytest.approx(0.0)
    assert hz[level.argmax()] == pytest.approx(1000.0, abs=10.0)
    half = hz[level > level.max() - 3.01]
    assert half[-1] - half[0] == pytest.approx(100.0, abs=20.0)


def test_phones_are_known_by_the_words_made_of_them():
    assert {name for group in OPENINGS + CLOSINGS for name in group} <= set(CONSONANTS)
    assert {name for pair in DIPHTHONGS for name in pair} <= set(VOWELS)


def test_phrases_hold_what_a_recorded_phrase_holds(throat, rng):
    phrase = throat.phrase(rng)
    frames = len(phrase.pitch_hz)
    assert phrase.bands_db.shape == (frames, BAND_COUNT)
    assert phrase.noise.shape == (frames, len(NOISE_HZ))
    assert phrase.noise.min() >= 0.0
    assert phrase.noise.max() <= 1.0
    assert 5 <= len(phrase.syllables) <= 9
    places = [place for syllable in phrase.syllables for place in syllable]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0, frames)
    for syllable in phrase.syllables:
        assert (phrase.pitch_hz[syllable.vowel_start + 1 : syllable.vowel_end - 1] > 0).all()


def test_an_s_is_high_noise():
    bands_db = hiss_shape(CONSONANTS["s"][0], 1.0)
    assert BAND_HZ[bands_db.argmax()] == pytest.approx(6800.0, rel=0.1)


def test_a_shorter_throat_has_higher_formants():
    def first_two_hz(scale):
        throat = draw_throat("someone", scale, 150.0, np.random.default_rng(7))
        phrase = throat.phrase(np.random.default_rng(1))
        bands_db = np.stack([phrase.bands_db[syllable.nucleus] for syllable in phrase.syllables])
        power = 10.0 ** (0.1 * bands_db)
        heard = (BAND_HZ > 200) & (BAND_HZ < 5000)
        return float(np.mean((power[:, heard] ** 0.3) @ BAND_HZ[heard] / (power[:, heard] ** 0.3).sum(axis=1)))

    assert first_two_hz(0.9) < first_two_hz(1.1) < first_two_hz(1.35)


def test_singers_differ_in_throat_range_and_highs():
    singers = [PureSingers().singer(np.random.default_rng(seed)) for seed in range(40)]
    assert {singer.name for singer in singers} == {"formant man", "formant woman", "formant child"}
    assert len({singer.source.scale for singer in singers}) == 40
    assert len({singer.air for singer in singers}) == 40
    for singer in singers:
        assert 38.0 <= singer.low_pitch < singer.high_pitch - 14.0 <= 80.0
