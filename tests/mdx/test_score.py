"""`mdx score`: tables, JSON, silent references, refusals."""

import json

import pytest
import soundfile
from typer.testing import CliRunner

from mdx.cli import app


def score(*arguments):
    done = CliRunner().invoke(app, ["score", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refuse_constants(name):
    raise AssertionError(f"{name} is no JSON")


@pytest.fixture
def instrumental(two_songs, make_track):
    """Two songs, one of them without vocals."""
    make_track(two_songs / "Alpha", silent=("vocals",))
    return two_songs


def test_silent_references_are_flagged_below_the_table(instrumental):
    output = " ".join(score(instrumental, instrumental).split())
    assert "mean, silent references left out" in output
    assert "Alpha: the true vocals is silence" in output


def test_silent_references_are_flagged_in_the_json(instrumental):
    printed = json.loads(score(instrumental, instrumental, "--json"), parse_constant=refuse_constants)
    assert printed["silent_references"] == {"Alpha": ["vocals"]}
    assert printed["songs"]["Alpha"]["vocals"] == 0.0
    other = printed["songs"]["Jokers, Jacks & Kings"]
    assert printed["mean_without_silent_references"]["vocals"] == other["vocals"]


def test_without_silent_references_the_json_says_so(two_songs):
    printed = json.loads(score(two_songs, two_songs, "--json"))
    assert printed["silent_references"] == {}
    assert printed["mean_without_silent_references"] is None


def test_a_song_named_by_a_dot_has_the_name_of_its_folder(two_songs, monkeypatch):
    monkeypatch.chdir(two_songs / "Alpha")
    assert list(json.loads(score(".", ".", "--json"))["songs"]) == ["Alpha"]


def test_identical_stems_have_a_finite_score(two_songs):
    frames = soundfile.info(two_songs / "Alpha" / "bass.wav").frames
    assert frames > 0
    assert 60 < json.loads(score(two_songs, two_songs, "--json"))["mean"]["mean"] < 120
