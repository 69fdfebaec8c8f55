"""Lines are made of pieces of tones: where they start, where they end, and how often a tone is computed."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.levels import LEVEL, PEAK, levelled, sounding_level
from training.synthesis.instruments.playing import (
    LONGEST_SECONDS,
    Layer,
    Layered,
    NotePlayer,
    Processed,
    Touch,
    held_seconds,
    mix_notes,
    needed_tones,
)
from training.synthesis.scores import Note

EXACT = Touch(release_seconds=0.05, layers=1, timing_seconds=0.0)


def constant(tone, rng):
    return np.ones(tone.samples, np.float32)


def test_a_note_starts_on_its_sample_and_is_silent_after_its_release():
    line = NotePlayer("ones", constant, EXACT).play([Note(0.5, 1.0, 60.0)], 2 * SAMPLE_RATE, np.random.default_rng(0))
    sounding = np.flatnonzero(line[0])
    assert abs(sounding[0] - 0.5 * SAMPLE_RATE) <= 1
    assert abs(sounding[-1] - 1.05 * SAMPLE_RATE) <= 2


def test_a_pitch_that_comes_again_is_computed_once():
    computed = []

    def counted(tone, rng):
        computed.append((tone.pitch, round(tone.seconds, 3)))
        return constant(tone, rng)

    notes = [Note(start, start + length, 60.0) for start, length in ((0.0, 0.2), (0.5, 0.4), (1.0, 0.1))]
    NotePlayer("ones", counted, EXACT).play([*notes, Note(1.5, 1.6, 62.0)], 2 * SAMPLE_RATE, np.random.default_rng(0))
    assert computed == [(60.0, 0.45), (62.0, 0.15)]


def test_louder_notes_of_a_pitch_are_tones_of_their_own():
    notes = [Note(0.0, 0.2, 60.0, velocity) for velocity in (0.1, 0.4, 0.9, 1.0)]
    assert [tone.velocity for tone in needed_tones(notes, Touch(layers=2)).values()] == [0.35, 0.85]


def test_variants_of_a_pitch_take_turns():
    computed = []

    def counted(tone, rng):
        computed.append(tone.pitch)
        return constant(tone, rng)

    notes = [Note(0.2 * step, 0.2 * step + 0.1, pitch) for step in range(3) for pitch in (60.0, 64.0)]
    touch = Touch(0.05, 1, timing_seconds=0.0, variants=2)
    NotePlayer("ones", counted, touch).play(notes, SAMPLE_RATE, np.random.default_rng(0))
    assert computed == [60.0, 60.0, 64.0, 64.0]


def test_a_strum_goes_from_the_lowest_string_to_the_highest_and_back():
    heard = {}

    def marked(tone, rng):
        return np.full(tone.samples, tone.pitch, np.float32)

    touch = Touch(0.001, 1, 0.0, timing_seconds=0.0, strum_seconds=0.1)
    for pitch in (40.0, 45.0, 50.0):
        notes = [Note(start, start + 0.05, other, 1.0) for start in (0.0, 1.0) for other in (40.0, 45.0, 50.0)]
        tones = {key: marked(tone, None) * (tone.pitch == pitch) for key, tone in needed_tones(notes, touch).items()}
        line = mix_notes(notes, 2 * SAMPLE_RATE, touch, tones, np.random.default_rng(0))
        starts = [np.flatnonzero(half)[0] / SAMPLE_RATE for half in np.split(line, 2)]
        heard[pitch] = [round(float(start), 2) for start in starts]
    assert heard == {40.0: [0.0, 0.1], 45.0: [0.05, 0.05], 50.0: [0.1, 0.0]}


def test_notes_stand_where_their_keys_are_or_go_from_side_to_side():
    notes = [Note(0.0, 0.4, 36.0), Note(1.0, 1.4, 36.0)]
    sides = []
    for alternating in (False, True):
        touch = Touch(0.05, 1, timing_seconds=0.0, width=1.0, alternating=alternating)
        line = np.abs(NotePlayer("ones", constant, touch).play(notes, 2 * SAMPLE_RATE, np.random.default_rng(0)))
        sides.append([int(half.max(axis=1).argmax()) for half in np.split(line, 2, axis=1)])
    assert sides == [[0, 0], [1, 0]]


def test_held_times_have_bounds():
    assert held_seconds(Note(1.0, 1.0, 60.0)) == 0.03
    assert held_seconds(Note(0.0, 100.0, 60.0)) == LONGEST_SECONDS


def test_notes_beyond_the_end_are_cut_or_left_out():
    notes = [Note(0.9, 5.0, 60.0), Note(3.0, 4.0, 60.0)]
    assert NotePlayer("ones", constant, EXACT).play(notes, SAMPLE_RATE, np.random.default_rng(0)).shape == (
        2,
        SAMPLE_RATE,
    )


def test_no_notes_give_silence():
    line = NotePlayer("ones", constant, EXACT).play([], 1000, np.random.default_rng(0))
    assert line.shape == (2, 1000)
    assert not line.any()


def test_layers_are_placed_left_and_right():
    player = NotePlayer("ones", constant, EXACT)
    both = Layered((Layer(player, position=-1.0), Layer(player, gain=0.0, position=1.0)))
    line = both.play([Note(0.0, 0.5, 60.0)], SAMPLE_RATE, np.random.default_rng(0))
    assert np.abs(line[0]).max() > 0.05
    assert np.abs(line[1]).max() < 1e-6


def test_a_transposed_layer_plays_other_pitches():
    pitches = []

    def heard(tone, rng):
        pitches.append(tone.pitch)
        return constant(tone, rng)

    layered = Layered((Layer(NotePlayer("ones", heard, EXACT), transpose=12.0),))
    layered.play([Note(0.0, 0.5, 60.0)], SAMPLE_RATE, np.random.default_rng(0))
    assert pitches == [72.0]


def test_an_effect_is_named_and_levelled():
    loud = Processed(NotePlayer("ones", constant, EXACT), lambda sound, rng: 100.0 * sound, "gain")
    assert loud.name == "ones, gain"
    line = loud.play([Note(0.0, 1.0, 60.0)], SAMPLE_RATE, np.random.default_rng(0))
    assert sounding_level(line) == pytest.approx(LEVEL, rel=0.2)


def test_lines_have_one_level_and_peaks_stay_below_the_limit():
    rng = np.random.default_rng(0)
    steady = levelled(rng.standard_normal((2, SAMPLE_RATE)).astype(np.float32))
    assert sounding_level(steady) == pytest.approx(LEVEL, rel=1e-3)
    click = np.zeros(SAMPLE_RATE, np.float32)
    click[1000] = 50.0
    assert np.abs(levelled(click)).max() <= PEAK
    assert levelled(click).shape == (2, SAMPLE_RATE)
    assert not levelled(np.zeros((2, 100), np.float32)).any()
