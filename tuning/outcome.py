"""What a study found: its candidates, those that no other one beats in everything, and the one that is picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from separation.cost import read_as
from separation.plan import Plan
from tuning.costs import Cost
from tuning.errors import TuningError
from tuning.quality import Quality

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

TIE_DB = 0.01
"""Of two candidates that are no further apart the faster one is picked."""


@dataclass(frozen=True)
class Candidate:
    """What one trial tried."""

    number: int
    """Of the trial."""
    plan: Plan | None
    """None where no plan could be made."""
    cost: Cost | None
    """None where it could not be measured."""
    quality: Quality | None
    """None where it was not separated."""
    reason: str | None
    """Why it was not."""
    on_front: bool = False
    """Whether none is better in one objective without being worse in another."""

    @classmethod
    def of_trial(cls, trial: FrozenTrial, *, on_front: bool = False) -> Candidate:
        """Read what the objective kept with a trial.

        Raises:
            CostError: Another version of the kit kept it.
        """
        kept = trial.user_attrs
        return cls(
            number=trial.number,
            plan=Plan.model_validate(kept["plan"]) if "plan" in kept else None,
            cost=Cost.from_dict(kept["cost"]) if "cost" in kept else None,
            quality=read_as(Quality, kept["quality"]) if "quality" in kept else None,
            reason=kept.get("reason"),
            on_front=on_front,
        )


@dataclass(frozen=True)
class Outcome:
    """All candidates of a study."""

    candidates: tuple[Candidate, ...]

    @property
    def scored(self) -> list[Candidate]:
        """Those that fit the limit and were separated, best first."""
        scored = [one for one in self.candidates if one.quality is not None]
        return sorted(scored, key=lambda one: -one.quality.sdr if one.quality else 0.0)

    @property
    def busy_share(self) -> float:
        """Share of the processors that other programs had while costs were measured, at most."""
        return max((one.cost.busy_share for one in self.candidates if one.cost is not None), default=0.0)

    @property
    def front(self) -> list[Candidate]:
        """Those of them that no other one beats in everything, best first."""
        return [one for one in self.scored if one.on_front]

    @property
    def left_out(self) -> list[Candidate]:
        """Those that were not separated, in the order of their trials."""
        return [one for one in self.candidates if one.quality is None]


def read_outcome(study: Study) -> Outcome:
    """Read the finished trials of a study."""
    from optuna.trial import TrialState

    finished = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
    front = {trial.number for trial in study.best_trials}
    return Outcome(tuple(Candidate.of_trial(trial, on_front=trial.number in front) for trial in finished))


def pick(outcome: Outcome, limit_name: str, margin: float) -> Candidate:
    """Return the best candidate that fits its share of the limit; of those as good, the fastest.

    Args:
        outcome: What was found; only candidates that fit have a score.
        limit_name: As the user wrote it, for the message.
        margin: Share of the limit, for the message.

    Raises:
        TuningError: None fits.
    """
    scored = outcome.scored
    if not scored:
        raise TuningError(_nothing_fits(outcome, limit_name, margin))
    best = max(one.quality.sdr for one in scored if one.quality)
    as_good = [one for one in scored if one.quality and one.quality.sdr >= best - TIE_DB]
    return min(as_good, key=lambda one: one.cost.seconds.mean if one.cost else 0.0)


def _nothing_fits(outcome: Outcome, limit_name: str, margin: float) -> str:
    costs = [(one, one.cost) for one in outcome.candidates if one.cost is not None]
    if not costs:
        reason = next((one.reason for one in outcome.candidates if one.reason), "")
        return f"At least one candidate must run. Got none of {len(outcome.candidates)} trials. {reason}"
    fastest, cost = min(costs, key=lambda pair: pair[1].limit_share)
    return (
        f"At least one candidate must fit {margin:.0%} of the limit '{limit_name}'. Got none of "
        f"{len(outcome.candidates)}: the fastest, {describe_plan(fastest.plan)}, takes {cost.seconds.mean:.1f} s "
        f"and may take {cost.limit_share:.0%} of the limit. Raise --limit or --margin, or name faster models with "
        "--model."
    )


def describe_plan(plan: Plan | None) -> str:
    """Say in one line what separates: models with their settings and weights, and what follows."""
    if plan is None:
        return "no plan"
    if plan.blend is None:
        return _with_settings(str(plan.model), plan.settings)
    parts = []
    for member in plan.blend.members:
        weights = member.stem_weights()
        name = _with_settings(member.model, member.settings)
        if len(set(weights.values())) == 1 and len(weights) == len(plan.blend.stems()):
            parts.append(f"{next(iter(weights.values())):g} × {name}")
        else:
            parts.append(f"{name} × {{{', '.join(f'{stem} {weight:g}' for stem, weight in weights.items())}}}")
    after = {"wiener_iterations": "Wiener filter", "residual": "residual", "mixture_consistency": "mixture consistency"}
    finish = [text for key, text in after.items() if getattr(plan.blend, key)]
    return ", then ".join([" + ".join(parts), *finish])


def _with_settings(name: str, settings: dict[str, object]) -> str:
    return f"{name} ({', '.join(f'{key} {value}' for key, value in settings.items())})" if settings else name
