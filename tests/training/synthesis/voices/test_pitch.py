"""Sung pitch: glides, vibrato, falls."""

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.voices.bands import FRAME_SECONDS, seconds_to_frames
from training.synthesis.voices.delivery import draw_delivery
from training.synthesis.voices.pitch import gliding, hz_to_midi, midi_to_hz, sung_pitch, vibrato

PLAIN = draw_delivery("plain", np.random.default_rng(0))
STEADY = replace(
    PLAIN,
    vibrato_semitones=0.0,
    intonation_cents=0.0,
    drift_cents=0.0,
    flutter_cents=0.0,
    scoop_share=0.0,
    fall_share=0.0,
    overshoot=0.0,
)


def test_69_is_440_hz_and_back():
    assert midi_to_hz(69.0) == 440.0
    assert hz_to_midi(midi_to_hz(43.21)) == pytest.approx(43.21)


@pytest.mark.parametrize("overshoot", [0.0, 0.6])
def test_half_of_a_glide_is_done_when_the_note_begins(overshoot):
    steps = np.where(np.arange(200) < 100, 60.0, 67.0)
    contour = gliding(steps, replace(STEADY, glide_seconds=0.1, overshoot=overshoot))
    assert contour.shape == steps.shape
    assert contour[100] == pytest.approx(63.5, abs=0.6)
    assert contour[60] == pytest.approx(60.0, abs=0.01)
    assert contour[180] == pytest.approx(67.0, abs=0.05)
    assert (contour.max() > 67.1) == (overshoot > 0.0)


def test_no_glide_is_a_step(rng):
    contour = sung_pitch((60.0, 64.0), (0, 50), 100, replace(STEADY, glide_seconds=0.0), rng)
    np.testing.assert_allclose(contour, np.where(np.arange(100) < 50, 60.0, 64.0))


def test_notes_are_off_by_the_stated_cents_each_by_its_own(rng):
    onsets = tuple(range(0, 8000, 40))
    off = replace(STEADY, glide_seconds=0.0, intonation_cents=12.0)
    contour = sung_pitch((60.0,) * len(onsets), onsets, 8000, off, rng)
    notes = 100.0 * (contour.reshape(-1, 40) - 60.0)
    np.testing.assert_array_equal(notes.std(axis=1).round(9), 0.0)
    assert notes[:, 0].std() == pytest.approx(12.0, rel=0.2)


def test_vibrato_has_its_speed_and_depth_and_comes_late(rng):
    delivery = replace(PLAIN, vibrato_hz=5.5, vibrato_semitones=0.5, vibrato_delay_seconds=0.5)
    frames = seconds_to_frames(8.0)
    swing = vibrato((0,), frames, delivery, rng)
    assert np.abs(swing[: seconds_to_frames(0.45)]).max() == 0.0
    late = swing[seconds_to_frames(1.0) :]
    turns = np.count_nonzero(np.diff(np.signbit(late))) / 2
    assert turns / (len(late) * FRAME_SECONDS) == pytest.approx(5.5, abs=0.5)
    assert 0.2 < np.abs(late).max() < 0.9


def test_short_notes_have_no_vibrato(rng):
    assert not vibrato(tuple(range(0, 500, 50)), 500, PLAIN, rng).any()


def test_a_scoop_begins_below_the_note_and_a_fall_ends_below_it(rng):
    bent = replace(STEADY, scoop_share=1.0, scoop_semitones=3.0, fall_share=1.0, fall_semitones=4.0)
    contour = sung_pitch((60.0,), (10,), 300, bent, rng)
    assert contour[10] < 59.0
    assert contour[150] == pytest.approx(60.0, abs=0.05)
    assert contour[-1] < 59.0
