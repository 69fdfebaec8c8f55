"""Who sings which line, in an octave where they are at ease, and what their voices ask of who publishes them."""

from types import SimpleNamespace

import numpy as np
import pytest

from training.synthesis import vocalists
from training.synthesis.scores import Note, VocalLine
from training.synthesis.vocalists import SAME_LEAD_SHARE, OwnVocalists, comfortable_octave
from training.synthesis.voices.formant_singer import PureSingers
from training.synthesis.voices.parts import SungPart


def line_at(pitch, part="lead", style="plain"):
    return VocalLine(part, style, ((Note(0.1, 0.8, pitch), Note(0.8, 1.4, pitch + 2.0)),))


@pytest.mark.parametrize(("pitch", "octave"), [(60.0, 0.0), (52.0, 0.0), (45.0, 12.0), (70.0, -12.0), (80.0, -24.0)])
def test_a_line_moves_by_octaves_into_the_range(pitch, octave):
    assert comfortable_octave(line_at(pitch), SimpleNamespace(low_pitch=50.0, high_pitch=68.0)) == octave


def test_falsetto_lies_above_the_chest():
    man = SimpleNamespace(low_pitch=45.0, high_pitch=63.0)
    assert comfortable_octave(line_at(68.0), man) == -12.0
    assert comfortable_octave(line_at(68.0, style="falsetto"), man) == 0.0
    assert comfortable_octave(line_at(50.0, style="falsetto"), man) == 12.0


def test_an_empty_line_stays():
    assert comfortable_octave(VocalLine("lead", "plain", ()), SimpleNamespace(low_pitch=50.0, high_pitch=60.0)) == 0.0


def test_every_line_is_sung_the_same_way_for_the_same_seed():
    lines, singers = [line_at(57.0), line_at(64.0, "harmony")], OwnVocalists(PureSingers())
    once, again = (singers.sing(lines, 70_000, 0.5, 3) for _ in range(2))
    assert len(once) == 2
    for one, other in zip(once, again, strict=True):
        assert one.sound.shape == (2, 70_000)
        assert one.sound.any()
        np.testing.assert_array_equal(one.sound, other.sound)
        assert one.sources[0].judgement == "free"


class Numbered:
    """Draws singers of whom the first is free and all others are copyleft."""

    def __init__(self):
        self.count = 0

    def singer(self, rng):
        self.count += 1
        judgement = "free" if self.count == 1 else "copyleft"
        return SimpleNamespace(name=str(self.count), judgement=judgement, low_pitch=50.0, high_pitch=68.0)


@pytest.fixture
def gangs(monkeypatch):
    """Every line is sung by its singer and somebody else behind."""

    def sing_part(line, singer, singers, samples, step_seconds, rng):
        singers.singer(rng)
        return SungPart(np.zeros((2, samples), np.float32), singer.name, "gang")

    monkeypatch.setattr(vocalists, "sing_part", sing_part)


def test_a_second_lead_is_mostly_somebody_else_than_the_first(gangs):
    names = [
        [line.singer for line in OwnVocalists(Numbered()).sing([line_at(57.0)] * 2, 10, 0.5, seed)]
        for seed in range(80)
    ]
    assert {first for first, _ in names} == {"1"}
    assert np.mean([second != "1" for _, second in names]) == pytest.approx(1.0 - SAME_LEAD_SHARE, abs=0.15)


def test_the_sources_of_a_line_name_the_gang_behind_its_singer(gangs):
    (sung,) = OwnVocalists(Numbered()).sing([line_at(57.0)], 10, 0.5, 1)
    assert sung.singer == "1"
    assert [(source.name, source.judgement) for source in sung.sources] == [("1", "free"), ("2", "copyleft")]
