"""Frame scores come back from their file as museval rounds them, and museval's own reader accepts the file."""

from __future__ import annotations

import json
import math

import jsonschema
import numpy as np
import pytest

from evaluator.frame_scores import METRICS, FrameScores, FrameScoresError, read_frame_scores, write_frame_scores

SCORES = FrameScores(
    {
        "vocals": {
            metric: np.array([1.234567, math.nan, math.inf, 3.0]) + index for index, metric in enumerate(METRICS)
        },
        "drums": {metric: np.array([-1.0, math.nan, 2.0, 4.0]) for metric in METRICS},
    },
    window_seconds=2.0,
    hop_seconds=1.5,
)


def test_a_file_brings_back_five_decimals_and_nan_for_infinity(tmp_path):
    write_frame_scores(SCORES, tmp_path / "test" / "Song.json")
    read = read_frame_scores(tmp_path / "test" / "Song.json")
    assert (read.window_seconds, read.hop_seconds) == (2.0, 1.5)
    np.testing.assert_array_equal(read.targets["vocals"]["SDR"], [1.23457, math.nan, math.nan, 3.0])
    np.testing.assert_array_equal(read.targets["drums"]["SAR"], SCORES.targets["drums"]["SAR"])


def test_the_median_leaves_out_frames_without_a_finite_score():
    assert SCORES.medians()["vocals"]["ISR"] == pytest.approx((1.234567 + 3.0) / 2 + 1)
    silent = FrameScores({"bass": {metric: np.array([math.nan]) for metric in METRICS}})
    assert math.isnan(silent.medians()["bass"]["SDR"])


def test_museval_aggregates_a_folder_of_these_files(tmp_path, museval):
    write_frame_scores(SCORES, tmp_path / "ours" / "test" / "Song.json")
    jsonschema.validate(json.loads((tmp_path / "ours/test/Song.json").read_text()), museval.TrackStore("Song").schema)
    methods = museval.MethodStore()
    methods.add_eval_dir(tmp_path / "ours")
    by_target = methods.agg_frames_tracks_scores()["ours"]
    for target, medians in SCORES.medians().items():
        for metric, median in medians.items():
            assert by_target[target, metric] == pytest.approx(median, abs=1e-5)


@pytest.mark.parametrize("text", ["", "[]", '{"targets": [{"name": "vocals"}]}', '{"songs": []}'])
def test_a_file_of_something_else_is_refused_with_its_name(tmp_path, text):
    (tmp_path / "Song.json").write_text(text)
    with pytest.raises(FrameScoresError, match=r"as museval writes it. Got '.*Song.json'"):
        read_frame_scores(tmp_path / "Song.json")
