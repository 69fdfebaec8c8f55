"""Comping, bass lines, leads and effects."""

import itertools
from collections import Counter
from dataclasses import replace
from typing import get_args

import numpy as np

from training.synthesis.composing import GENRES
from training.synthesis.composing.bass import draw_bass_player
from training.synthesis.composing.bass_styles import BASS_STYLES
from training.synthesis.composing.chords import chord_in
from training.synthesis.composing.comping import draw_accompanist
from training.synthesis.composing.comping_styles import COMPING_STYLES
from training.synthesis.composing.dice import Dice
from training.synthesis.composing.effects import write_effects
from training.synthesis.composing.instrument_leads import MAYBE_SOLOS, draw_lead_player
from training.synthesis.composing.melodies import Singer
from training.synthesis.composing.planning import plan_song
from training.synthesis.composing.presence import always, draw_presence
from training.synthesis.composing.registers import PLAYABLE
from training.synthesis.composing.scales import Key
from training.synthesis.composing.singing import sung_kinds, write_tunes
from training.synthesis.composing.voicings import Voicing, voiced


def plan_of(genre, seed, duration_seconds=24.0):
    return plan_song(GENRES[genre], duration_seconds, Dice(np.random.default_rng(seed)))


def with_bass(genre, style):
    return replace(GENRES[genre], bass=replace(GENRES[genre].bass, styles={style: 1.0}))


def test_accompanists_play_chord_tones_only():
    plans = [plan_of(genre, seed, 12.0) for seed, genre in enumerate(("rock", "jazz", "folk", "cinematic"))]
    for (seed, style), plan in itertools.product(enumerate(COMPING_STYLES), plans):
        dice = Dice(np.random.default_rng(seed))
        for note in draw_accompanist(plan, "piano", style, always(plan), dice).write(plan, dice):
            assert note.end > note.start
            chord = plan.chord_at(note.start)
            assert note.pitch % 12 in chord.pitch_classes | {(chord.root + chord.fifth) % 12, chord.bass}, style


def test_boom_chick_puts_low_notes_on_strong_beats_and_chords_between_them():
    genre = replace(GENRES["chanson"], meters={"3/4": 1.0}, bars_per_chord={1.0: 1.0})
    plan = plan_song(genre, 24.0, Dice(np.random.default_rng(2)))
    dice = Dice(np.random.default_rng(2))
    notes = draw_accompanist(plan, "piano", "boom chick", always(plan), dice).write(plan, dice)
    together = Counter(note.start for note in notes)
    assert len(together) > 20
    assert all((count == 1) == (start % 12 == 0) for start, count in together.items())


def test_whole_chords_never_follow_each_other_faster_than_hands_move():
    for seed in range(12):
        plan = plan_of("salsa", seed)
        dice = Dice(np.random.default_rng(seed))
        for style in ("gated", "tremolo", "funk strum"):
            notes = draw_accompanist(plan, "synth_chords", style, always(plan), dice).write(plan, dice)
            starts = sorted({note.start for note in notes})
            gaps = np.diff(starts) * plan.grid.step_seconds
            assert plan.grid.step_seconds >= 0.1 or np.min(gaps) >= 0.09


def test_voicings_hold_notes_of_the_chord_inside_the_bounds():
    numerals = ("I", "V7", "IVmaj9", "iim7b5", "I5", "viadd9", "Vsus4")
    for voicing, numeral, centre in itertools.product(get_args(Voicing), numerals, (50.0, 60.0, 72.0)):
        chord = chord_in(Key(5, "major"), numeral)
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


def test_every_bass_style_plays_roots_where_chords_change():
    for style, seed in itertools.product(BASS_STYLES, range(3)):
        plan = plan_song(with_bass("pop", style), 24.0, Dice(np.random.default_rng(seed)))
        dice = Dice(np.random.default_rng(seed))
        player = replace(draw_bass_player(plan, "X...x...X...x...", dice), runs=0.0)
        notes = player.write(plan, dice)
        assert notes
        low, high = PLAYABLE["bass"]
        assert all(low <= note.pitch <= high for note in notes)
        if player.motion not in ("riff", "pedal"):
            by_start = {note.start: note for note in notes}
            changes = [span for span in plan.chords if span.start_step in by_start]
            assert all(by_start[span.start_step].pitch % 12 == span.chord.bass for span in changes), style


def test_a_run_ends_a_section_in_the_key_and_without_overlaps():
    highest = []
    for seed in range(12):
        plan = plan_song(with_bass("rock", "eighths"), 24.0, Dice(np.random.default_rng(seed)))
        player = draw_bass_player(plan, "X...x...X...x...", Dice(np.random.default_rng(seed)))
        player = replace(player, runs=1.0, presence=always(plan), busy=0.0, motion="root")
        plan = replace(plan, rests=())
        notes = player.write(plan, Dice(np.random.default_rng(seed)))
        assert all(one.end <= two.start for one, two in itertools.pairwise(notes))
        for bar in (bar for bar in plan.bars if bar.is_last):
            end = bar.start_step + plan.grid.meter.steps
            last = [note.pitch for note in notes if end - 3 <= note.start < end]
            assert last in (sorted(last), sorted(last, reverse=True))
            assert all(pitch % 12 in plan.key.pitch_classes for pitch in last)
            highest.append(max(last) - player.low)
    assert max(highest) > 15


def test_slides_are_overlapping_notes():
    overlaps = notes_count = 0
    for seed in range(10):
        plan = plan_song(with_bass("trap", "slides"), 24.0, Dice(np.random.default_rng(seed)))
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


def test_solos_sound_in_solo_sections_and_now_and_then_where_few_sing():
    found = elsewhere = 0
    for seed in range(30):
        plan = plan_of("blues", seed, 40.0)
        dice = Dice(np.random.default_rng(seed))
        notes = draw_lead_player("lead_guitar", dice).solo(plan, dice)
        spans = [
            (section.first_bar * plan.grid.meter.steps, (section.first_bar + section.bars) * plan.grid.meter.steps)
            for section in plan.sections
            if section.kind in ("solo", *MAYBE_SOLOS)
        ]
        found += len(notes)
        # A pick-up may lie in the section before.
        assert all(any(start - 8 <= note.start and note.end <= end for start, end in spans) for note in notes)
        elsewhere += bool(notes) and not any(section.kind == "solo" for section in plan.sections)
    assert found > 100
    assert elsewhere > 1


def test_an_instrument_along_with_a_voice_plays_its_melody_in_its_own_octave():
    plan = plan_of("pop", 1)
    dice = Dice(np.random.default_rng(1))
    melody = write_tunes(plan, {"flowing": 1.0}, Singer(50, 62, False, 0.9, 0.3, 0.0), sung_kinds(plan, dice), dice)
    sung = {(note.start, note.pitch % 12) for phrase in melody for note in phrase}
    player = draw_lead_player("flute", dice)
    played = [player.along(plan, dice, [note for phrase in melody for note in phrase]) for _ in range(8)]
    assert max(map(len, played)) > 10
    for notes in played:
        assert {(note.start, note.pitch % 12) for note in notes} <= sung
        assert all(player.low <= note.pitch <= player.high for note in notes)


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
