"""A line through noisy times: it finds what was put in, is never negative, and its interval holds what comes next."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from separation.line_fit import CONFIDENCE, LEAST_SPREAD, Prediction, fit_line

CLIPS = (5.0, 10.0, 20.0) * 3


def noisy(intercept, slope, deviation, seed, places=CLIPS):
    generator = random.Random(seed)
    return [(intercept + slope * x) * (1 + generator.gauss(0, deviation)) for x in places]


def test_exact_points_give_back_their_line():
    line = fit_line(CLIPS, noisy(0.7, 0.25, 0.0, 0))
    assert (line.intercept, line.slope) == pytest.approx((0.7, 0.25))
    assert line.spread == LEAST_SPREAD


def test_the_interval_of_a_song_covers_as_often_as_it_says():
    covered = []
    for seed in range(300):
        line = fit_line(CLIPS, noisy(0.7, 0.25, 0.1, seed))
        actual = noisy(0.7, 0.25, 0.1, 1000 + seed, (318.0,))[0]
        prediction = line.at(318.0)
        covered.append(prediction.low <= actual <= prediction.high)
    assert CONFIDENCE - 0.05 <= sum(covered) / len(covered) <= 0.99


def test_one_time_that_was_disturbed_moves_the_line_little_but_widens_the_interval():
    times = noisy(0.7, 0.25, 0.02, 0)
    calm = fit_line(CLIPS, times)
    disturbed = fit_line(CLIPS, [times[0] * 4, *times[1:]])
    assert disturbed.at(300.0).mean == pytest.approx(calm.at(300.0).mean, rel=0.1)
    assert disturbed.spread > 10 * calm.spread


def test_times_that_would_begin_below_zero_begin_at_zero():
    line = fit_line([5.0, 10.0, 20.0], [0.5, 2.0, 5.0])
    assert line.intercept == 0.0
    assert line.slope > 0


def test_times_that_fall_are_taken_as_constant():
    line = fit_line([5.0, 10.0, 20.0], [1.2, 1.0, 0.9])
    assert line.slope == 0.0
    assert 0.9 < line.intercept < 1.2


def test_clips_of_one_length_give_a_line_through_the_origin():
    assert fit_line([5.0, 5.0], [1.0, 1.0]).at(50.0).mean == pytest.approx(10.0)


@given(
    st.lists(st.tuples(st.floats(0.1, 100), st.floats(1e-4, 1e4)), min_size=1, max_size=8),
    st.floats(0, 1000),
    st.floats(0, 1000),
)
def test_predictions_never_fall_and_stay_inside_their_bounds(points, shorter, further):
    line = fit_line([x for x, _ in points], [y for _, y in points])
    near, far = line.at(shorter), line.at(shorter + further, doubt=0.5)
    assert 0 <= near.mean <= far.mean
    for prediction in (near, far):
        assert 0 <= prediction.low <= prediction.mean <= prediction.high


def test_doubt_widens_the_interval_and_leaves_the_mean():
    line = fit_line(CLIPS, noisy(0.7, 0.25, 0.02, 0))
    sure, doubtful = line.at(100.0), line.at(100.0, doubt=0.2)
    assert doubtful.mean == sure.mean
    assert doubtful.low < sure.low
    assert doubtful.high > sure.high


def test_factors_and_known_figures_act_on_all_bounds():
    prediction = Prediction(2.0, 1.0, 3.0).times(Prediction(2.0, 1.0, 3.0)).plus(1.0)
    assert prediction == Prediction(5.0, 2.0, 10.0)
