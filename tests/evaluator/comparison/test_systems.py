"""Systems side by side: metrics kept apart, differences over shared songs."""

import json
import math

import pytest

from audio import STEMS
from evaluator.comparison.sources import System
from evaluator.comparison.systems import ComparisonError, compare
from evaluator.metric_catalogue import find_metrics
from evaluator.significance import Resampling

RESAMPLING = Resampling(resamples=200)


def test_each_metric_has_its_own_comparison_of_those_that_have_it(songs):
    both = System("Both", {"mdx-sdr": songs(1, 8), "bsseval-sdr": songs(1, 8)})
    one = System("One", {"bsseval-sdr": songs(1, 8, 0.5)})
    comparisons = compare([both, one], resampling=RESAMPLING)
    assert [one.metric.name for one in comparisons] == ["mdx-sdr", "bsseval-sdr"]
    assert [one.over_songs for one in comparisons] == ["mean", "median"]
    assert [[row.system for row in one.rows] for one in comparisons] == [["Both"], ["Both", "One"]]
    assert comparisons[1].rows[1].differences["mean"].value == pytest.approx(0.5)


def test_differences_are_over_the_shared_songs_and_averages_over_all(songs):
    (found,) = compare(
        [System("A", {"mdx-sdr": songs(1, 10)}), System("B", {"mdx-sdr": songs(4, 20, 1.0)})], resampling=RESAMPLING
    )
    first, other = found.rows
    assert (first.songs, other.songs, other.shared_songs, found.same_songs) == (10, 17, 7, False)
    assert other.figures["bass"].value - first.figures["bass"].value == pytest.approx(12.0 + 1.0 - 5.5)
    difference = other.differences["bass"]
    assert (difference.value, difference.low, difference.high) == pytest.approx((1.0, 1.0, 1.0))
    assert difference.songs == 7
    assert not first.differences


def test_songs_can_be_averaged_otherwise_than_is_usual(songs):
    skewed = songs(1, 7) | {"Song 99": dict.fromkeys(STEMS, -90.0)}
    mean, median = (compare([System("A", {"mdx-sdr": skewed})], over_songs=how)[0] for how in ("mean", "median"))
    assert mean.rows[0].figures["bass"].value == pytest.approx((28 - 90) / 8)
    assert median.rows[0].figures["bass"].value == 3.5


def test_without_scores_of_the_wanted_metrics_there_is_nothing_to_compare(songs):
    with pytest.raises(ComparisonError, match=r"needs scores of si-sdr. Got none in A, B."):
        compare([System("A", {"mdx-sdr": songs(1, 3)}), System("B", {})], find_metrics(["si-sdr"]))


def test_the_json_has_null_for_what_is_not_known(songs):
    instrumental = {song: {**by_stem, "vocals": math.nan} for song, by_stem in songs(1, 8).items()}
    (found,) = compare([System("A", {"si-sdr": songs(1, 3)}), System("B", {"si-sdr": instrumental})])
    document = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    few, other = document["systems"]
    assert few["figures"]["bass"] == {"value": 2.0, "low": None, "high": None, "songs": 3}
    assert other["figures"]["vocals"] == {"value": None, "low": None, "high": None, "songs": 0}
    assert other["differences"]["bass"]["p_value"] is None
    assert document["over_songs"] == "mean"
