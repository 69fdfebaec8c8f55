"""Melodies: chord tones on strong beats, motifs that return, ranges."""

import itertools
from collections import Counter

import numpy as np
import pytest

from training.synthesis.composing import GENRES
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.group_singing import answers, backing, chops, harmony, stack
from training.synthesis.composing.planning import plan_song
from training.synthesis.composing.singing import draw_singer, write_lead
from training.synthesis.composing.speech import speech
from training.synthesis.composing.vocal_ranges import HIGHEST, LOWEST, VOICES, draw_range
from training.synthesis.composing.vocal_rhythms import VOCAL_RHYTHMS, draw_notes
from training.synthesis.scores import SINGING_STYLES


def sung(genre, seed, style="plain", duration_seconds=24.0):
    plan = plan_song(GENRES[genre], duration_seconds, Dice(np.random.default_rng(seed)))
    kinds = frozenset(section.kind for section in plan.sections)
    return plan, write_lead(plan, style, kinds, Dice(np.random.default_rng(seed + 500)))


def test_most_notes_on_strong_beats_belong_to_the_chord():
    for number, genre in enumerate(GENRES):
        fits = []
        for seed in range(number, number + 4):
            plan, lead = sung(genre, seed)
            for note in (note for phrase in lead.phrases for note in phrase):
                if plan.grid.meter.is_strong(note.start) and note.start >= plan.bars[0].start_step:
                    fits.append(note.pitch % 12 in plan.chord_at(note.start).pitch_classes)
        assert np.mean(fits) > 0.7, genre


def test_lines_stay_in_the_range_of_their_singer_and_ranges_are_those_of_people():
    dice = Dice(np.random.default_rng(0))
    for seed, style in enumerate(SINGING_STYLES):
        _, lead = sung("pop", seed, style)
        pitches = [note.pitch for phrase in lead.phrases for note in phrase]
        assert lead.singer.low <= min(pitches) <= max(pitches) <= lead.singer.high
        ranges = [draw_range(style, dice) for _ in range(300)]
        assert all(LOWEST <= low < high <= HIGHEST for low, high in ranges)
        assert max(high - low for low, high in ranges) <= (5 if style == "rap" else 19)
        assert min(low for low, _ in ranges) < VOICES["tenor"][0] + 12
        assert max(low for low, _ in ranges) > VOICES["alto"][0]


def test_shouts_are_screams_and_growls():
    dice = Dice(np.random.default_rng(0))
    lowest = [draw_range("shouted", dice)[0] for _ in range(300)]
    assert min(lowest) < VOICES["baritone"][0] + 3
    assert max(lowest) > VOICES["mezzo"][1] - 12


def test_rap_is_denser_and_flatter_than_a_ballad():
    def density_and_span(genre, style):
        lengths, spans = [], []
        for seed in range(10):
            plan, lead = sung(genre, seed, style)
            lengths += [(note.end - note.start) * plan.grid.step_seconds for phrase in lead.phrases for note in phrase]
            pitches = [note.pitch for phrase in lead.phrases for note in phrase]
            spans.append(max(pitches) - min(pitches))
        return np.mean(lengths), np.mean(spans)

    rap, ballad = density_and_span("hip hop", "rap"), density_and_span("ballad", "plain")
    assert rap[0] < 0.55 * ballad[0]
    assert rap[1] < 0.6 * ballad[1]


def test_motifs_return():
    """The rhythm of one phrase is heard again in most songs."""
    returns = 0
    for seed in range(20):
        _plan, lead = sung("pop", seed, duration_seconds=40.0)
        shapes = [tuple(round(note.start - phrase[0].start, 3) for note in phrase) for phrase in lead.phrases]
        returns += len(set(shapes)) < len(shapes)
    assert returns >= 15


