"""Roman numerals become chords."""

import pytest

from training.synthesis.composing.chords import chord_in
from training.synthesis.composing.progressions import FAMILIES
from training.synthesis.composing.scales import Key

C_MAJOR = Key(0, "major")


@pytest.mark.parametrize(
    ("numeral", "name", "classes"),
    [
        ("I", "C", {0, 4, 7}),
        ("vi7", "Am7", {9, 0, 4, 7}),
        ("bVII", "Bb", {10, 2, 5}),
        ("V7/ii", "A7", {9, 1, 4, 7}),
        ("I:3", "C/E", {0, 4, 7}),
        ("iim7b5", "Dm7b5", {2, 5, 8, 0}),
        ("IVsus2", "Fsus2", {5, 7, 0}),
        ("I5", "C5", {0, 7}),
        ("V7/bVII", "F7", {5, 9, 0, 3}),
    ],
)
def test_a_numeral_means_a_chord_in_c(numeral, name, classes):
    chord = chord_in(C_MAJOR, numeral)
    assert chord.name == name
    assert chord.pitch_classes == classes


def test_inversions_put_another_note_in_the_bass():
    assert [chord_in(C_MAJOR, numeral).bass for numeral in ("V7", "V7:3", "V7:5", "V7:7")] == [7, 11, 2, 5]


def test_a_key_moves_chords():
    assert chord_in(Key(9, "minor"), "bVI").name == "F"


@pytest.mark.parametrize("numeral", ["H", "I99", "", "VIII", "iV"])
def test_what_is_no_numeral_is_refused(numeral):
    with pytest.raises(ValueError, match="must be a Roman numeral"):
        chord_in(C_MAJOR, numeral)


def test_roots_of_a_family_lie_in_its_mode():
    for name, family in FAMILIES.items():
        key = Key(3, family.mode)
        for numeral in {numeral for progression in family.progressions for numeral in progression.split()}:
            chord = chord_in(key, numeral)
            assert chord.root in key.pitch_classes, (name, numeral)
            assert "/" in numeral or len(chord.pitch_classes & key.pitch_classes) >= 2, (name, numeral)
