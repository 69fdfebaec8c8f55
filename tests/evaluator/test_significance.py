"""Intervals and tests over songs: as SciPy has them, paired by song, and silent when there are few songs."""

import math

import numpy as np
import pytest
from scipy import stats

from audio import STEMS
from evaluator.aggregation import ScoreMatrix
from evaluator.significance import FEWEST_SONGS, Resampling, differences, figures

RESAMPLING = Resampling(resamples=500)


def matrix(values):
    return ScoreMatrix(tuple(f"Song {index}" for index in range(len(values))), STEMS, np.asarray(values, dtype=float))


@pytest.fixture
def two_systems():
    """30 songs of very different difficulty; the second system is 0.5 dB better on each, give or take."""
    random = np.random.default_rng(1)
    first = random.normal(5, 4, (30, 1)) + random.normal(0, 1, (30, 4))
    return matrix(first), matrix(first + random.normal(0.5, 0.3, (30, 4)))


@pytest.mark.parametrize(("how", "statistic"), [("mean", np.mean), ("median", np.median)])
def test_intervals_are_scipys_percentile_bootstrap(two_systems, how, statistic):
    table = two_systems[0]
    bass = figures(table, how, RESAMPLING)["bass"]
    theirs = stats.bootstrap(
        (table.values[:, 0],), statistic, method="percentile", n_resamples=500, rng=np.random.default_rng(0)
    ).confidence_interval
    assert bass.value == pytest.approx(statistic(table.values[:, 0]))
    assert (bass.low, bass.high) == pytest.approx((theirs.low, theirs.high))
    assert bass.songs == 30


def test_songs_are_paired_so_that_a_small_difference_shows_among_very_different_songs(two_systems):
    first, other = two_systems
    alone = figures(other, "mean", RESAMPLING)["mean"]
    paired = differences(first, other, "mean", RESAMPLING)["mean"]
    assert alone.high - alone.low > 2.0
    assert paired.high - paired.low < 0.2
    assert 0.4 < paired.low < paired.high < 0.6
    by_song = (other.values - first.values).mean(axis=1)
    assert paired.p_value == pytest.approx(stats.wilcoxon(by_song, zero_method="zsplit").pvalue)
    assert paired.p_value < 0.001


def test_exchanging_the_systems_changes_the_sign_and_nothing_else(two_systems):
    forth = differences(*two_systems, "median", RESAMPLING)["drums"]
    back = differences(*two_systems[::-1], "median", RESAMPLING)["drums"]
    assert (back.value, back.low, back.high) == pytest.approx((-forth.value, -forth.high, -forth.low), abs=1e-3)
    assert back.p_value == pytest.approx(forth.p_value)


def test_a_system_does_not_differ_from_itself(two_systems):
    same = differences(two_systems[0], two_systems[0], "median", RESAMPLING)["vocals"]
    assert (same.value, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_few_songs_have_averages_without_intervals_or_tests(two_systems):
    few = [matrix(one.values[: FEWEST_SONGS - 1]) for one in two_systems]
    found = differences(*few, "mean", RESAMPLING)["bass"]
    assert found.value == pytest.approx((few[1].values - few[0].values)[:, 0].mean())
    assert found.songs == FEWEST_SONGS - 1
    assert math.isnan(found.low)
    assert math.isnan(found.p_value)
    assert math.isnan(figures(few[0], "mean", RESAMPLING)["bass"].high)


def test_the_fewest_songs_are_as_many_as_wilcoxon_needs():
    unanimous = np.arange(1.0, FEWEST_SONGS + 1)
    assert stats.wilcoxon(unanimous).pvalue < 0.05 < stats.wilcoxon(unanimous[1:]).pvalue


def test_a_stem_with_few_scores_has_no_interval_though_the_others_have(two_systems):
    values = two_systems[0].values.copy()
    values[3:, 0] = math.nan
    found = figures(matrix(values), "mean", RESAMPLING)
    assert found["bass"].songs == found["mean"].songs == 3
    assert math.isnan(found["bass"].low)
    assert math.isnan(found["mean"].low)
    assert found["drums"].low < found["drums"].value < found["drums"].high
    pair = differences(two_systems[1], matrix(values), "mean", RESAMPLING)["bass"]
    assert pair.value == pytest.approx((values - two_systems[1].values)[:3, 0].mean())


def test_other_songs_are_refused(two_systems):
    with pytest.raises(ValueError, match="on the same songs and targets"):
        differences(two_systems[0], matrix(two_systems[1].values[:10]), "mean", RESAMPLING)


def test_a_stem_that_few_of_many_songs_have_keeps_its_interval(two_systems):
    values = two_systems[0].values.copy()
    values[FEWEST_SONGS:, 0] = math.nan
    # Some of the resamples hold none of the songs with the stem.
    found = figures(matrix(values), "mean", Resampling())["bass"]
    assert values[:FEWEST_SONGS, 0].min() <= found.low < found.value < found.high <= values[:FEWEST_SONGS, 0].max()
