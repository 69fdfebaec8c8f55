"""`mdx models list` and `mdx models show` as a user types them."""

import json
from itertools import pairwise

import pytest

from models.manifest import Manifest, load_manifest
from tests.mdx.test_model_files import mdx

ROW = {"builder": "models.tiny:build", "licence": "MIT", "training_data": "some", "leaderboards": ["B"]}
SCORE = {"metric": "SDR", "dataset": "MUSDB18 test", "decibels": {"mean": 6.0}, "source": "a paper"}


@pytest.fixture
def three_answers(bare_machine, monkeypatch):
    """Rows that saw the test songs, did not, and may have."""
    rows = [
        {**ROW, "name": name, "summary": f"About {name}.", "trained_on_musdb_test": said, "scores": [SCORE]}
        for name, said in (("saw", True), ("did-not", False), ("may-have", "unknown"))
    ]
    manifest = Manifest.model_validate({"models": rows, "aliases": {"default": "saw"}})
    for module in ("manifest", "registry"):
        monkeypatch.setattr(f"models.{module}.load_manifest", lambda: manifest)


def test_the_list_has_one_line_of_at_most_80_columns_for_each_model(bare_machine):
    lines = mdx("list").splitlines()
    names = [entry.name for entry in load_manifest().models]
    table = lines[2 : lines.index("")]
    assert sorted(line.split()[0] for line in table) == sorted(names)
    assert max(map(len, lines)) <= 80


def test_models_of_one_family_stand_together(bare_machine):
    lines = mdx("list").splitlines()
    builders = {entry.name: entry.builder.partition(":")[0] for entry in load_manifest().models}
    families = [builders[line.split()[0]] for line in lines[2 : lines.index("")]]
    changes = sum(first != second for first, second in pairwise(families))
    assert changes == len(set(families)) - 1


def test_signs_in_the_list_tell_what_scores_are_worth_and_a_legend_explains_them(three_answers):
    lines = mdx("list").splitlines()
    assert [line.split("  ")[0] for line in lines[2:5]] == ["saw !", "did-not", "may-have ?"]
    assert "!      trained on MUSDB18's test songs: its scores on them mean nothing" in lines
    assert "?      it is unknown whether it was trained on MUSDB18's test songs" in lines


def test_summaries_are_for_the_long_list(three_answers):
    assert "About saw." not in mdx("list")
    assert "    About saw." in mdx("list", "--long").splitlines()


def test_every_score_that_is_shown_carries_its_warning(three_answers):
    shown = {name: json.loads(mdx("show", name, "--json")) for name in ("saw", "did-not", "may-have")}
    assert shown["saw"]["warning"] == "trained on MUSDB18's test songs: its scores on them mean nothing"
    assert shown["may-have"]["warning"].startswith("it is unknown whether it was trained on MUSDB18's test songs")
    assert [shown[name]["scores"][0].get("warning") for name in shown] == [
        shown["saw"]["warning"],
        None,
        shown["may-have"]["warning"],
    ]
    assert json.loads(mdx("list", "--json"))["may-have"]["warning"] == shown["may-have"]["warning"]


def test_a_model_of_which_some_files_are_here_is_called_partly_here(tiny_models):
    assert mdx("list").splitlines()[2].endswith("to fetch")
    mdx("fetch", "tiny")
    (tiny_models.cache / "drums.pth").unlink()
    assert mdx("list").splitlines()[2].endswith("partly here")
