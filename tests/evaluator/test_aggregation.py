"""Averages over songs and stems: the challenge's, and SiSEC's as museval computes it."""

import math

import numpy as np
import pytest

from audio import STEMS
from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.comparison.sources import read_systems
from evaluator.frame_scores import METRICS, FrameScores, write_frame_scores
from evaluator.metrics import mean_sdr

SONGS = {
    "A": {"bass": 1.0, "drums": 2.0, "other": 3.0, "vocals": 4.0},
    "B": {"bass": 3.0, "drums": 4.0, "other": 5.0, "vocals": math.nan},
    "C": {"bass": 8.0, "drums": 0.0, "other": 1.0},
}


def matrix(songs):
    return score_matrix(songs, songs, ordered_targets([songs]))


def test_the_challenges_mean_is_the_mean_over_songs_of_the_mean_over_stems():
    songs = {
        name: dict(zip(STEMS, np.random.default_rng(seed).normal(5, 2, 4), strict=True))
        for seed, name in enumerate("ABC")
    }
    table = matrix(songs)
    averages = dict(zip(table.columns, table.over_songs("mean"), strict=True))
    assert averages["mean"] == pytest.approx(np.mean([mean_sdr(by_stem) for by_stem in songs.values()]))
    assert averages["bass"] == pytest.approx(np.mean([by_stem["bass"] for by_stem in songs.values()]))


def test_a_song_without_a_score_is_left_out_for_that_stem_only():
    table = matrix(SONGS)
    assert table.columns == (*STEMS, "mean", "median")
    np.testing.assert_allclose(table.over_songs("mean"), [4.0, 2.0, 3.0, 4.0, 3.25, 3.5])
    np.testing.assert_allclose(table.over_songs("median"), [3.0, 2.0, 3.0, 4.0, 3.0, 3.0])
    np.testing.assert_allclose(table.of_each_song()[0], [1.0, 2.0, 3.0, 4.0, 2.5, 2.5])
    assert np.isnan(table.of_each_song()[1:, -2:]).all()


def test_without_all_four_stems_or_without_songs_there_is_no_mean_of_stems():
    duet = matrix({"A": {"accompaniment": 9.0, "vocals": 5.0, "zither": 1.0}})
    assert duet.columns == ("vocals", "accompaniment", "zither", "mean", "median")
    np.testing.assert_array_equal(duet.over_songs("median"), [5.0, 9.0, 1.0, math.nan, math.nan])
    assert np.isnan(score_matrix(SONGS, (), STEMS).over_songs("mean")).all()


def test_songs_can_be_drawn_again():
    table = matrix(SONGS)
    drawn = table.over_songs("mean", np.array([[0, 0, 0], [0, 1, 2]]))
    np.testing.assert_allclose(drawn, [table.of_each_song()[0], table.over_songs("mean")])


def test_frames_then_songs_are_aggregated_as_museval_does_it(tmp_path, museval):
    random = np.random.default_rng(0)
    targets = (*STEMS, "accompaniment")
    for index in range(5):
        frames = {target: {metric: random.normal(5, 3, 20) for metric in METRICS} for target in targets}
        frames["vocals"]["SDR"][:7] = math.nan
        if index == 3:  # The drums are silent throughout.
            frames["drums"] = {metric: np.full(20, math.nan) for metric in METRICS}
        write_frame_scores(FrameScores(frames), tmp_path / "ours" / "test" / f"Song {index}.json")
    methods = museval.MethodStore()
    methods.add_eval_dir(tmp_path / "ours")
    theirs = methods.agg_frames_tracks_scores()["ours"]
    (system,) = read_systems([tmp_path / "ours"])
    for metric in METRICS:
        table = matrix(system.scores[f"bsseval-{metric.lower()}"])
        ours = dict(zip(table.columns, table.over_songs("median"), strict=True))
        assert [ours[target] for target in targets] == pytest.approx(
            [theirs[target, metric] for target in targets], abs=1e-9
        )
