"""Plans: where the bars, sections and chords of a song lie."""

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.composing import GENRES
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.meters import METERS, Grid
from training.synthesis.composing.performing import StepHit, StepNote
from training.synthesis.composing.plan import Rest
from training.synthesis.composing.planning import plan_song
from training.synthesis.composing.rests import filled_rests

PLANS = [
    plan_song(genre, duration_seconds, Dice(np.random.default_rng(seed)))
    for seed, genre in enumerate(GENRES.values())
    for duration_seconds in (6.0, 24.0, 90.0)
]


def test_bars_cover_the_song():
    for plan in PLANS:
        steps = plan.grid.meter.steps
        assert plan.grid.seconds(plan.bars[0].start_step) <= 4.0 * plan.grid.step_seconds
        assert plan.grid.seconds(plan.bars[-1].start_step + steps) >= plan.duration_seconds
        numbers = [bar.number for bar in plan.bars]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_chords_cover_the_bars_without_gaps():
    for plan in PLANS:
        assert plan.chords[0].start_step == plan.bars[0].start_step
        assert plan.chords[-1].end_step == plan.bars[-1].start_step + plan.grid.meter.steps
        assert all(one.end_step == two.start_step for one, two in zip(plan.chords, plan.chords[1:], strict=False))
        for span in plan.chords:
            assert plan.chord_at(span.start_step) == plan.chord_at(span.end_step - 0.5) == span.chord


def test_the_chords_of_a_bar_fill_it():
    for plan in PLANS:
        for bar in plan.bars:
            spans = plan.chords_of(bar)
            assert spans[0].start_step == bar.start_step
            assert sum(span.end_step - span.start_step for span in spans) == plan.grid.meter.steps


def test_sections_of_one_tune_start_with_the_same_chord():
    for plan in PLANS:
        first = {}
        for section in plan.sections:
            if section.first_bar >= plan.bars[0].number:
                chord = plan.chord_at(section.first_bar * plan.grid.meter.steps)
                assert first.setdefault(section.tune, chord) == chord


def test_songs_start_anywhere_in_the_form():
    starts = {plan_song(GENRES["pop"], 16.0, Dice(np.random.default_rng(seed))).sections[0].kind for seed in range(80)}
    assert {"intro", "verse", "chorus", "outro"} <= starts
    inside = [plan_song(GENRES["pop"], 16.0, Dice(np.random.default_rng(seed))).grid.origin_step for seed in range(80)]
    assert 0.15 < np.mean([step % 16 != 0 for step in inside]) < 0.6


def test_meters_and_swing_vary_where_the_genre_says_so():
    plans = [plan_song(GENRES["folk"], 16.0, Dice(np.random.default_rng(seed))) for seed in range(60)]
    assert {plan.grid.meter.name for plan in plans} == {"4/4", "3/4", "6/8"}
    jazz = [plan_song(GENRES["jazz"], 16.0, Dice(np.random.default_rng(seed))).grid.swing_ratio for seed in range(40)]
    assert 0.5 in jazz
    assert max(jazz) > 0.6


def test_a_rest_swallows_the_notes_that_start_in_it_and_ends_those_before():
    plan = replace(PLANS[0], rests=(Rest(8, 16, of_drums=True), Rest(32, 48, of_drums=False)))
    notes = [StepNote(4, 12, 60, 0.8), StepNote(9, 20, 62, 0.8), StepNote(16, 33, 64, 0.8), StepNote(40, 41, 65, 0.8)]
    assert plan.without_rests(notes) == [notes[0]._replace(end=8), notes[2]._replace(end=32)]
    hits = [StepHit(7, "kick", 0.8), StepHit(8, "kick", 0.8), StepHit(40, "kick", 0.8)]
    assert plan.hits_without_rests(hits) == [hits[0], hits[2]]


def test_some_songs_have_drums_alone_and_some_have_voices_alone():
    plans = [plan_song(GENRES[name], 30.0, Dice(np.random.default_rng(seed))) for name in GENRES for seed in range(12)]
    breaks = [any(not rest.of_drums for rest in plan.rests) for plan in plans]
    alone = [
        any(rest.of_drums and rest.end_step - rest.start_step > plan.grid.meter.steps for rest in plan.rests)
        for plan in plans
    ]
    assert 0.02 < np.mean(breaks) < 0.2
    assert 0.02 < np.mean(alone) < 0.2


def test_a_rest_stays_only_where_those_who_should_go_on_alone_are_heard():
    rests = (Rest(12, 16, of_drums=True), Rest(16, 48, of_drums=True), Rest(64, 96, of_drums=False))
    plan = replace(PLANS[0], grid=Grid(120.0, METERS["4/4"]), rests=rests)
    assert filled_rests(plan, True, [2.5, 4.0]).rests == rests
    assert filled_rests(plan, True, [1.5, 6.5, 8.5, 9.5]).rests == (rests[0], rests[2])
    assert filled_rests(plan, False, [8.5, 9.5]).rests == rests
    assert filled_rests(plan, False, [2.5, 4.0]).rests == rests[:2]


def test_six_eighths_are_counted_faster():
    def tempos(meter):
        genre = replace(GENRES["ballad"], meters={meter: 1.0})
        return [plan_song(genre, 8.0, Dice(np.random.default_rng(seed))).grid.tempo_bpm for seed in range(20)]

    np.testing.assert_allclose(tempos("6/8"), np.multiply(tempos("4/4"), 1.25))


@pytest.mark.parametrize("genre", ["rock", "techno"])
def test_a_song_longer_than_its_form_goes_on(genre):
    plan = plan_song(GENRES[genre], 600.0, Dice(np.random.default_rng(0)))
    assert plan.grid.seconds(plan.bars[-1].start_step + 16) >= 600.0
    assert plan.bars[-1].section.first_bar + plan.bars[-1].section.bars >= plan.bars[-1].number
