"""What a model takes: the facts about its networks that decide which settings may be tried.

They are read off the networks themselves, built once: how long a chunk may be and whether a Wiener filter can follow
are said by the bag, not by the manifest.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from audio.stems import STEMS
from models.network import Bag, MagnitudeNetwork
from models.readiness import READY, readiness
from models.registry import BuildOptions, build_model, list_models, model_entry
from tuning.errors import TuningError

FLOOR = "mixture-quarter"
"""A yardstick and no candidate, unless it is named."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelFacts:
    """One model that candidates may use."""

    name: str
    """Of its row, aliases resolved."""
    stems: tuple[str, ...]
    runs_in_engine: bool
    segment_seconds: float | None = None
    """Length of its shortest chunk; None where it takes songs whole, or does not run in the engine."""
    longest_seconds: float | None = None
    """Longest chunk that it can take; None without a bound."""
    overlap: float | None = None
    """Its own share of a chunk that the next one covers again."""
    wiener_iterations: int | None = None
    """Its own iterations of the Wiener filter; None where it refuses the filter."""

    @property
    def separates_songs(self) -> bool:
        """Whether it gives all four stems."""
        return set(STEMS) <= set(self.stems)


def usable_models(names: Sequence[str], *, random_weights: bool = False) -> tuple[str, ...]:
    """Return which models can run here, told by their rows' names; what is left out is told in one line of the log.

    Args:
        names: Names or aliases; none for all that are ready and give all four stems.
        random_weights: Take models whose weight files are not here, too.

    Raises:
        UnknownModelError: No model has this name.
        TuningError: None can run.
    """
    whole = (name for name in list_models() if name != FLOOR and set(STEMS) <= set(model_entry(name).stems))
    wanted = [model_entry(name) for name in names or whole]
    states = {entry.name: readiness(entry) for entry in wanted}
    usable = tuple(name for name, state in states.items() if _is_usable(state, random_weights=random_weights))
    absent = [name for name in states if name not in usable]
    if absent and names:
        logger.warning(
            "Left out, because something of theirs is not here: %s. `mdx models fetch %s` gets weights.",
            *(", ".join(f"{name} ({states[name]})" for name in absent), " ".join(absent)),
        )
    elif absent:
        logger.warning("%d models are left out, whose weights are not here: see `mdx models fetch`.", len(absent))
    if not usable:
        raise TuningError(
            f"At least one model must have its weights here. Got none of {', '.join(states)}. "
            "Run `mdx models fetch` for one of them, or name another one with --model."
        )
    return usable


def facts_of(name: str, *, random_weights: bool = False) -> ModelFacts:
    """Look at a model's networks.

    Args:
        name: Of the model.
        random_weights: Build them without weight files.

    Raises:
        UnknownModelError: No model has this name.
        ModelError: It cannot be built here.
    """
    entry = model_entry(name)
    if not entry.runs_in_engine:
        return ModelFacts(entry.name, entry.stems, runs_in_engine=False)
    bag: Bag = build_model(entry.name, BuildOptions(torch.device("cpu"), random_weights=random_weights))
    filters = all(isinstance(member.network, MagnitudeNetwork) for member in bag.members)
    return ModelFacts(
        entry.name,
        entry.stems,
        runs_in_engine=True,
        segment_seconds=_shortest((member.segment_samples for member in bag.members), bag.sample_rate),
        longest_seconds=_shortest((member.longest_samples for member in bag.members), bag.sample_rate),
        overlap=min(member.overlap for member in bag.members),
        wiener_iterations=bag.wiener.iterations if filters else None,
    )


def _is_usable(state: str, *, random_weights: bool) -> bool:
    return state == READY or (random_weights and state.startswith("downloads"))


def _shortest(lengths: Iterable[int | None], sample_rate: int) -> float | None:
    known = [length for length in lengths if length is not None]
    return min(known) / sample_rate if known else None
