"""Comping, bass lines, leads and effects."""

import itertools

import numpy as np
import pytest

from training.synthesis.composing import GENRES
from training.synthesis.composing.bass import draw_bass_player
from training.synthesis.composing.bass_styles import BASS_STYLES
from training.synthesis.composing.chords import chord_in
from training.synthesis.composing.comping import draw_accompanist
from training.synthesis.composing.comping_styles import COMPING_STYLES
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.effects import write_effects
from training.synthesis.composing.instrument_leads import draw_lead_player
from training.synthesis.composing.planning import plan_song
from training.synthesis.composing.presence import always, draw_presence
from training.synthesis.composing.registers import PLAYABLE
from training.synthesis.composing.scales import Key
from training.synthesis.composing.voicings import voiced


def plan_of(genre, seed, duration_seconds=24.0):
    return plan_song(GENRES[genre], duration_seconds, Dice(np.random.default_rng(seed)))


@pytest.mark.parametrize("style", COMPING_STYLES)
def test_accompanists_play_chord_tones_only(style):
    for seed, genre in enumerate(("rock", "jazz", "folk", "cinematic")):
        plan = plan_of(genre, seed)
        dice = Dice(np.random.default_rng(seed))
        notes = draw_accompanist(plan, "piano", style, always(plan), dice).write(plan, dice)
        for note in notes:
            assert note.end > note.start
            chord = plan.chord_at(note.start)
            fifth = (chord.root + chord.fifth) % 12
            assert note.pitch % 12 in chord.pitch_classes | {fifth, chord.bass}


def test_whole_chords_never_follow_each_other_faster_than_hands_move():
    for seed in range(12):
        plan = plan_of("salsa", seed)
        dice = Dice(np.random.default_rng(seed))
        for style in ("gated", "tremolo", "funk strum"):
            notes = draw_accompanist(plan, "synth_chords", style, always(plan), dice).write(plan, dice)
            starts = sorted({note.start for note in notes})
            gaps = np.diff(starts) * plan.grid.step_seconds
            assert plan.grid.step_seconds >= 0.1 or np.min(gaps) >= 0.09


@pytest.mark.parametrize("voicing", ["close", "open", "power", "shell", "wide", "thirds", "octave"])
def test_voicings_hold_notes_of_the_chord_inside_the_bounds(voicing):
    for numeral in ("I", "V7", "IVmaj9", "iim7b5", "I5", "viadd9", "Vsus4"):
        chord = chord_in(Key(5, "major"), numeral)
        for centre in (50.0, 60.0, 72.0):
            pitches = voiced(chord, voicing, centre, (36, 90))
            assert 1 <= len(pitches) <= 6
            assert list(pitches) == sorted(set(pitches))
            assert all(36 <= pitch <= 90 for pitch in pitches)
            assert all(pitch % 12 in chord.pitch_classes | {(chord.root + chord.fifth) % 12} for pitch in pitches)


def test_close_voicings_move_little_from_chord_to_chord():
    centre, moves = 60.0, []
    before = None
    for numeral in ("I", "vi", "IV", "V", "I", "iii", "ii", "V7"):
        pitches = voiced(chord_in(Key(2, "major"), numeral), "close", centre, (36, 90))
        centre = sum(pitches) / len(pitches)
        if before is not None:
            moves.append(abs(centre - before))
        before = centre
    assert max(moves) <= 3.0


@pytest.mark.parametrize("style", BASS_STYLES)
def test_every_bass_style_plays_roots_where_chords_change(style, monkeypatch):
    genre = GENRES["pop"]
    taste = type(genre.bass)({style: 1.0})
    roots, starts = 0, 0
    for seed in range(6):
        plan = plan_song(type(genre)(**{**vars(genre), "bass": taste}), 24.0, Dice(np.random.default_rng(seed)))
        dice = Dice(np.random.default_rng(seed))
        player = draw_bass_player(plan, "X...x...X...x...", dice)
        notes = player.write(plan, dice)
        assert notes
        low, high = PLAYABLE["bass"]
        assert all(low <= note.pitch <= high for note in notes)
        if player.motion not in ("riff", "pedal"):
            by_start = {note.start: note for note in notes}
            changes = [span for span in plan.chords if span.start_step in by_start]
            starts += len(changes)
            roots += sum(by_start[span.start_step].pitch % 12 == span.chord.bass for span in changes)
    assert roots == starts


def test_slides_are_overlapping_notes():
    genre = GENRES["trap"]
    taste = type(genre.bass)({"slides": 1.0})
    overlaps = notes_count = 0
    for seed in range(10):
        plan = plan_song(type(genre)(**{**vars(genre), "bass": taste}), 24.0, Dice(np.random.default_rng(seed)))
        dice = Dice(np.random.default_rng(seed))
        notes = draw_bass_player(plan, "X......x..x.....", dice).write(plan, dice)
        notes_count += len(notes)
        overlaps += sum(one.end > two.start for one, two in itertools.pairwise(notes))
    assert overlaps > 0.1 * notes_count


def test_parts_enter_and_leave():
    partial = total = 0
    for seed in range(60):
        plan = plan_of("rock", seed, 60.0)
        presence = draw_presence(plan, Dice(np.random.default_rng(seed)))
        played = [presence.plays(bar) for bar in plan.bars]
        assert any(played)
        partial += not all(played)
        total += 1
    assert 0.3 < partial / total < 0.9


def test_solos_sound_in_solo_sections_only():
    found = 0
    for seed in range(30):
        plan = plan_of("blues", seed, 40.0)
        dice = Dice(np.random.default_rng(seed))
        notes = draw_lead_player("lead_guitar", dice).solo(plan, dice)
        spans = [
            (section.first_bar * plan.grid.meter.steps, (section.first_bar + section.bars) * plan.grid.meter.steps)
            for section in plan.sections
            if section.kind == "solo"
        ]
        found += len(notes)
        assert all(any(start - 8 <= note.start and note.end <= end for start, end in spans) for note in notes)
    assert found > 100


def test_riffs_repeat():
    heard = places = 0
    for seed in range(8):
        plan = plan_of("funk", seed, 60.0)
        dice = Dice(np.random.default_rng(seed))
        notes = draw_lead_player("clean_guitar", dice).riff(plan, dice)
        heard += len(notes)
        places += len({note.start % (2 * plan.grid.meter.steps) for note in notes})
    assert heard > 3 * places


def test_risers_end_where_a_full_section_starts():
    rises = 0
    for seed in range(20):
        plan = plan_of("trance", seed, 60.0)
        edges = {section.first_bar * plan.grid.meter.steps for section in plan.sections}
        edges |= {(section.first_bar + section.bars) * plan.grid.meter.steps for section in plan.sections}
        for note in write_effects(plan, Dice(np.random.default_rng(seed))):
            rises += note.end in edges
            assert note.start in edges or note.end in edges or note.start == plan.bars[0].start_step
    assert rises > 10
