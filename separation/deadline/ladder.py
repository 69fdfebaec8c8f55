"""The ladder of a plan: separators from a quick draft to the planned one, each with its pace on this machine.

The draft may enter every leaderboard that the plan may enter: the baseline without weights where songs other than
MUSDB18-HQ's are not allowed, else the kit's own fast network. Between the two stands a lighter form of the plan where
it has one. A rung that is hardly quicker than the one above is left out, since it would only take that one's time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from audio import KitError
from audio.stems import STEMS
from models.errors import ModelError
from models.registry import model_entry
from models.workload import Workload, workload_of
from separation.deadline.guard_plan import AUTO, NONE
from separation.deadline.lighter import lighter_form
from separation.factory import create_separator
from separation.plan import Plan
from separation.separator import Separator, StreamingSeparator

MOST_OF_DRAFT, LIGHTER_QUALITY, FULL_QUALITY = 0.9, 0.95, 1.0
"""What a rung is worth between a quarter of the mixture (0) and the plan (1)."""
GAINS_DB = {"classical": 1.1, "dual_path_unet_fast": 2.5, "dual_path_unet": 2.6}
USUAL_GAIN_DB = 6.0
"""Over a quarter of the mixture, on the real sample song and by published scores: rough figures, since all that they do
is to choose an order of work."""
MOST_OF_NEXT = 0.75
"""A rung that takes a larger share of the time of the one above is left out."""
WARM_UP_SECONDS, TRIAL_SECONDS = 1.0, 8.0
WARM_UP_LEVEL = 0.01
LEARNING = 0.5
"""Weight of the last song in a pace."""
FREE_DRAFT, NETWORK_DRAFT = "classical", "dual_path_unet_fast"

logger = logging.getLogger(__name__)


class StemsError(KitError):
    """A model that does not give all stems of the challenge."""


@dataclass
class Rung:
    """A separator, what it is worth and how fast it is."""

    name: str
    separator: Separator
    quality: float
    workload: Workload
    seconds_per_heard_second: float

    @property
    def streams(self) -> bool:
        """Whether it gives its stems as it goes, or all of them at its end."""
        return isinstance(self.separator, StreamingSeparator)

    def expected_seconds(self, duration_seconds: float) -> float:
        """Predict the time of a piece of a song."""
        return self.workload.heard_seconds(duration_seconds) * self.seconds_per_heard_second

    def learn(self, duration_seconds: float, seconds: float) -> None:
        """Take a song's time into account."""
        seen = seconds / self.workload.heard_seconds(duration_seconds)
        self.seconds_per_heard_second += LEARNING * (seen - self.seconds_per_heard_second)


def quiet_noise(separator: Separator, duration_seconds: float) -> torch.Tensor:
    """Return noise for a trial, shape (2, samples), the same each time."""
    generator = torch.Generator().manual_seed(0)
    samples = round(duration_seconds * separator.sample_rate)
    return WARM_UP_LEVEL * torch.randn(2, samples, generator=generator)


def timed_rung(name: str, separator: Separator, quality: float) -> Rung:
    """Separate a second of noise, which pays for what only a first call costs, then some more against the clock.

    Raises:
        StemsError: It does not give all stems of the challenge.
        Exception: Whatever stops the separator.
    """
    missing = [stem for stem in STEMS if stem not in separator.stems]
    if missing:
        raise StemsError(
            f"The model of a submission must give {', '.join(STEMS)}. '{name}' does not give {', '.join(missing)}: "
            "blend it with one that does, or choose another."
        )
    separator.separate(quiet_noise(separator, WARM_UP_SECONDS))
    noise = quiet_noise(separator, TRIAL_SECONDS)
    started = time.perf_counter()
    separator.separate(noise)
    seconds = time.perf_counter() - started
    workload = workload_of(separator)
    return Rung(name, separator, quality, workload, seconds / workload.heard_seconds(TRIAL_SECONDS))


def unneeded(rungs: list[Rung]) -> list[Rung]:
    """Return those that are hardly quicker than the next one above that is not left out itself."""
    left_out: list[Rung] = []
    above = rungs[-1].expected_seconds(TRIAL_SECONDS)
    for rung in reversed(rungs[:-1]):
        seconds = rung.expected_seconds(TRIAL_SECONDS)
        if seconds > MOST_OF_NEXT * above:
            left_out.append(rung)
        else:
            above = seconds
    return left_out


def draft_of(plan: Plan) -> Plan | None:
    """Return the plan of the draft, or None where the plan wants none or is as quick itself."""
    name = plan.guard.draft
    if name == AUTO:
        boards = [model_entry(part.model).leaderboards for part in plan.parts]
        name = FREE_DRAFT if all("A" in board for board in boards) else NETWORK_DRAFT
    if name == NONE or [part.model for part in plan.parts] == [name]:
        return None
    return Plan(model=name, device=plan.device, seed=plan.seed)


def draft_quality(draft: Plan, plan: Plan) -> float:
    """Return what a draft is worth beside a plan."""
    gain_db, planned_db = (
        max(GAINS_DB.get(model_entry(part.model).name, USUAL_GAIN_DB) for part in one.parts) for one in (draft, plan)
    )
    return min(MOST_OF_DRAFT, gain_db / planned_db)


def separators_of(plan: Plan) -> Iterator[tuple[str, Separator, float]]:
    """Build the separators of a ladder, the draft first: name, separator and quality of each.

    A draft that cannot be built is told and left out.

    Raises:
        KitError: The planned separator cannot be built.
    """
    draft = draft_of(plan)
    if draft is not None:
        try:
            separator = create_separator(draft)
        except ModelError as error:
            logger.warning("GUARD: there is no draft '%s': %s", draft.title, error)
        else:
            yield draft.title, separator, draft_quality(draft, plan)
    planned = create_separator(plan)
    yield plan.title, planned, FULL_QUALITY
    lighter = lighter_form(planned)
    if lighter is not None:
        yield f"{plan.title}, lighter", lighter, LIGHTER_QUALITY
