"""Measuring: what is timed, when it stops, and that a second question costs nothing."""

import os
from dataclasses import replace

import pytest

from audio import KitError
from models.classical import ClassicalSeparator, ClassicalSettings
from models.mixture_quarter import MixtureQuarterSeparator
from models.workload import Workload, workload_of
from separation import cost_measuring
from separation.cost import CostError
from separation.cost_measuring import CostOptions, cost_key, cost_of
from separation.kept_facts import facts_path, read_facts
from separation.plan import Plan
from tests.separation.cost_stand_ins import FakeClock, Worker, measure_in_this_process

PLAN = Plan(model="mixture-quarter")
HALF_QUARTER = {"model": "mixture-quarter", "weights": 0.5}
QUICK = CostOptions(clip_seconds=(0.5, 9.0), limit_seconds=1e6)

pytestmark = pytest.mark.usefixtures("bare_machine")


@pytest.fixture
def worker():
    return Worker(FakeClock())


@pytest.fixture
def built(monkeypatch, worker):
    return measure_in_this_process(monkeypatch, worker)


def test_clips_are_timed_apart_from_their_first_call_and_predict_whole_songs(built):
    record = cost_of(PLAN, QUICK)
    assert [clip.duration_seconds for clip in record.clips] == [0.5, 9.0]
    assert record.first_call_seconds == pytest.approx(3.0)
    assert record.model.seconds(240.0).mean == pytest.approx(2.0 + 0.1 * 240)
    assert record.model.seconds(241.0).mean == pytest.approx(2.0 + 0.1 * 248)
    assert record.song_bytes_per_second == 2 * 5 * 2 * 4 * 44_100


def test_a_second_question_costs_nothing_unless_it_asks_for_more(built):
    record = cost_of(PLAN, QUICK)
    assert cost_of(PLAN, QUICK) == record
    assert len(built) == 1
    cost_of(PLAN, QUICK, anew=True)
    assert len(built) == 2


def test_figures_of_another_version_are_measured_anew(built):
    cost_of(PLAN, QUICK)
    kept = facts_path(cost_measuring.KIND)
    kept.write_text(kept.read_text().replace("later_seconds", "other_seconds"))
    cost_of(PLAN, QUICK)
    assert len(built) == 2
    assert "later_seconds" in kept.read_text()


def test_turns_end_with_the_time(built, worker, monkeypatch):
    monkeypatch.setattr("separation.cost_measuring.time.perf_counter", worker.clock)
    record = cost_of(PLAN, replace(QUICK, clip_seconds=(0.5, 9.0, 9.5), limit_seconds=10.0))
    assert [len(clip.later_seconds) for clip in record.clips] == [0]
    assert record.first_call_seconds == 0.0
    assert record.model.seconds(8.0).mean == pytest.approx(5.8)


def test_a_separator_that_fails_is_an_error_with_its_reason(monkeypatch):
    def fail(function, *arguments, limit_seconds=None):
        raise cost_measuring.ProcessFailedError("The weights are missing.")

    monkeypatch.setattr("separation.cost_measuring.run_in_fresh_process", fail)
    with pytest.raises(CostError, match="'mixture-quarter' must run to be measured. Got: The weights are missing."):
        cost_of(PLAN, QUICK)
    assert read_facts(cost_measuring.KIND) == {}


def test_a_separator_that_is_not_ready_in_time_is_an_error_with_the_next_step():
    with pytest.raises(CostError, match="within 0.05 s to be measured. It did not: allow more time"):
        cost_of(PLAN, CostOptions(limit_seconds=0.05))


@pytest.mark.parametrize(
    "change",
    [
        lambda plan, options: (plan.model_copy(update={"model": "classical"}), options),
        lambda plan, options: (plan.model_copy(update={"settings": {"overlap": 0.5}}), options),
        lambda plan, options: (plan.model_copy(update={"random_weights": True}), options),
        lambda plan, options: (plan, replace(options, threads=7)),
        lambda plan, options: (plan, replace(options, clock="own")),
        lambda plan, options: (plan, replace(options, clip_seconds=(1.0,))),
    ],
)
def test_figures_are_kept_apart_by_what_they_depend_on(change):
    plan, options = Plan(model="dual_path_unet"), CostOptions()
    assert cost_key(*change(plan, options)) != cost_key(plan, options)


def test_figures_depend_on_the_processor_the_version_of_torch_and_the_weights(bare_machine, monkeypatch):
    plan, keys = Plan(model="dual_path_unet"), set()
    folder = bare_machine / "weights"
    folder.mkdir()
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(folder) + os.pathsep)
    for weights in (None, b"one", b"two"):
        if weights is not None:
            (folder / "dual_path_unet.safetensors").write_bytes(weights)
        keys.add(cost_key(plan))
    monkeypatch.setattr("separation.cost_measuring.processor_name", lambda device: "another")
    keys.add(cost_key(plan))
    monkeypatch.setattr("torch.__version__", "99")
    keys.add(cost_key(plan))
    assert len(keys) == 5


def test_the_encoding_and_the_name_of_an_alias_change_no_cost():
    plain = Plan(model="default")
    assert cost_key(plain.model_copy(update={"encoding": "FLOAT"})) == cost_key(plain)
    assert cost_key(Plan(model="dual_path_unet")) == cost_key(plain)


def test_a_blend_is_called_by_its_members_and_kept_apart_by_their_weights(built):
    plans = [
        Plan.model_validate({"blend": {"members": [{"model": "classical", "weights": weight}, HALF_QUARTER]}})
        for weight in (0.5, 0.4)
    ]
    assert cost_of(plans[0], QUICK).model_name == "blend of classical + mixture-quarter"
    assert cost_key(plans[0]) != cost_key(plans[1])


def test_an_unknown_model_is_an_error_before_anything_runs(built):
    with pytest.raises(KitError, match="Got 'clasical'. Did you mean"):
        cost_of(Plan(model="clasical"), QUICK)
    assert built == []


def test_a_separator_that_says_nothing_of_chunks_takes_songs_whole():
    assert workload_of(MixtureQuarterSeparator()) == Workload(44_100)
    workload = workload_of(ClassicalSeparator(ClassicalSettings(piece_seconds=10.0, crossfade_seconds=2.0)))
    assert workload.heard_seconds(26.0) == pytest.approx(10 + 10 + 10 + 2)
    assert workload.longest_call_seconds(26.0) == 10.0
