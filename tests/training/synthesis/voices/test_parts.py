"""Vocal parts in stereo."""

from typing import get_args

import numpy as np
import pytest

from training.synthesis.scores import VOCAL_PARTS
from training.synthesis.voices import parts
from training.synthesis.voices.formant_singer import PureSingers
from training.synthesis.voices.parts import CHANCES, Arrangement, sing_part, transposed_line

SAMPLES = 8 * 44_100


def test_every_part_of_a_score_has_arrangements_that_exist():
    assert set(CHANCES) == set(VOCAL_PARTS)
    for chances in CHANCES.values():
        assert sum(chances.values()) == pytest.approx(1.0)
    assert {name for chances in CHANCES.values() for name in chances} == set(get_args(Arrangement))


@pytest.mark.parametrize("arrangement", get_args(Arrangement))
def test_an_arrangement_is_stereo_and_follows_its_line(arrangement, singer, two_phrases, rng, measures, monkeypatch):
    monkeypatch.setattr(parts, "CHANCES", {"backing": {arrangement: 1.0}})
    sung = sing_part(two_phrases(part="backing"), singer, PureSingers(), SAMPLES, 0.2, rng)
    assert sung.arrangement == arrangement
    assert sung.sound.shape == (2, SAMPLES)
    assert sung.sound.dtype == np.float32
    assert np.isfinite(sung.sound).all()
    assert measures.rms(sung.sound[:, 50_000:120_000]) > 0.01
    if arrangement != "chop":
        assert measures.rms(sung.sound[:, int(3.5 * 44_100) : int(4.2 * 44_100)]) < 1e-4


def test_the_seed_decides_the_part(singer, two_phrases):
    first, second = (
        sing_part(two_phrases(), singer, PureSingers(), SAMPLES, 0.2, np.random.default_rng(9)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.sound, second.sound)


def test_a_line_is_transposed_without_being_changed(two_phrases):
    line = two_phrases()
    up = transposed_line(line, 12.0)
    assert [note.pitch for phrase in up.phrases for note in phrase] == [
        note.pitch + 12.0 for phrase in line.phrases for note in phrase
    ]
    assert line == two_phrases()
