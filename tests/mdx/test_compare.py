"""`mdx compare`: what a user types, from scores to tables and JSON."""

import json

import pytest
from typer.testing import CliRunner

from mdx.cli import app


def mdx(*arguments, expect=0):
    done = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture
def kept(tmp_path, make_track):
    """Scores that `mdx score --save` kept: of the references themselves, and of other noise."""
    for index in range(7):
        make_track(tmp_path / "true" / f"Song {index}", seed=index)
        make_track(tmp_path / "other" / f"Song {index}", seed=100 + index)
    folders = tmp_path / "perfect", tmp_path / "noise"
    for folder, estimates in zip(folders, ("true", "other"), strict=True):
        mdx("score", tmp_path / "true", tmp_path / estimates, "--metrics", "mdx-sdr,si-sdr", "--save", folder)
    return folders


def test_kept_scores_are_compared_metric_by_metric(kept):
    document = json.loads(mdx("compare", *kept, "--json"), parse_constant=pytest.fail)
    assert document["intervals"] == {"confidence": 0.95, "resamples": 2000, "seed": 0}
    assert list(document["metrics"]) == ["mdx-sdr", "si-sdr"]
    perfect, noise = document["metrics"]["si-sdr"]["systems"]
    assert (perfect["system"], perfect["figures"]["bass"]["value"]) == ("perfect", 100.0)
    assert (noise["system"], noise["shared_songs"]) == ("noise", 7)
    assert noise["differences"]["mean"]["value"] < -100
    assert noise["differences"]["mean"]["p_value"] < 0.05
    output = mdx("compare", *kept, "--metrics", "si-sdr", "--over-songs", "median")
    assert "SI-SDR (dB), median over songs" in output
    assert "MDX SDR" not in output


def test_published_figures_stand_beside_ones_own_and_alone(kept):
    document = json.loads(mdx("compare", kept[0], "--published", "--metrics", "mdx-sdr", "--json"))
    assert list(document["metrics"]) == ["mdx-sdr"]
    assert {table["metric"] for table in document["published"]} == {"mdx-sdr"}
    assert document["published"][0]["rows"][0]["system"] == "AudioShake"
    assert "Published: BSSEval v4 SDR (dB), median over songs, MUSDB18 test" in mdx("compare", "--published")


def test_nothing_to_compare_is_a_question_of_usage():
    assert "Name at least one folder or file with scores" in mdx("compare", expect=2)
