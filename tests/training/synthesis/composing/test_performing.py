"""Notes in seconds: humanised within bounds, cut to the song."""

import numpy as np
import pytest

from training.synthesis.composing.dice import Dice
from training.synthesis.composing.meters import METERS, Grid
from training.synthesis.composing.performing import Feel, Stage, StepHit, StepNote

GRID = Grid(120.0, METERS["4/4"], origin_step=16.0)


def stage(feel):
    return Stage(GRID, 4.0, feel, Dice(np.random.default_rng(0)))


def test_a_machine_plays_on_the_grid():
    notes = stage(Feel()).perform_notes([StepNote(20, 24, 60, 0.8)])
    assert notes[0].start_seconds == pytest.approx(0.5)
    assert notes[0].end_seconds == pytest.approx(1.0)


def test_notes_are_cut_by_the_start_and_the_end_and_left_out_beyond():
    notes = stage(Feel()).perform_notes([StepNote(8, 20, 60, 0.8), StepNote(44, 60, 61, 0.8), StepNote(0, 16, 62, 0.8)])
    assert [(note.start_seconds, note.end_seconds, note.pitch) for note in notes] == [
        (0.0, 0.5, 60.0),
        (3.5, 4.0, 61.0),
    ]


def test_no_note_is_further_from_the_grid_than_the_feel_reaches():
    feel = Feel(0.01, 0.005, 0.1)
    hits = stage(feel).perform_hits([StepHit(32, "kick", 0.9)] * 500)
    offsets = [hit.start_seconds - 2.0 for hit in hits]
    assert max(abs(offset) for offset in offsets) <= feel.reach_seconds
    assert np.std(offsets) == pytest.approx(0.01, rel=0.15)
    assert all(0.0 < hit.velocity <= 1.0 for hit in hits)


def test_sung_notes_that_touch_still_touch_and_others_do_not_overlap():
    phrase = [StepNote(20, 22, 60, 0.8), StepNote(22, 24, 62, 0.8), StepNote(24.5, 27, 64, 0.8)]
    for _ in range(20):
        first, second, third = stage(Feel(0.012)).perform_phrase(phrase)
        assert first.end_seconds == second.start_seconds
        assert second.end_seconds <= third.start_seconds
