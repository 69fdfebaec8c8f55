"""`mdx blend fit` as a user types it: from songs to a plan that separates as well as it says."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from audio import STEMS
from evaluator.known_songs import find_songs, load_song
from evaluator.metrics import sdr
from mdx.cli import app
from separation import PlanError, create_separator, load_plan
from separation.plan_writing import plan_text
from separation.prediction_cache import PredictionCache

MEMBERS = ("classical", "mixture-quarter")


@pytest.fixture
def blend_fit(tmp_path, monkeypatch):
    """Return a function: what `mdx blend fit MEMBERS ...` prints; estimates are kept in the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*arguments, members=MEMBERS):
        command = ["blend", "fit", *members, "--output", tmp_path / "plan.yaml", *arguments]
        done = CliRunner().invoke(app, [*map(str, command)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return run


def mean_sdr_of(plan, folder):
    """Separate songs with a plan and return stem -> mean MDX SDR."""
    separator = create_separator(plan)
    scores = []
    for track in find_songs([folder]):
        song = load_song(track)
        scores.append(sdr(song.references, separator.separate(song.mixture)))
    return {stem: np.mean([score[stem] for score in scores]) for stem in STEMS}


@pytest.mark.parametrize("rules", [(), ("--any-sign",), ("--sum-to-one",), ("--bands", "500,4000")])
def test_the_plan_that_is_written_separates_as_well_as_its_evidence_says(blend_fit, two_songs, tmp_path, rules):
    printed = json.loads(blend_fit("--songs", two_songs, "--json", *rules))
    assert printed.pop("output") == str(tmp_path / "plan.yaml")
    plan = load_plan(tmp_path / "plan.yaml")
    assert plan.model_dump(mode="json", exclude_defaults=True) == printed
    claimed = plan.evidence["scores"]["fitted"]
    for stem, reached in mean_sdr_of(plan, two_songs).items():
        assert reached == pytest.approx(claimed[stem]["mean"], abs=1e-3)
        assert reached >= max(plan.evidence["scores"][member][stem]["mean"] for member in MEMBERS) - 1e-3
    assert plan.evidence["songs"] == ["Alpha", "Jokers, Jacks & Kings"]
    assert set(plan.evidence["versions"]) >= {"python", "torch", "scipy"}
    assert set(plan.evidence["scores"]["leave-one-out"]) == {*STEMS, "mean"}
    if "--bands" in rules:
        assert plan.blend.bands_hz == (500, 4000)
        assert [len(member.weights["bass"]) for member in plan.blend.members] == [3, 3]
    if "--sum-to-one" in rules:
        first, second = (member.stem_weights() for member in plan.blend.members)
        assert [first[stem] + second[stem] for stem in STEMS] == pytest.approx([1] * 4, abs=1e-5)


def test_a_second_fit_to_the_same_songs_separates_nothing(blend_fit, two_songs, monkeypatch):
    blend_fit("--songs", two_songs)
    assert len(PredictionCache().entries()) == 4
    monkeypatch.setattr("separation.cached_separator.create_separator", lambda plan: pytest.fail("separated again"))
    blend_fit("--songs", two_songs, "--overwrite", "--any-sign")


def test_the_tables_show_members_blends_and_what_is_left_out(blend_fit, two_songs):
    output = blend_fit("--songs", two_songs)
    rows = [line.strip().split("  ")[0] for line in output.splitlines() if "±" in line and "mean" not in line]
    assert rows == [*MEMBERS, "best of each stem", "equal weights", "fitted", "leave-one-out"]
    said = " ".join(output.split())
    assert "On songs that it was not fitted to, the blend gains over equal weights: " in said
    assert "There are no intervals: with fewer than 6 songs" in said


def test_one_song_is_fitted_and_said_to_tell_nothing_of_others(blend_fit, two_songs):
    said = " ".join(blend_fit("--songs", two_songs / "Alpha").split())
    assert "MDX SDR (dB) of one song" in said
    assert "leave-one-out - - - - -" in said
    assert "Leave-one-out needs two songs or more. With one, nothing tells what these weights give on other" in said


def test_songs_in_which_a_stem_is_silent_are_named_as_left_out(blend_fit, two_songs, make_track):
    make_track(two_songs / "Alpha", silent=("vocals",))
    said = " ".join(blend_fit("--songs", two_songs).split())
    assert "left out for this stem: vocals 1 of 2." in said


def test_settings_of_a_member_are_in_the_plan(blend_fit, two_songs, tmp_path):
    fine = tmp_path / "fine.yaml"
    fine.write_text("model: classical\nsettings: {piece_seconds: 20.0}\n")
    blend_fit("--songs", two_songs, members=("classical", fine))
    plan = load_plan(tmp_path / "plan.yaml")
    assert [member.settings for member in plan.blend.members] == [{}, {"piece_seconds": 20.0}]
    assert plan_text(plan) == (tmp_path / "plan.yaml").read_text()


def test_a_file_is_not_overwritten_unless_that_is_asked(blend_fit, two_songs, tmp_path):
    (tmp_path / "plan.yaml").write_text("model: classical\n")
    with pytest.raises(PlanError, match=r"must go to a new file\. Got '.*plan.yaml', which exists\. .*--overwrite"):
        blend_fit("--songs", two_songs)
    assert PredictionCache().entries() == []
    blend_fit("--songs", two_songs, "--overwrite")
    assert load_plan(tmp_path / "plan.yaml").blend is not None
    with pytest.raises(PlanError, match="which is a folder"):
        blend_fit("--songs", two_songs, "--output", tmp_path, "--overwrite")


@pytest.mark.parametrize("bands", ["low", "4000,250", "250,inf", "5"])
def test_bands_that_are_none_are_refused(bands, two_songs):
    done = CliRunner().invoke(app, ["blend", "fit", *MEMBERS, "--songs", str(two_songs), "--bands", bands])
    assert done.exit_code == 2
    assert f"Got '{bands}'." in done.output


def test_without_songs_nothing_begins():
    done = CliRunner().invoke(app, ["blend", "fit", *MEMBERS])
    assert done.exit_code == 2
    assert "--songs" in done.output
