"""What a candidate costs on the target machine: predicted seconds of a reference song, memory, weights on disk.

Blends that differ in nothing but the values of their weights cost the same, so each is measured with all of them at
one. Workers of one machine measure one after the other: two at a time would measure each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from models.files.checkpoints import find_weights
from models.files.file_locks import locked
from models.manifest import WeightFile
from models.registry import model_entry
from separation.cost import read_as
from separation.cost_measuring import KIND, USUAL_OPTIONS, CostOptions
from separation.cost_scaling import scaled_cost
from separation.kept_facts import facts_path
from separation.limits import TimeLimit, parse_limit
from separation.line_fit import Prediction
from separation.plan import Plan
from separation.song_costs import SongCosts
from tuning.errors import TuningError

SONG_SECONDS = 240.0
"""Usual length of the reference song."""
MARGIN = 0.8
"""Usual share of the limit that a candidate may take by the upper bound of its time."""


@dataclass(frozen=True)
class Budget:
    """What a candidate may take, and how that is found out."""

    limit: TimeLimit = field(default_factory=lambda: parse_limit("kit"))
    margin: float = MARGIN
    """Share of the limit that may be used."""
    song_seconds: float = SONG_SECONDS
    """Length of the song whose time and memory are predicted."""
    scale: str | None = None
    """The target machine: see `separation.cost_scaling.scaled_cost`."""
    options: CostOptions = USUAL_OPTIONS

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            TuningError: The margin or the song's length is out of its range.
        """
        if not 0 < self.margin <= 1:
            raise TuningError(f"The margin must be above 0 and at most 1. Got {self.margin:g}. 0.8 leaves a fifth.")
        if not 0 < self.song_seconds <= 3600:
            raise TuningError(
                f"The reference song must last more than 0 and at most 3600 seconds. Got {self.song_seconds:g}."
            )


@dataclass(frozen=True)
class Cost:
    """What one candidate costs."""

    seconds: Prediction
    """Of the reference song on the target machine, files included."""
    memory_bytes: Prediction
    """Highest resident memory of the process."""
    weight_bytes: int
    """Of the weight files, all models together."""
    limit_share: float
    """Upper bound of the time over the limit, of the song with a first call or of the set-up, whichever is more."""
    busy_share: float = 0.0
    """Share of the processors that other programs had when it was measured."""

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Any) -> Cost:
        """Read what `as_dict` gave.

        Raises:
            CostError: It is something else.
        """
        cost: Cost = read_as(cls, content)
        return cost


MeasureCost = Callable[[Plan], Cost]


def measure_cost(plan: Plan, budget: Budget) -> Cost:
    """Predict what a plan costs, from short clips that are separated now or were earlier.

    Raises:
        CostError: The plan cannot be measured, or not scaled to the target machine.
        ModelError: It cannot be built.
    """
    with locked(facts_path(KIND)):
        record, scaling = scaled_cost(cost_form(plan), budget.options, budget.scale)
    costs = SongCosts(record, scaling, budget.limit.seconds_for)
    return Cost(
        seconds=costs.seconds(budget.song_seconds),
        memory_bytes=record.model.memory_bytes(budget.song_seconds),
        weight_bytes=weight_bytes(plan),
        limit_share=max(costs.limit_share(budget.song_seconds), costs.setup_seconds / budget.limit.setup_seconds),
        busy_share=record.busy_share,
    )


def cost_form(plan: Plan) -> Plan:
    """Return a plan that costs the same, with every weight that counts at one."""
    if plan.blend is None:
        return plan
    members = tuple(
        member.model_copy(update={"weights": {stem: 1.0 for stem, weight in member.stem_weights().items() if weight}})
        for member in plan.blend.members
        if member.counts()
    )
    return plan.model_copy(update={"blend": plan.blend.model_copy(update={"members": members}), "evidence": {}})


def weight_bytes(plan: Plan) -> int:
    """Return the size of a plan's weight files, each counted once; as published where they are not here."""
    files = {
        file.name: _size_of(file, part.settings.get("weights_folder"))
        for part in plan.parts
        for file in model_entry(part.model).weights
    }
    return sum(files.values())


def _size_of(file: WeightFile, folder: str | None) -> int:
    path = find_weights(file, folder)
    return (file.approximate_bytes or 0) if path is None else path.stat().st_size
