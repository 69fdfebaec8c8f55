"""`mdx oracle search` as a user types it: tables, a page, JSON, going on, refusals; and `mdx oracle` beside it."""

import json
import re

import pytest
from typer.testing import CliRunner

from audio import KitError
from mdx.cli import app
from tests.evaluator.report.test_page import Page

pytestmark = pytest.mark.usefixtures("quick_disk")
QUICK = ("--bands", "10:30", "--max-slice", "2048")


def invoke(*arguments, expect=0):
    done = CliRunner().invoke(app, ["oracle", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture
def search(two_songs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **expected: invoke("search", two_songs, *QUICK, *arguments, **expected)


def test_tables_a_page_and_the_lines_that_use_the_best_which_mdx_oracle_takes(search, two_songs, tmp_path):
    output = search("--trials", 3, "--oracle", "irm1", "--mixture", "sum")
    assert "MDX SDR (dB), oracle irm1, mixture: sum; 3 trials" in output
    assert "The best for each stem" in output
    option, mean = re.search(r"--transforms (\S+)", output)[1], re.search(r"^ \d+ +sliCQ.* (\S+) *$", output, re.M)[1]
    assert "In Python: SliCQConfig(scale=" in output
    assert re.search(r"The best: [+-]\d+\.\d\d dB against STFT 4096, [+-]\d+\.\d\d dB against sliCQ bark 262", output)
    again = invoke(two_songs, "--transforms", option, "--oracles", "irm1", "--mixture", "sum", "--json")
    (system,) = json.loads(again)["systems"]
    assert f"{system['mean']['mean']:.2f}" == mean
    page = Page(tmp_path / "runs" / "oracle-search.html")
    assert f"--transforms {option}" in page.text
    assert page.having("src") == []
    assert {attributes["href"] for _, attributes in page.having("href")} == {"data:,"}


def test_the_same_command_goes_on_and_another_is_refused(search):
    first = json.loads(search("--trials", 1, "--json"))
    document = json.loads(search("--trials", 2, "--json"), parse_constant=pytest.fail)
    assert document["trials"][0] == first["trials"][0]
    assert len(document["trials"]) == 2
    assert document["asked"]["excerpt"] is None
    with pytest.raises(KitError, match="must go on with the excerpt that it began with: none. Got 0.05"):
        search("--trials", 2, "--excerpt", 0.05)
    with pytest.raises(KitError, match="must go on with the definitions that it began with: kit. Got mss-oracle"):
        search("--trials", 2, "--definitions", "mss-oracle")


def test_bad_input_is_refused_before_anything_is_separated(search, monkeypatch):
    assert "It must look like 10:130. Got '10-30'." in search("--fmin", "10-30", expect=2)
    with pytest.raises(KitError, match=r"must be one of irm1, .*Got 'mip'"):
        search("--oracle", "mip")
    with pytest.raises(KitError, match=r"A scale must be one of bark, .*Got 'barc'"):
        search("--scales", "barc")
    monkeypatch.setattr("studies.errors.find_spec", lambda name: None)
    with pytest.raises(KitError, match="The search needs the package 'optuna'"):
        search()


def test_ctrl_c_says_how_to_go_on(two_songs, tmp_path, monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("oracles.search.run.fill_study", stop)
    monkeypatch.setattr("sys.argv", ["mdx", "oracle", "search", "my songs"])
    result = CliRunner().invoke(app, ["oracle", "search", str(two_songs), "--study", str(tmp_path / "study.db")])
    assert "The study keeps what is done. Go on with: mdx oracle search 'my songs'" in result.output


def test_help_of_each_command_names_its_own_options():
    plain, searching = invoke("--help"), invoke("search", "--help")
    assert "mdx oracle search SONG" in plain
    assert "--windows" in plain
    assert "--sampler" not in plain
    assert "oracle search [OPTIONS]" in searching
    assert "--sampler" in searching
