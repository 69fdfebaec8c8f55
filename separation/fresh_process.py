"""Run a function in a fresh process: its time and peak memory are its own, and a hang or a crash ends nothing else."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
"""Where Linux tells a process what it took."""


class ProcessFailedError(RuntimeError):
    """The function raised, or its process ended early; the message is the exception's."""


@dataclass(frozen=True)
class ProcessRun:
    """What one call took."""

    seconds: float
    """Wall clock of the call alone: starting the process and importing the function's module are not in it."""
    peak_bytes: int
    """Highest resident memory of the whole process."""
    before_bytes: int
    """The same before the call."""
    result: Any
    """What the function returned."""


def run_in_fresh_process(
    function: Callable[..., Any], *arguments: Any, limit_seconds: float | None = None
) -> ProcessRun:
    """Call a module-level function once, in a new process.

    Args:
        function: What is called; it, its arguments and its result must be picklable.
        arguments: What it is given.
        limit_seconds: How long the process may take, its start included; None waits for ever.

    Raises:
        TimeoutError: It took longer; it was ended.
        ProcessFailedError: The function raised, or the process ended early.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        if not receiver.poll(limit_seconds):
            raise TimeoutError(f"A run must end within {limit_seconds:g} s. Allow more, or measure less.")
        report = receiver.recv()
        process.join()
    except EOFError as error:
        process.join()
        raise ProcessFailedError(f"The process ended early (exit code {process.exitcode}).") from error
    finally:
        # Also where somebody presses Ctrl-C: nothing may go on unseen.
        process.kill()
        process.join()
        receiver.close()
    if isinstance(report, str):
        raise ProcessFailedError(report)
    return report


def peak_bytes_so_far() -> int:
    """Read the highest resident memory of this process until now.

    On Linux from the kernel's status file, because getrusage would carry over the parent's peak; on macOS it does not.
    """
    if STATUS.is_file():
        lines = STATUS.read_text(encoding="utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024
    unit_bytes = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit_bytes


def _report(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """In the new process, where unpickling `function` has done the imports: measure one call, send it or its error."""
    before_bytes = peak_bytes_so_far()
    started = time.perf_counter()
    try:
        result = function(*arguments)
    except (ValueError, OSError, RuntimeError, MemoryError) as error:
        sender.send(str(error) or type(error).__name__)
        return
    seconds = time.perf_counter() - started
    sender.send(ProcessRun(seconds, peak_bytes_so_far(), before_bytes, result))
