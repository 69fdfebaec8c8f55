"""Scores come from kept estimates: settings that change no sample, and blends, run nothing again."""

import pytest
import torch

from audio import STEMS
from evaluator.metrics import sdr
from separation.plan import Plan
from separation.prediction_cache import PredictionCache
from tests.separation.blend_separators import Scaled
from tuning.quality import kept_separator, score_plan
from tuning.songs import find_songs

FACTORS = {"umxhq": 0.5, "classical": 0.1}


@pytest.fixture
def songs(two_songs):
    return find_songs([two_songs])


@pytest.fixture
def built(monkeypatch):
    """The plans whose models were built; each gives the mixture times a factor of its own."""
    plans = []

    def build(plan):
        plans.append(plan)
        return Scaled(dict.fromkeys(STEMS, FACTORS[plan.model]))

    monkeypatch.setattr("separation.cached_separator.create_separator", build)
    monkeypatch.setattr("separation.cached_separator.locate_hashed", lambda *_: type("At", (), {"sha256": "0"}))
    return plans


def test_the_score_is_the_mean_over_songs_of_the_mean_of_stems(songs, built, tmp_path):
    quality = score_plan(Plan(model="umxhq"), songs, PredictionCache(tmp_path / "kept"))
    expected = {}
    for song in songs:
        mixture, stems = song.read()
        expected[song.name] = sdr(stems, dict.fromkeys(STEMS, 0.5 * mixture))
    means = {name: sum(scores.values()) / 4 for name, scores in expected.items()}
    # What is kept is rounded to float16.
    assert quality.songs == pytest.approx(means, abs=0.01)
    assert quality.sdr == pytest.approx(sum(means.values()) / 2, abs=0.01)
    assert quality.stems["bass"] == pytest.approx(sum(scores["bass"] for scores in expected.values()) / 2, abs=0.01)


def test_a_silent_stem_is_left_out_of_the_means(make_track, built, tmp_path):
    song = find_songs([make_track(tmp_path / "Quiet", silent=("vocals",))])
    quality = score_plan(Plan(model="umxhq"), song, PredictionCache(tmp_path / "kept"))
    assert set(quality.stems) == {"bass", "drums", "other"}
    assert quality.sdr == pytest.approx(sum(quality.stems.values()) / 3)


def test_settings_that_change_no_sample_share_estimates(songs, built, tmp_path):
    cache = PredictionCache(tmp_path / "kept")
    scores = [
        score_plan(Plan(model="umxhq", settings=settings), songs, cache)
        for settings in ({"overlap": 0.1}, {"overlap": 0.1, "batch_chunks": 4}, {"overlap": 0.5})
    ]
    assert scores[0] == scores[1]
    assert [plan.settings for plan in built] == [{"overlap": 0.1}, {"overlap": 0.5}]


def test_a_blend_of_kept_members_runs_nothing_and_is_their_weighted_sum(songs, built, tmp_path):
    cache = PredictionCache(tmp_path / "kept")
    for model in FACTORS:
        score_plan(Plan(model=model), songs, cache)
    built.clear()
    members = [{"model": "umxhq", "weights": 0.4}, {"model": "classical", "weights": {"bass": 2.0}}]
    blend = Plan.model_validate({"blend": {"members": members}})
    mixture, _ = songs[0].read()
    estimates = kept_separator(blend, cache).separate(mixture)
    assert torch.allclose(estimates["bass"], (0.4 * 0.5 + 2.0 * 0.1) * mixture, atol=1e-3)
    assert torch.allclose(estimates["drums"], 0.2 * mixture, atol=1e-3)
    score_plan(blend, songs, cache)
    assert built == []
