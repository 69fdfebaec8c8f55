"""The cost model on made-up timings: it finds their figures, follows whole chunks, and refuses nonsense."""

import json
import math
import random

import pytest

from models.workload import Chunking, Workload
from separation.cost import CostError, CostModel, FittingSongs, Measurement, fit, fitting_songs
from separation.line_fit import Prediction

RATE = 100
CHUNKED = Workload(RATE, (Chunking(chunk_samples=12 * RATE, stride_samples=9 * RATE),))
PADDED = Workload(RATE, (Chunking(chunk_samples=8 * RATE, stride_samples=6 * RATE, shortest_input_samples=8 * RATE),))
WHOLE = Workload(RATE)
SONG_BYTES_PER_SECOND = 1e6
BASE_BYTES, CALL_BYTES = 5e8, 2e7


def measured(workload, deviation=0.0, seed=0, durations=(5.0, 10.0, 20.0), slope=0.25, intercept=0.3):
    """Timings of clips, three of each."""
    generator = random.Random(seed)
    return [
        Measurement(
            duration,
            (intercept + slope * workload.heard_seconds(duration)) * (1 + generator.gauss(0, deviation)),
            round(BASE_BYTES + CALL_BYTES * workload.longest_call_seconds(duration) + SONG_BYTES_PER_SECOND * duration),
        )
        for duration in durations * 3
    ]


@pytest.mark.parametrize("workload", [CHUNKED, PADDED, WHOLE])
def test_clips_of_20_seconds_predict_four_minutes(workload):
    model = fit(measured(workload), workload, SONG_BYTES_PER_SECOND)
    assert model.seconds(240.0).mean == pytest.approx(0.3 + 0.25 * workload.heard_seconds(240.0), rel=1e-6)
    noisy = [fit(measured(workload, 0.05, seed), workload).seconds(240.0).mean for seed in range(20)]
    errors = sorted(abs(mean / model.seconds(240.0).mean - 1) for mean in noisy)
    assert errors[len(errors) // 2] < 0.05


def test_time_rises_in_steps_of_whole_chunks():
    model = fit(measured(PADDED), PADDED)
    within, next_chunk = model.seconds(11.0).mean, model.seconds(12.01).mean
    assert model.seconds(12.0).mean == pytest.approx(within)
    assert next_chunk - within == pytest.approx(0.25 * 8.0)


@pytest.mark.parametrize("workload", [CHUNKED, PADDED, WHOLE])
def test_a_longer_song_never_takes_less_time_or_memory(workload):
    model = fit(measured(workload, 0.1), workload, SONG_BYTES_PER_SECOND)
    seconds = [model.seconds(duration / 3).mean for duration in range(1, 1500)]
    memory = [model.memory_bytes(duration / 3).mean for duration in range(1, 1500)]
    assert seconds == sorted(seconds)
    assert memory == sorted(memory)
    assert seconds[0] > 0


def test_memory_of_chunks_stops_growing_and_that_of_the_song_does_not():
    model = fit(measured(CHUNKED), CHUNKED, SONG_BYTES_PER_SECOND)
    expected = BASE_BYTES + 12 * CALL_BYTES + 240 * SONG_BYTES_PER_SECOND
    assert model.memory_bytes(240.0).mean == pytest.approx(expected, rel=1e-6)


def test_calls_longer_than_any_clip_make_the_interval_wider():
    long_chunks = Workload(RATE, (Chunking(chunk_samples=44 * RATE),))
    known, unknown = (fit(measured(workload), workload).seconds(240.0) for workload in (CHUNKED, long_chunks))
    assert unknown.high / unknown.mean > known.high / known.mean


def test_a_model_survives_json():
    model = fit(measured(CHUNKED, 0.1), CHUNKED, SONG_BYTES_PER_SECOND)
    assert CostModel.from_dict(json.loads(json.dumps(model.as_dict()))) == model


@pytest.mark.parametrize("content", [{}, None, {"workload": 3}])
def test_anything_else_is_no_cost_model(content):
    with pytest.raises(CostError, match="A kept CostModel must have the fields of this version"):
        CostModel.from_dict(content)


def test_nothing_is_fitted_to_nothing():
    with pytest.raises(CostError, match="one measurement or more. Got none"):
        fit([], WHOLE)


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.nan, math.inf])
def test_times_and_durations_that_are_none_are_refused(wrong):
    with pytest.raises(CostError, match="must be above 0 and finite"):
        fit([Measurement(5.0, wrong, 1)], WHOLE)
    with pytest.raises(CostError, match="The duration of a song must be above 0 seconds"):
        fit(measured(WHOLE), WHOLE).seconds(wrong)


def certain(seconds):
    return lambda duration: Prediction(*[seconds(duration)] * 3)


@pytest.mark.parametrize(
    ("seconds", "limit", "fitting"),
    [
        (lambda duration: 0.5 * duration, lambda duration: 240.0, FittingSongs(1, 480)),
        (lambda duration: 20 + duration, lambda duration: 1.5 * duration, FittingSongs(40, 3600)),
        (lambda duration: 2 * duration, lambda duration: 1.57 * duration, None),
    ],
)
def test_songs_that_fit_a_limit_are_found_by_their_upper_bound(seconds, limit, fitting):
    assert fitting_songs(certain(seconds), limit) == fitting
    assert fitting is None or fitting.is_open == (fitting.longest_seconds == 3600)


def test_an_uncertain_time_fits_less_than_a_certain_one():
    found = fitting_songs(lambda duration: Prediction(duration, 0.5 * duration, 2.0 * duration), lambda duration: 240.0)
    assert found == FittingSongs(1, 120)
