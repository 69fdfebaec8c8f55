"""Times that were kept for a plan on this machine speak against it where they leave the limit."""

from __future__ import annotations

import pytest

from doctor.checks.plan_time import measured
from doctor.repository import Repository
from models.manifest import MANIFEST_PATH
from models.workload import Workload
from separation.cost_measuring import KIND, cost_key
from separation.cost_record import ClipRun, CostRecord
from separation.kept_facts import keep_fact
from separation.plan import load_plan


def kept(seconds_per_second):
    clips = tuple(
        ClipRun(length, seconds_per_second * length, (seconds_per_second * length,) * 3, (0.01,), 10**9)
        for length in (5.0, 10.0, 20.0)
    )
    return CostRecord("classical", "this one", 0.0, 1.0, Workload(44_100), 1e6, clips)


@pytest.fixture
def classical(clone):
    """The clean repository with a plan, and a manifest, of this kit."""
    clone.write("models/manifest.yaml", MANIFEST_PATH.read_text())
    clone.write("my_submission/plan.yaml", "model: classical\nguard: {draft: none}\n")
    return clone


def faults(clone):
    return list(measured.look(Repository(clone.path)))


def test_a_plan_that_was_never_measured_is_not_judged(classical):
    assert faults(classical) == []


@pytest.mark.parametrize(("seconds_per_second", "is_slow"), [(0.5, False), (3.0, True)])
def test_a_plan_is_judged_by_its_kept_times(classical, seconds_per_second, is_slow):
    plan = load_plan(classical.path / "my_submission" / "plan.yaml")
    keep_fact(KIND, cost_key(plan), kept(seconds_per_second).as_dict())
    found = faults(classical)
    assert bool(found) is is_slow
    if is_slow:
        assert found[0].subject == "classical"
        assert "the limit is 377 s" in found[0].finding
    classical.change("models/manifest.yaml", "repetition, harmonics", "repetition")
    assert faults(classical) == [], "another model of the same name was not measured"
