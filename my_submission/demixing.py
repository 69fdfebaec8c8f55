"""The core of the submission: plan to guard, song to four valid stems in time. Both adapters call it.

Whatever a model returns is checked before it replaces the fallback, a quarter of the mixture: a grader scores what it
is given, all four stems, the mixture's exact length, finite. Samples outside [-1, 1] are clamped: the true stems lie
inside, and the nearest point of a convex set that holds the truth is never further from it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from audio import Stems, write_audio
from separation.deadline.clock import Deadline
from separation.deadline.guard import DeadlineGuard, Outcome
from separation.host_memory import keep_freed_memory
from separation.plan import Plan

PLAN_PATH = Path(__file__).parent / "plan.yaml"

logger = logging.getLogger(__name__)


def set_up_guard(plan: Plan, deadline: Deadline) -> DeadlineGuard:
    """Build what the plan names, and what helps where time is short.

    Args:
        plan: What separates.
        deadline: When the set-up must be done.

    Raises:
        ValueError: Weights are missing or damaged, or the plan cannot be made.
        Exception: Whatever stops the model from separating noise.
    """
    keep_freed_memory()
    guard = DeadlineGuard(plan)
    guard.set_up(deadline)
    logger.info("'%s' is ready after %.1f s.", plan.title, deadline.elapsed_seconds())
    return guard


def log_outcome(outcome: Outcome, subject: str, deadline: Deadline) -> None:
    """Say what became of a song, and in its line of what was dropped, what to do."""
    took = f"{outcome.seconds:.1f} s of {deadline.limit_seconds:.1f} s"
    if outcome.complete:
        logger.info("Separated %s in %s.", subject, took)
    elif outcome.errors:
        logger.error("FALLBACK: %s is %s, after %s. %s", subject, outcome.text(), took, " ".join(outcome.errors))
    else:
        logger.warning("GUARD: %s is %s, after %s. %s", subject, outcome.text(), took, outcome.reason)


def write_stems(stems: Stems, sample_rate: int, folder: Path, encoding: str) -> None:
    """Write `<stem>.wav` for each stem, each file whole or not at all.

    Raises:
        OSError: A file cannot be written.
    """
    for stem, samples in stems.items():
        write_audio(folder / f"{stem}.wav", samples, sample_rate, encoding)
