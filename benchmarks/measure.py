"""Time and peak memory of a function, each run in a fresh process: runs cannot help or hurt each other."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from separation.fresh_process import run_in_fresh_process


@dataclass(frozen=True)
class Measurement:
    """What one or more runs cost."""

    seconds: float
    """Median wall clock."""
    peak_bytes: int
    """Highest resident memory, of the whole process."""
    extra_bytes: int
    """The same beyond what the imports took."""
    result: Any
    """What the function returned."""


def measure(
    function: Callable[..., Any], *arguments: Any, repeats: int = 3, limit_seconds: float | None = None
) -> Measurement:
    """Call a module-level function `repeats` times, each in a new process.

    Raises:
        TimeoutError: One took longer than `limit_seconds`; it was ended.
        ProcessFailedError: One failed.
    """
    runs = [run_in_fresh_process(function, *arguments, limit_seconds=limit_seconds) for _ in range(repeats)]
    return Measurement(
        seconds=statistics.median(run.seconds for run in runs),
        peak_bytes=max(run.peak_bytes for run in runs),
        extra_bytes=max(run.peak_bytes - run.before_bytes for run in runs),
        result=runs[-1].result,
    )
