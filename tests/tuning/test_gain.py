"""A gain is told with its error, and doubted where songs are few or disagree."""

import math

import pytest

from audio import STEMS
from separation.plan import Plan
from tests.tuning.tuning_stand_ins import cost_of_seconds
from tuning.gain import gain_of
from tuning.outcome import Candidate, Outcome
from tuning.quality import Quality


def candidate(number, songs, **settings):
    names = "abcdefgh"[: len(songs)]
    mean = sum(songs) / len(songs)
    quality = Quality(mean, dict.fromkeys(STEMS, mean), dict(zip(names, songs, strict=True)))
    return Candidate(number, Plan(model="umxhq", settings=settings), cost_of_seconds(20.0), quality, None, True)


def test_the_gain_is_the_mean_difference_with_its_standard_error():
    plain, picked = candidate(0, [4.0, 5.0, 6.0]), candidate(1, [4.5, 6.0, 6.9], shifts=2)
    gain = gain_of(picked, Outcome((plain, picked)))
    assert gain.decibels == pytest.approx(0.8)
    assert gain.standard_error == pytest.approx(math.sqrt((0.09 + 0.04 + 0.01) / 2) / math.sqrt(3))
    assert gain.is_sure
    assert str(gain) == "+0.80 ± 0.15 dB against umxhq as it is, over 3 songs"


def test_a_gain_on_songs_that_disagree_or_on_one_song_is_doubted():
    plain, picked = candidate(0, [4.0, 5.0]), candidate(1, [6.0, 4.5], shifts=2)
    assert "no more than chance may give. Tune on more songs." in str(gain_of(picked, Outcome((plain, picked))))
    plain, picked = candidate(0, [4.0]), candidate(1, [6.0], shifts=2)
    assert str(gain_of(picked, Outcome((plain, picked)))).startswith(
        "+2.00 dB against umxhq as it is, over 1 songs: no"
    )


def test_a_model_as_it_is_gains_nothing_over_itself():
    plain = candidate(0, [4.0, 5.0])
    assert gain_of(plain, Outcome((plain,))) is None
