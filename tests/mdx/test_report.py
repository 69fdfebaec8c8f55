"""`mdx report`: a page from results on disk, and its refusals."""

import json

import pytest
from typer.testing import CliRunner

from evaluator.results import ResultsError
from mdx.cli import app

RUN = {
    "schema": 1,
    "ok": True,
    "songs": [],
    "limit": "round2",
    "setups": 1,
    "peak_memory_bytes": 1,
    "network": "sockets",
    "submission_sha256": "0" * 64,
    "mean": {"sdr": None},
}


def report(*arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def results(tmp_path):
    (tmp_path / "results.json").write_text(json.dumps(RUN))
    return tmp_path


def test_the_page_goes_beside_the_results_or_where_it_is_asked_to(results):
    assert report(results).output == f"Report: {results / 'report.html'}\n"
    assert report(results / "results.json", "-o", results / "new" / "page.html").exit_code == 0
    assert "round2" in (results / "new" / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("--audio", "loud"), ("--audio", "embed", "--audio-cap-mb", -1)])
def test_an_impossible_choice_of_sound_is_refused(results, arguments):
    assert report(results, *arguments).exit_code == 2
    assert not (results / "report.html").exists()


def test_a_folder_without_results_is_refused_with_the_command_that_makes_some(tmp_path):
    with pytest.raises(ResultsError, match="Name the results folder of `mdx evaluate`"):
        report(tmp_path)
