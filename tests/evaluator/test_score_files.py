"""scores.json: the challenge's score as ever, every other metric under its own name, BSSEval's frames beside it."""

import json
import math

import numpy as np
import pytest

from audio import STEMS
from evaluator.frame_scores import METRICS, FrameScores, read_frame_scores
from evaluator.metric_catalogue import find_metrics
from evaluator.score_files import save_scores, scores_document
from evaluator.scoring import SongScore

FRAMES = FrameScores({"vocals": {metric: np.array([1.0, math.nan, 4.0]) for metric in METRICS}})


def song(name, level, **changes):
    sdr = {**dict.fromkeys(STEMS, level), "mean": level}
    return SongScore(name, **{"sdr": sdr, "others": {"si-sdr": dict.fromkeys(STEMS, level + 1)}, **changes})


def test_mdx_sdr_alone_keeps_its_layout():
    document = scores_document([song("A", 1.0), song("B", 2.0)], find_metrics(["mdx-sdr"]))
    assert list(document) == ["songs", "mean", "silent_references", "mean_without_silent_references"]
    assert document["songs"]["B"]["mean"] == 2.0
    assert document["mean"]["bass"] == 1.5


def test_another_metric_has_an_entry_of_its_own_with_null_for_what_has_no_score():
    silent = {"bass": 3.0, "drums": 4.0, "other": 5.0, "vocals": math.nan}
    scores = [song("A", 1.0), song("B", 2.0, others={"si-sdr": silent}, silent_references=["vocals"])]
    document = scores_document(scores, find_metrics(["si-sdr"]))
    assert list(document) == ["silent_references", "metrics"]
    entry = document["metrics"]["si-sdr"]
    assert (entry["label"], entry["unit"], entry["higher_is_better"]) == ("SI-SDR", "dB", True)
    assert entry["songs"]["B"] == {"bass": 3.0, "drums": 4.0, "other": 5.0, "vocals": None}
    assert entry["mean"] == {"bass": 2.5, "drums": 3.0, "other": 3.5, "vocals": 2.0, "mean": 2.75, "median": 2.75}


def test_saved_scores_hold_strict_json_and_the_frames_as_museval_writes_them(tmp_path):
    others = {metric.name: {"vocals": 2.5} for metric in find_metrics(["bsseval"])}
    path = save_scores([song("A", 1.0, others=others, frames=FRAMES)], find_metrics(["bsseval"]), tmp_path / "kept")
    saved = json.loads(path.read_text(), parse_constant=pytest.fail)
    assert path == tmp_path / "kept" / "scores.json"
    assert list(saved["metrics"]) == ["bsseval-sdr", "bsseval-isr", "bsseval-sir", "bsseval-sar"]
    assert saved["metrics"]["bsseval-sar"]["median"]["vocals"] == 2.5
    assert read_frame_scores(tmp_path / "kept" / "test" / "A.json").medians()["vocals"]["SIR"] == 2.5


def test_frames_that_an_earlier_run_kept_do_not_stay_beside_new_scores(tmp_path):
    metrics = find_metrics(["bsseval-sdr"])
    others = {metrics[0].name: {"vocals": 2.5}}
    save_scores([song("A", 1.0, others=others, frames=FRAMES)], metrics, tmp_path)
    sdr_alone = FrameScores({"vocals": {"SDR": np.array([1.0])}})
    save_scores([song("A", 1.0, others=others, frames=sdr_alone)], metrics, tmp_path)
    assert [path.name for path in tmp_path.rglob("*.json")] == ["scores.json"]


def test_frames_that_cannot_be_written_cost_no_score(tmp_path):
    others = {metric.name: {"vocals": 2.5} for metric in find_metrics(["bsseval"])}
    (tmp_path / "test").touch()
    with pytest.raises(OSError, match="test"):
        save_scores([song("A", 1.0, others=others, frames=FRAMES)], find_metrics(["bsseval"]), tmp_path)
    assert list(json.loads((tmp_path / "scores.json").read_text())["metrics"]["bsseval-sdr"]["songs"]) == ["A"]
