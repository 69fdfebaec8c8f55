"""Playing a score: who plays what, from chance of its own."""

import numpy as np

from tests.training.synthesis.stand_in_sounds import compose, open_stand_ins
from training.synthesis.players import Playing, play

SCORE = compose(np.random.default_rng(0), 2.0)
ALL = ("bass", "drums", "other", "vocals")


def test_every_line_with_notes_is_played_and_told():
    parts, who = play(Playing(SCORE, open_stand_ins(), 1), ALL)
    assert set(parts.drums) == {"kick", "cymbals"}
    assert [part.name for part in parts.others] == ["pad", "brass"]
    assert [part.name for part in parts.vocals] == ["lead", "harmony"]
    assert [(one["stem"], one["part"]) for one in who] == [
        ("drums", "drums"), ("bass", "bass"), ("other", "pad"), ("other", "brass"), ("vocals", "lead"),
        ("vocals", "harmony"),
    ]  # fmt: skip
    assert who[0]["sources"] == [{"name": "a kit", "judgement": "credit", "credit": "someone"}]
    assert who[4]["style"] == "plain"


def test_what_is_left_out_changes_nothing_else():
    whole, _ = play(Playing(SCORE, open_stand_ins(), 1), ALL)
    without, who = play(Playing(SCORE, open_stand_ins(), 1), ("bass", "other"))
    np.testing.assert_array_equal(whole.bass, without.bass)
    np.testing.assert_array_equal(whole.others[1].sound, without.others[1].sound)
    assert (without.drums, without.vocals) == ({}, ())
    assert {one["stem"] for one in who} == {"bass", "other"}


def test_another_seed_or_name_plays_otherwise():
    sounds = [play(Playing(SCORE, open_stand_ins(), *how), ALL)[0].bass for how in ((1,), (2,), (1, "remix"))]
    assert not np.array_equal(sounds[0], sounds[1])
    assert not np.array_equal(sounds[0], sounds[2])