def test_rhythms_fit_their_span_and_no_note_is_too_short_to_sing():
    dice = Dice(np.random.default_rng(0))
    for rhythm, step_seconds, span in itertools.product(VOCAL_RHYTHMS.values(), (0.07, 0.12, 0.2), (12, 16, 32, 64)):
        notes = draw_notes(rhythm, span, step_seconds, dice)
        assert notes
        assert all(one[1] <= two[0] + 1e-9 for one, two in itertools.pairwise(notes))
        assert min(end - start for start, end in notes) * step_seconds >= 0.09


def test_a_harmony_keeps_the_rhythm_of_the_lead_and_to_the_key():
    checked = 0
    for seed in range(12):
        plan, lead = sung("soul", seed)
        second = harmony(plan, lead, Dice(np.random.default_rng(seed)))
        starts = {note.start for phrase in lead.phrases for note in phrase}
        notes = [note for phrase in second for note in phrase]
        checked += len(notes)
        assert {note.start for note in notes} <= starts
        assert all(LOWEST <= note.pitch <= HIGHEST for note in notes)
        assert np.mean([note.pitch % 12 in plan.key.pitch_classes for note in notes] or [1.0]) > 0.9
    assert checked > 100


def test_backing_voices_sing_chord_tones_together_held_or_in_a_rhythm():
    plan, _ = sung("gospel", 4, duration_seconds=40.0)
    counts = []
    for seed in range(20):
        lines = backing(plan, 3, Dice(np.random.default_rng(seed)))
        assert len(lines) == 3
        voices = [[note for phrase in line for note in phrase] for line in lines]
        counts.append(max(Counter(note.start // 16 for note in voices[0]).values(), default=0))
        for together in zip(*voices, strict=True):
            assert len({(note.start, note.end) for note in together}) == 1
            assert {note.pitch % 12 for note in together} <= plan.chord_at(together[0].start).pitch_classes
    assert min(counts) <= 2
    assert max(counts) >= 4


def test_a_group_sings_what_the_lead_sings_together():
    plan, lead = sung("gospel", 4)
    for seed in range(6):
        voices = stack(plan, lead, Dice(np.random.default_rng(seed)))
        assert len(voices) == 3
        assert len({tuple(note.start for phrase in line for note in phrase) for line in voices}) == 1
        assert {phrase[0].start for phrase in voices[0]} <= {phrase[0].start for phrase in lead.phrases}


def test_answers_sound_in_the_pauses_of_the_lead():
    heard = 0
    for seed in range(12):
        plan, lead = sung("funk", seed)
        for phrase in answers(plan, lead, Dice(np.random.default_rng(seed))):
            heard += 1
            for caller in lead.phrases:
                assert phrase[0].start >= caller[-1].end or phrase[-1].end <= caller[0].start + 2.0
    assert heard > 5


def test_chops_repeat_bar_by_bar_and_nobody_sings_too_high():
    plan, _ = sung("house", 2, duration_seconds=90.0)
    dice = Dice(np.random.default_rng(1))
    for bounds in ((55, 67), (78, 84)):
        said = chops(plan, draw_singer(plan, "plain", bounds, dice), dice)
        places = {phrase[0].start % plan.grid.meter.steps for phrase in said}
        assert len(said) > len(places) >= 1
        assert all(LOWEST <= phrase[0].pitch <= HIGHEST for phrase in said)


def test_speech_knows_nothing_of_the_beat_and_stays_in_its_sections():
    offsets = []
    for seed in range(12):
        plan, _ = sung("lo-fi", seed)
        steps = plan.grid.meter.steps
        for breath in speech(plan, Dice(np.random.default_rng(seed))):
            section = next(
                section for section in plan.sections if breath[0].start < (section.first_bar + section.bars) * steps
            )
            assert section.first_bar * steps <= breath[0].start
            assert breath[-1].end <= (section.first_bar + section.bars) * steps
            assert all(one.end == two.start for one, two in itertools.pairwise(breath))
            offsets += [note.start % 1.0 for note in breath]
    assert np.histogram(offsets, 4, (0.0, 1.0))[0] == pytest.approx(len(offsets) / 4, rel=0.2)
