"""Find the scaling that `--scale` names: measure what it needs, or find it in the user's cache."""

from __future__ import annotations

from dataclasses import asdict, replace

import torch

from models.registry import model_entry
from separation.cost import CostError, read_as
from separation.cost_measuring import CostOptions, cost_of, machine_name
from separation.cost_record import CostRecord
from separation.factory import resolve_device
from separation.fresh_process import run_in_fresh_process
from separation.kept_facts import keep_fact, read_facts
from separation.plan import Plan
from separation.target_machines import (
    TARGET_CPUS,
    THIS_MACHINE,
    MachineSpeed,
    Scaling,
    by_factor,
    measure_speed,
    to_four_cpus,
    to_t4,
)

KIND = "machine_speed"
"""Name of the file in the user's cache."""
REFERENCE_SECONDS = 240.0
"""Duration of the song by which threads are compared."""
FOUR_CPUS, T4 = "4cpu", "t4"


def scaled_cost(
    plan: Plan, options: CostOptions, scale: str | None, *, anew: bool = False
) -> tuple[CostRecord, Scaling]:
    """Return what a plan costs here, and how that turns into the target machine's times.

    Args:
        plan: What separates.
        options: How it is measured.
        scale: None for this machine, '4cpu', 't4', or a factor of time.
        anew: Measure even where figures are kept.

    Raises:
        CostError: The scale is none of these or cannot be found here, or the plan cannot be measured.
    """
    if scale is None:
        return cost_of(plan, options, anew=anew), THIS_MACHINE
    if scale == FOUR_CPUS:
        return _on_four_cpus(_on_processor(plan), options, anew=anew)
    if scale == T4:
        return _on_t4(plan, options, anew=anew)
    try:
        scaling = by_factor(float(scale))
    except ValueError as error:
        raise CostError(f"The scale must be '{FOUR_CPUS}', '{T4}' or a factor above 0. Got '{scale}'.") from error
    return cost_of(plan, options, anew=anew), scaling


def _on_processor(plan: Plan) -> Plan:
    """Return the plan on the processor."""
    return plan.model_copy(update={"device": "cpu"})


def _on_four_cpus(plan: Plan, options: CostOptions, *, anew: bool) -> tuple[CostRecord, Scaling]:
    threads = options.threads or torch.get_num_threads()
    if threads >= TARGET_CPUS:
        record = cost_of(plan, replace(options, threads=TARGET_CPUS), anew=anew)
        return record, replace(THIS_MACHINE, target=f"{TARGET_CPUS} CPUs of this machine")
    record = cost_of(plan, options, anew=anew)
    alone = cost_of(plan, replace(options, threads=1), anew=anew) if threads > 1 else record
    seconds = [one.model.seconds(REFERENCE_SECONDS).mean for one in (alone, record)]
    return record, to_four_cpus(seconds[0], seconds[1], threads)


def _on_t4(plan: Plan, options: CostOptions, *, anew: bool) -> tuple[CostRecord, Scaling]:
    if not all(model_entry(part.model).runs_in_engine for part in plan.parts):
        raise CostError(
            f"The scale '{T4}' must go with a model whose networks run on a GPU. "
            f"Got '{plan.title}', which uses the processor: choose '{FOUR_CPUS}'."
        )
    return cost_of(plan, options, anew=anew), to_t4(_speed(plan, options, anew=anew))


def _speed(plan: Plan, options: CostOptions, *, anew: bool) -> MachineSpeed:
    key = machine_name(plan, options)
    kept = read_facts(KIND).get(key)
    if kept is not None and not anew:
        speed: MachineSpeed = read_as(MachineSpeed, kept)
        return speed
    device = resolve_device(plan.device)
    measured: MachineSpeed = run_in_fresh_process(
        measure_speed, device.type, options.threads, limit_seconds=options.limit_seconds
    ).result
    keep_fact(KIND, key, asdict(measured))
    return measured
