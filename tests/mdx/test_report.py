"""`mdx report`: a page from results on disk, and its refusals."""

import json

import pytest
from typer.testing import CliRunner

from evaluator.report import writing
from evaluator.results import ResultsError
from evaluator.writable import UnwritableError
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


def test_a_page_that_would_replace_a_folder_is_refused_before_it_is_made(results, monkeypatch):
    monkeypatch.setattr(writing, "render_page", lambda *parts: pytest.fail("the page was made"))
    with pytest.raises(writing.ReportError, match=f"must be a file. Got the folder '{results}'. Name a file"):
        report(results, "-o", results)
    with pytest.raises(UnwritableError, match="The page must go into a folder that can be written.* with --out"):
        report(results, "-o", results / "results.json" / "page.html")


def test_results_of_another_shape_are_refused_in_one_sentence_of_what_is_wrong(results):
    (results / "results.json").write_text(json.dumps(RUN | {"setups": "many", "limit": None}))
    with pytest.raises(ResultsError, match=r"results.json' \(limit: Input should be a valid string\)"):
        report(results)
