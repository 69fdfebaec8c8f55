"""`mdx cost`: what a user types, from clips to a table and JSON."""

import json

import pytest
from typer.testing import CliRunner

from audio import KitError
from mdx.cli import app
from separation.target_machines import MachineSpeed
from tests.separation.cost_stand_ins import FakeClock, Worker, measure_in_this_process

pytestmark = pytest.mark.usefixtures("bare_machine")


def mdx(*arguments):
    done = CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def built(monkeypatch):
    """Models that take 2 s and 0.1 s for each second of whole chunks of 8 s, and 3 s more at first."""
    return measure_in_this_process(monkeypatch, Worker(FakeClock()))


def test_a_real_model_is_measured_in_a_process_of_its_own():
    document = json.loads(mdx("cost", "mixture-quarter", "--duration", 30, "--json"), parse_constant=pytest.fail)
    (song,) = document["songs"]
    assert 0 < song["seconds"]["low"] <= song["seconds"]["mean"] <= song["seconds"]["high"]
    assert song["memory_bytes"]["mean"] > 30 * 44_100 * 5 * 2 * 4
    assert document["setup_seconds"] > 0
    assert document["clip_seconds"][0] == 5.0
    assert document["fitting_songs"]["shortest_seconds"] >= 1


def test_songs_of_one_four_and_eight_minutes_stand_against_the_limit(built):
    output = mdx("cost", "mixture-quarter")
    lines = output.splitlines()
    assert "mixture-quarter on this machine" in lines[0]
    assert "of 900 s; the first call of a process may take 3.0 s more" in lines[1]
    assert [line.split()[:3] for line in lines[4:7]] == [["60", "s", "8.4"], ["240", "s", "26.0"], ["480", "s", "50.0"]]
    assert all(" 240 " in line for line in lines[4:7])
    assert "fit the limit, by the upper bound of 90%." in output
    assert "From clips of 5, 10, 20 s. Measured here." in output


def test_a_song_that_does_not_fit_is_marked_and_the_longest_that_fits_is_told(built):
    document = json.loads(mdx("cost", "mixture-quarter", "--limit", 20, "--json"))
    assert [song["fits"] for song in document["songs"]] == [True, False, False]
    assert 60 <= document["fitting_songs"]["longest_seconds"] < 240
    assert "may be too slow" in mdx("cost", "mixture-quarter", "--limit", 20)
    assert len(built) == 1
    assert "No song of up to an hour fits the limit." in mdx("cost", "mixture-quarter", "--limit", 1)


def test_a_limit_that_follows_the_song_excludes_short_ones(built):
    document = json.loads(mdx("cost", "mixture-quarter", "--limit", "round2", "--json"))
    assert document["fitting_songs"]["longest_seconds"] == 3600
    assert 3 < document["fitting_songs"]["shortest_seconds"] < 12
    assert document["songs"][0]["limit_seconds"] == pytest.approx(60 * 1.57)


def test_a_plan_is_measured_with_its_settings(built, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("model: default\nsettings: {overlap: 0.5}\n")
    mdx("cost", plan, "--random-weights")
    assert (built[0].model, built[0].settings, built[0].random_weights) == ("default", {"overlap": 0.5}, True)


def test_a_factor_scales_everything(built):
    here, there = (json.loads(mdx("cost", "classical", "--json", *scale)) for scale in ((), ("--scale", 2)))
    assert there["songs"][0]["seconds"]["mean"] == pytest.approx(2 * here["songs"][0]["seconds"]["mean"])
    assert there["first_call_seconds"] == pytest.approx(2 * here["first_call_seconds"])


def test_four_cpus_are_measured_with_one_thread_and_with_all(built, monkeypatch):
    monkeypatch.setattr("separation.cost_scaling.torch.get_num_threads", lambda: 2)
    target = json.loads(mdx("cost", "default", "--scale", "4cpu", "--json"))["target"]
    assert len(built) == 2
    # The made-up time is the same with any number of threads.
    assert target["factor"] == pytest.approx({"mean": 1.0, "low": 0.5, "high": 1.0})
    assert "Extrapolated by Amdahl's law from 1 and 2 threads" in target["reason"]


def test_a_t4_is_an_estimate_for_networks_only(built, monkeypatch):
    speed = MachineSpeed(2e11, 2e10)
    monkeypatch.setattr(
        "separation.cost_scaling.run_in_fresh_process",
        lambda *arguments, limit_seconds: type("Run", (), {"result": speed}),
    )
    output = mdx("cost", "default", "--scale", "t4")
    assert "default" not in output.splitlines()[0]
    assert "dual_path_unet on an NVIDIA T4" in output
    assert "ESTIMATE, no T4 was measured" in output
    with pytest.raises(KitError, match="must go with a model whose networks run on a GPU. Got 'classical'"):
        mdx("cost", "classical", "--scale", "t4")


@pytest.mark.parametrize("scale", ["fast", "0", "nan"])
def test_a_scale_that_is_none_is_refused(built, scale):
    with pytest.raises(KitError, match="must be '4cpu', 't4' or a factor above 0"):
        mdx("cost", "classical", "--scale", scale)
    assert built == []
