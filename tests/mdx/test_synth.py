"""`mdx synth` as a user types it."""

import json

import pytest
from typer.testing import CliRunner

from audio.errors import KitError
from mdx.cli import app
from training.synthesis.songs import SynthesisError


def call(*arguments):
    return CliRunner().invoke(app, ["synth", *map(str, arguments)])


@pytest.fixture
def made(tmp_path):
    """Two short songs and their page."""
    options = ("--songs", 2, "--out", tmp_path, "--seconds", 3, "--sounds", "pure", "--valid", 0.5, "--jobs", 1)
    result = call(*options, "--listen", 1)
    assert result.exit_code == 0, result.exception
    return tmp_path, options, result


def test_songs_are_made_told_kept_and_heard(made):
    folder, options, result = made
    assert "2 songs of 3 s in" in result.stdout
    assert "0 are there, 2 to make, 0.00 GB." in result.stdout
    assert (folder / "listen.html").read_text().count("<h2>train-0-000000</h2>") == 1
    facts = json.loads((folder / "valid" / "valid-0-000000" / "song.json").read_text())
    assert facts["sounds"] == "pure"
    assert "2 are there, 0 to make" in call(*options).stdout


def test_a_dry_run_writes_nothing(tmp_path):
    result = call("--songs", 1000, "--out", tmp_path / "songs", "--sounds", "pure", "--dry-run")
    assert "1000 to make, 14.13 GB." in result.stdout
    assert not (tmp_path / "songs").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--sounds", "real"), "--sounds must be pure or rich. Got 'real'."),
        (("--seconds", 1), "A song must last 2 to 600 seconds. Got 1."),
        (("--format", "mp3"), "The format must be one of wav, flac. Got 'mp3'."),
        (("--valid", 1), "The share of validation songs must be from 0 to below 1. Got 1."),
    ],
)
def test_impossible_options_are_errors(tmp_path, options, message):
    result = call("--songs", 1, "--out", tmp_path, *options)
    assert isinstance(result.exception, SynthesisError | KitError)
    assert message in str(result.exception)
