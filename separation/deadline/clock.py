"""When a song must be done: the limit, counted from where the grader starts its clock, less a reserve."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NO_LIMIT = math.inf
LATENCY_CAUTION = 3.0
"""How much later than at worst in the set-up a waiting thread may wake up."""
MOST_WAKING_SHARE = 0.1
"""Of a limit: one hiccup in the set-up must not cost every song more."""
LEAST_RESERVE_SECONDS = 0.2
"""Twice what waking up and handing in took at worst on two processors with nine programs that wanted them."""


@dataclass(frozen=True)
class Deadline:
    """A moment that must not be passed."""

    started: float
    """When the grader's clock began."""
    limit_seconds: float
    """What the grader allows."""
    reserve_seconds: float = 0.0
    """What is kept for handing back."""
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def with_margin(
        cls, started: float, limit_seconds: float, margin: float, latency_seconds: float = 0.0, **others: Any
    ) -> Deadline:
        """Return a deadline with a share of the limit in reserve.

        Args:
            started: When the grader's clock began.
            limit_seconds: What it allows; may be NO_LIMIT.
            margin: Share of the limit that is kept free.
            latency_seconds: How late a waiting thread was; the reserve is at least some times as much.
            others: Fields of the deadline.
        """
        share = margin * limit_seconds if limit_seconds < NO_LIMIT else 0.0
        waking = min(LATENCY_CAUTION * latency_seconds, MOST_WAKING_SHARE * limit_seconds)
        reserve = max(share, waking, LEAST_RESERVE_SECONDS)
        return cls(started, limit_seconds, reserve, **others)

    @property
    def ends(self) -> float:
        """When to stop, by `clock`."""
        return self.started + self.limit_seconds - self.reserve_seconds

    def elapsed_seconds(self) -> float:
        """Return the time since the start."""
        return self.clock() - self.started

    def remaining_seconds(self) -> float:
        """Return the time until the end; negative once it has passed."""
        return self.ends - self.clock()
