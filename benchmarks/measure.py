"""Run a function in a fresh process and measure its time and peak memory: runs cannot help or hurt each other."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


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
        EOFError: One failed.
    """
    runs = [_run_once(function, arguments, limit_seconds) for _ in range(repeats)]
    return Measurement(
        seconds=statistics.median(run[0] for run in runs),
        peak_bytes=max(run[1] for run in runs),
        extra_bytes=max(run[1] - run[2] for run in runs),
        result=runs[-1][3],
    )


def _run_once(
    function: Callable[..., Any], arguments: tuple[Any, ...], limit_seconds: float | None
) -> tuple[float, int, int, Any]:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sender, function, arguments))
    process.start()
    sender.close()
    if not receiver.poll(limit_seconds):
        process.kill()
        process.join()
        raise TimeoutError(f"A run must end within {limit_seconds} s. Allow more, or measure less.")
    report = receiver.recv()
    process.join()
    return report


def _report(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """In the new process, where unpickling `function` has done the imports: measure one call."""
    before_bytes = peak_bytes_so_far()
    started = time.perf_counter()
    result = function(*arguments)
    seconds = time.perf_counter() - started
    sender.send((seconds, peak_bytes_so_far(), before_bytes, result))


def peak_bytes_so_far() -> int:
    """Read the kernel's peak of this process's own memory (Linux); getrusage would carry over the parent's peak."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024
