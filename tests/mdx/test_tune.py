"""`mdx tune`: what a user types, from songs to a plan with its evidence and a page."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from audio import KitError
from mdx.cli import app
from separation.plan import load_plan
from tests.separation.cost_stand_ins import FakeClock, Worker, measure_in_this_process

MODELS = ("--model", "classical", "--model", "mixture-quarter")


@pytest.fixture
def built(bare_machine, monkeypatch):
    """Costs of made-up clips: 26 s for a song of 240 s, and 3 s more for a first call. Estimates are real."""
    monkeypatch.chdir(bare_machine)
    return measure_in_this_process(monkeypatch, Worker(FakeClock()))


def invoke(*arguments):
    return CliRunner().invoke(app, ["tune", *map(str, arguments)], catch_exceptions=False)


def tune(songs, *arguments):
    done = invoke(songs, *MODELS, "--study", "study.db", "-o", "plan.yaml", *arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_best_plan_is_written_with_its_evidence_and_a_page_shows_the_front(two_songs, built, tmp_path):
    output = tune(two_songs, "--trials", 4)
    assert output.count("\ntrial ") + output.startswith("trial ") == 4
    assert "4 trials: 4 scored, 0 too slow and never separated." in output
    assert "'plan.yaml' holds the plan of trial" in output
    assert "dB against mixture-quarter as it is, over 2 songs: no more than chance may give." in output
    plan = load_plan(tmp_path / "plan.yaml")
    assert plan.evidence["songs"] == ["Alpha", "Jokers, Jacks & Kings"]
    assert (plan.evidence["limit"], plan.evidence["margin"], plan.evidence["trials"]) == ("kit", 0.8, 4)
    assert set(plan.evidence["mdx_sdr_db"]) == {"mean", "bass", "drums", "other", "vocals"}
    assert plan.evidence["predicted_seconds"]["mean"] == pytest.approx(26.0, abs=0.1)
    page = (tmp_path / "study.html").read_text(encoding="utf-8")
    assert "written_by: mdx tune" in page


def test_the_same_command_goes_on_and_replaces_its_own_plan(two_songs, built):
    tune(two_songs, "--trials", 1)
    document = json.loads(tune(two_songs, "--trials", 3, "--json"), parse_constant=pytest.fail)
    assert [one["trial"] for one in document["candidates"]] == [0, 1, 2]
    assert document["picked"] in range(3)
    assert document["candidates"][0]["plan"] == {"model": "classical"}


def test_other_songs_or_limits_are_refused(two_songs, built):
    tune(two_songs, "--trials", 1)
    with pytest.raises(KitError, match="must go on with the limit that it began with: kit. Got round2."):
        tune(two_songs, "--trials", 2, "--limit", "round2")
    shutil.rmtree(two_songs / "Alpha")
    with pytest.raises(KitError, match=r"with the songs that it began with: Alpha \(\w+\), Jokers"):
        tune(two_songs, "--trials", 2)


def test_where_none_fits_the_fastest_is_named_nothing_is_separated_and_no_plan_is_written(two_songs, built, tmp_path):
    with pytest.raises(KitError, match="must fit 80% of the limit '20'. Got none of 3: the fastest, .* takes 26.0 s"):
        tune(two_songs, "--trials", 3, "--limit", 20)
    assert not (tmp_path / "plan.yaml").exists()
    assert not list((tmp_path / "cache").rglob("*.npy"))
    assert "must fit 80% of the limit" in (tmp_path / "study.html").read_text(encoding="utf-8")


def test_a_plan_of_somebody_else_is_refused_before_anything_runs(two_songs, built, tmp_path):
    (tmp_path / "plan.yaml").write_text("model: default\n")
    with pytest.raises(KitError, match="'plan.yaml', which somebody else wrote. Add --replace"):
        tune(two_songs)
    assert built == []
    assert not (tmp_path / "study.db").exists()


def test_random_weights_never_make_a_plan(two_songs, built, tmp_path):
    output = tune(two_songs, "--trials", 1, "--random-weights")
    assert "The weights are random: times and memory are right, the scores mean nothing. No plan is written." in output
    assert not (tmp_path / "plan.yaml").exists()


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(two_songs, built, monkeypatch):
    monkeypatch.setattr("sys.argv", ["mdx", "tune", "my songs", "--trials", "9"])

    def stop(plan, songs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tuning.run.score_plan", stop)
        result = CliRunner().invoke(app, ["tune", str(two_songs), *MODELS, "--study", "study.db", "-o", "plan.yaml"])
    assert "The study keeps what is done. Go on with: mdx tune 'my songs' --trials 9" in result.output
    assert "2 trials: 2 scored" in tune(two_songs, "--trials", 2)


def test_without_its_package_it_says_what_to_install(two_songs, built, monkeypatch):
    monkeypatch.setattr("studies.errors.find_spec", lambda name: None)
    with pytest.raises(KitError, match=r'needs the package .optuna.*uv pip install -e ".\[tuning\]"'):
        tune(two_songs)
