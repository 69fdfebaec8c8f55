"""The figures hold a study's numbers, at each transform one box for each oracle."""

import json
from dataclasses import replace

import numpy as np
import pytest

from evaluator.known_songs import find_songs
from oracles.definitions import KIT
from oracles.figures import sdr_figure, seconds_figure
from oracles.study import StudyPlan, System, run_study
from oracles.transform import HannSTFT
from tests.oracles.cases import LoudnessScorer


@pytest.fixture
def study(two_songs, make_track, monkeypatch):
    """Two songs, one of them without vocals, in two windows."""
    monkeypatch.setattr("oracles.study.SongScorer", LoudnessScorer)
    make_track(two_songs / "Alpha", silent=("vocals",))
    plan = StudyPlan("kit", KIT.find(["irm1", "psm", "crm"]), [HannSTFT(512), HannSTFT(1024)], bss_eval=True)
    return run_study(find_songs([two_songs]), plan)


def test_each_song_is_a_point_at_its_transform_but_where_a_stem_is_silent(study):
    bass, vocals = (
        {box["name"]: box for box in json.loads(sdr_figure(study, column))["data"]} for column in ("bass", "vocals")
    )
    assert bass["irm1"]["x"] == ["STFT 512", "STFT 512", "STFT 1024", "STFT 1024"]
    assert bass["irm1"]["text"] == ["Alpha", "Jokers, Jacks &amp; Kings"] * 2
    assert bass["irm1"]["y"][2] == round(study.scores[System("irm1", "STFT 1024")][0].sdr["bass"], 3)
    assert vocals["psm"]["text"] == ["Jokers, Jacks &amp; Kings"] * 2


def test_the_complex_mask_is_drawn_on_request_unless_it_is_alone(study):
    shown = {box["name"]: box.get("visible") for box in json.loads(sdr_figure(study, "mean"))["data"]}
    assert shown == {"irm1": None, "psm": None, "crm": "legendonly"}
    alone = replace(study, plan=replace(study.plan, oracles=KIT.find(["crm"])))
    assert "legendonly" not in sdr_figure(alone, "mean")


def test_boxes_over_seconds_are_of_all_songs(study):
    figure = json.loads(seconds_figure(study, "SIR", "drums"))
    box = next(box for box in figure["data"] if box["name"] == "psm")
    assert box["x"] == ["STFT 512", "STFT 1024"]
    scores = study.scores[System("psm", "STFT 1024")]
    values = np.concatenate([score.frames.targets["drums"]["SIR"][[0, 2]] for score in scores])
    assert box["median"][1] == pytest.approx(np.median(values), abs=1e-3)
    assert figure["layout"]["xaxis"]["categoryarray"] == ["STFT 512", "STFT 1024"]
