"""Whole songs: deterministic, four stems, facts; remixes and silence now and then."""

import json

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE, STEMS
from tests.training.synthesis.stand_in_sounds import open_stand_ins
from training.synthesis.songs import SongSettings, SynthesisError, make_song

SHORT = SongSettings(seconds=2.0, remix_share=0.0, silent_share=0.0)


def test_a_song_has_four_stems_of_its_length_that_fit_into_full_scale_with_their_sum():
    song = make_song(7, SHORT, open_stand_ins())
    assert tuple(sorted(song.stems)) == STEMS
    for sound in (*song.stems.values(), sum(song.stems.values())):
        assert sound.shape == (2, 2 * SAMPLE_RATE)
        assert np.abs(sound).max() <= 1.0
        assert sound.any()


def test_the_same_seed_gives_the_same_bytes_whatever_was_made_before():
    first = make_song(5, SHORT, open_stand_ins())
    sounds = open_stand_ins()
    for other in (6, 7):
        make_song(other, SHORT, sounds)
    again = make_song(5, SHORT, sounds)
    for stem in STEMS:
        assert first.stems[stem].tobytes() == again.stems[stem].tobytes()
    assert first.facts == again.facts


def test_the_facts_are_json_and_tell_song_players_effects_and_the_strictest_judgement():
    facts = json.loads(json.dumps(make_song(5, SHORT, open_stand_ins()).facts))
    assert facts["scores"]["all"]["key"] == "A minor"
    assert facts["scores"]["all"]["chords"] == ["Am", "F"]
    assert facts["scores"]["all"]["sections"][0]["name"] == "verse"
    assert {player["stem"] for player in facts["players"]} == set(STEMS)
    assert facts["judgement"] == "copyleft"
    assert set(facts["mix"]["stems"]) == set(STEMS)
    assert set(facts["versions"]) == {"numpy", "scipy"}


def test_a_remix_has_a_score_for_every_stem():
    facts = make_song(5, SongSettings(2.0, remix_share=1.0, silent_share=0.0), open_stand_ins()).facts
    assert set(facts["scores"]) == set(STEMS)
    assert len({score["tempo_bpm"] for score in facts["scores"].values()}) == 4


def test_remixes_and_silenced_stems_are_as_frequent_as_asked_and_what_is_silenced_is_zero_and_not_played():
    settings = SongSettings(2.0, remix_share=0.5, silent_share=0.7)
    found = set()
    for seed in range(12):
        song = make_song(seed, settings, open_stand_ins())
        silenced = song.facts["silenced"]
        found.add((song.facts["remix"], silenced))
        assert silenced not in {player["stem"] for player in song.facts["players"]}
        if silenced not in (None, "other"):  # Noise may lie in the other stem.
            assert not song.stems[silenced].any()
    assert {remix for remix, _ in found} == {True, False}
    assert len({stem for _, stem in found}) >= 3
    assert None in {stem for _, stem in found}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seconds": 0.5}, "A song must last 2 to 600 seconds. Got 0.5."),
        ({"remix_share": 1.5}, "remix_share must be between 0 and 1. Got 1.5."),
        ({"silent_share": -0.1}, "silent_share must be between 0 and 1. Got -0.1."),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(SynthesisError, match=message):
        SongSettings(**settings)
