"""Lines come to singers in an octave where they are at ease."""

from types import SimpleNamespace

import numpy as np
import pytest

from training.synthesis.scores import Note, VocalLine
from training.synthesis.vocalists import OwnVocalists, comfortable_octave
from training.synthesis.voices.formant_singer import PureSingers


def line_at(pitch, part="lead"):
    return VocalLine(part, "plain", ((Note(0.1, 0.8, pitch), Note(0.8, 1.4, pitch + 2.0)),))


@pytest.mark.parametrize(("pitch", "octave"), [(60.0, 0.0), (52.0, 0.0), (45.0, 12.0), (70.0, -12.0), (80.0, -24.0)])
def test_a_line_moves_by_octaves_into_the_range(pitch, octave):
    assert comfortable_octave(line_at(pitch), SimpleNamespace(low_pitch=50.0, high_pitch=68.0)) == octave


def test_an_empty_line_stays():
    assert comfortable_octave(VocalLine("lead", "plain", ()), SimpleNamespace(low_pitch=50.0, high_pitch=60.0)) == 0.0


def test_every_line_is_sung_the_same_way_for_the_same_seed():
    lines, vocalists = [line_at(57.0), line_at(64.0, "harmony")], OwnVocalists(PureSingers())
    once, again = (vocalists.sing(lines, 70_000, 0.5, 3) for _ in range(2))
    assert len(once) == 2
    for one, other in zip(once, again, strict=True):
        assert one.sound.shape == (2, 70_000)
        assert one.sound.any()
        np.testing.assert_array_equal(one.sound, other.sound)
        assert one.sources[0].judgement == "free"
