"""Scores as text."""

import numpy as np
import pytest

from training.synthesis.composing import compose
from training.synthesis.composing.lead_sheet import lead_sheet, pitch_name
from training.synthesis.scores import Hit, Line, Note, Score, Section, VocalLine


@pytest.mark.parametrize(("pitch", "name"), [(69, "A4"), (60, "C4"), (40, "E2"), (58.4, "Bb3")])
def test_pitches_have_names(pitch, name):
    assert pitch_name(pitch) == name


def test_a_lead_sheet_says_who_plays_what_and_when():
    score = Score(
        genre="pop",
        tempo_bpm=120.0,
        key="A minor",
        chords=("Am", "F"),
        duration_seconds=8.0,
        sections=(Section("verse", 0.0, 4.0, 0.5), Section("chorus", 4.0, 8.0, 0.9)),
        hits=(Hit(4.0, "kick"), Hit(5.0, "ghost_snare"), Hit(6.0, "kick")),
        bass=Line("bass", (Note(0.0, 4.0, 33.0), Note(4.0, 8.0, 29.0))),
        others=(Line("clean_guitar", (Note(0.0, 1.0, 60.0),)),) * 2,
        vocals=(VocalLine("ad_lib", "breathy", ((Note(4.5, 5.0, 69.0), Note(5.0, 6.0, 72.0)),)),),
        chord_starts_seconds=(0.0, 2.0),
    )
    assert lead_sheet(score).splitlines() == [
        "pop, A minor, 120.0 bpm, 8.0 s",
        "Plays: drums, bass, 2 x clean guitar, ad-lib voice (breathy)",
        "",
        "  0.00 to   4.00 s  verse, intensity 0.50",
        "    chords: Am F",
        "    bass: 1 notes, A1 to A1",
        "    clean guitar: 1 notes, C4 to C4",
        "    clean guitar: 1 notes, C4 to C4",
        "",
        "  4.00 to   8.00 s  chorus, intensity 0.90",
        "    chords: F",
        "    drums: 2 kick, 1 ghost snare",
        "    bass: 1 notes, F1 to F1",
        "    ad-lib voice: 2 notes, A4 to C5",
    ]


def test_every_section_of_a_composed_song_is_listed():
    score = compose(np.random.default_rng(4), 30.0, "synth-pop")
    text = lead_sheet(score)
    assert text.count("intensity") == len(score.sections)
    assert score.key in text
