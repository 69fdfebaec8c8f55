"""Voices taken apart: what was put together comes out again."""

import sys
from itertools import pairwise

import numpy as np
import pytest

from training.parts import MissingExtraError
from training.synthesis.voices.analysis import analyse, band_matrix, find_syllables, import_world
from training.synthesis.voices.bands import BAND_HZ
from training.synthesis.voices.excitation import Glottis
from training.synthesis.voices.phrases import SpokenPhrase
from training.synthesis.voices.source_filter import VoiceFrames, render, throat

SAMPLE_RATE = 44_100


def speech(phrase, rng):
    """The sound of a phrase as it is spoken, and its pitch."""
    pitch_hz = np.where(phrase.pitch_hz > 0, phrase.pitch_hz, 110.0).astype(np.float32)
    sound = render(VoiceFrames(phrase.bands_db, phrase.noise, pitch_hz), throat(1.0), Glottis(), rng)
    return 0.1 * sound.astype(np.float64), pitch_hz


def test_syllables_lie_where_the_voice_is_loud():
    level = np.full(200, -60.0)
    for start in (20, 80, 140):
        level[start : start + 35] = 0.0
    bands_db = np.repeat(level[:, None], 80, axis=1).astype(np.float32)
    syllables = find_syllables(bands_db, level > -30.0)
    assert [syllable.vowel_start for syllable in syllables] == pytest.approx([20, 80, 140], abs=5)
    assert [syllable.vowel_end for syllable in syllables] == pytest.approx([55, 115, 175], abs=5)
    for first, second in pairwise(syllables):
        assert first.end == second.start


def test_speech_without_a_voice_has_no_syllables():
    assert find_syllables(np.zeros((50, 80), np.float32), np.zeros(50, bool)) == ()


def test_bands_take_means_of_the_bins_below_half_the_rate():
    matrix = band_matrix(16_000, 513)
    assert BAND_HZ[matrix.shape[1] - 1] < 8000.0 < BAND_HZ[matrix.shape[1] + 1]
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0)


def test_a_missing_world_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyworld", None)
    with pytest.raises(MissingExtraError, match=r"needs the package 'pyworld-prebuilt'.*\[synthesis\]"):
        import_world()


@pytest.fixture
def world():
    try:
        return import_world()
    except MissingExtraError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("world")
def test_a_made_up_voice_keeps_its_pitch_formants_and_syllables(throat, rng):
    said = throat.phrase(rng)
    sound, pitch_hz = speech(said, rng)
    heard = analyse(sound, SAMPLE_RATE, "again")
    assert isinstance(heard, SpokenPhrase)
    frames = min(len(heard.pitch_hz), len(pitch_hz))
    both = (heard.pitch_hz[:frames] > 0) & (said.pitch_hz[:frames] > 0)
    assert both.sum() > 0.7 * (said.pitch_hz > 0).sum()
    assert np.median(np.abs(heard.pitch_hz[:frames] / pitch_hz[:frames] - 1.0)[both]) < 0.01
    bands = (BAND_HZ > 150.0) & (BAND_HZ < 3500.0)
    nuclei = [syllable.nucleus for syllable in said.syllables]
    errors = heard.bands_db[nuclei][:, bands[: heard.bands_db.shape[1]]] - said.bands_db[nuclei][:, bands]
    errors -= np.median(errors, axis=1, keepdims=True)
    assert np.abs(errors).mean() < 3.0
    found = [any(one.start <= nucleus < one.end for one in heard.syllables) for nucleus in nuclei]
    assert np.mean(found) > 0.8


@pytest.mark.usefixtures("world")
def test_silence_gives_no_phrase():
    assert analyse(np.zeros(20_000), 16_000, "nobody") is None
