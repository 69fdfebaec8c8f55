"""Chords of voices."""

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.scores import Note
from training.synthesis.voices.performance import LEVEL
from training.synthesis.voices.pitch import midi_to_hz
from training.synthesis.voices.vocoder import ChoirSettings, chord_of_voices, draw_choir, sung_envelopes

SAMPLES = 5 * 44_100
CHORD = tuple(Note(1.0, 3.5, pitch) for pitch in (55.0, 59.0, 62.0))


@pytest.mark.parametrize("speech", [False, True])
def test_a_chord_is_in_stereo_and_silent_where_no_note_is(speech, throat, rng, measures):
    sound = chord_of_voices(CHORD, throat, SAMPLES, draw_choir(speech, rng), rng)
    assert sound.shape == (2, SAMPLES)
    assert sound.dtype == np.float32
    assert measures.rms(sound[:, :40_000]) < 1e-6
    assert measures.rms(sound[:, -30_000:]) < 1e-6
    assert measures.rms(sound[:, 60_000:150_000]) > 0.2 * LEVEL
    assert not np.allclose(sound[0], sound[1])


def test_all_notes_of_the_chord_are_heard(throat, rng, measures):
    settings = ChoirSettings(singers=2, detune_cents=2.0, vibrato_cents=0.0, noise=0.02)
    sound = chord_of_voices(CHORD, throat, SAMPLES, settings, rng).sum(axis=0)[60_000:150_000]
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    hz = np.fft.rfftfreq(1 << 18, 1 / 44_100)
    for note in CHORD:
        pitch_hz = float(midi_to_hz(note.pitch))
        on = power[np.abs(hz / pitch_hz - 1.0) < 0.005].max()
        beside = power[np.abs(hz / pitch_hz - 1.06) < 0.005].max()
        assert on > 5.0 * beside


def test_a_choir_without_width_is_in_the_middle(throat, rng, measures):
    settings = ChoirSettings(width=0.0, noise=0.0)
    left, right = chord_of_voices(CHORD, throat, SAMPLES, settings, rng)
    assert measures.rms(left - right) < 0.2 * measures.rms(left + right)


def test_vowels_change_as_fast_as_they_are_told(throat, rng):
    settings = replace(ChoirSettings(), seconds=1.0)
    bands_db, _ = sung_envelopes(throat, 2000, settings, rng)
    moves = np.abs(np.diff(bands_db, axis=0)).mean(axis=1) > 1e-3
    changes = np.count_nonzero(np.diff(moves.astype(int)) == 1)
    assert changes == pytest.approx(2000 * 256 / 44_100, abs=2)


def test_no_notes_are_silence(throat, rng):
    assert not chord_of_voices((), throat, 20_000, ChoirSettings(), rng).any()
