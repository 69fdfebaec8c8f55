"""What runs inside the process that executes predict.py, as the grader would run it.

`python -m evaluator.child OPTIONS` prepares the process (CPU count, no network), wraps the contract so that the phases
of the run are reported as JSON lines on a pipe, and executes predict.py as `__main__`. The contract file itself stays
free of it: the wrapping works the same with the original kit's files in its place.

Events: {"event": "phase_started" | "phase_finished" | "song" | "running" | "success" | "error" | "network" |
"network_attempt", "time": monotonic seconds, ...}.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import runpy
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from evaluator.network_guard import cut_network


class Reporter:
    """Writes events to the pipe of the parent process."""

    def __init__(self, pipe: int) -> None:
        """Take the pipe's file descriptor, and keep it from programs that predict.py starts."""
        os.set_inheritable(pipe, False)
        self._pipe = pipe
        self._process = os.getpid()

    def report(self, event: str, **details: Any) -> None:
        """Send one event; a fork of this process stays silent."""
        if os.getpid() == self._process:
            line = json.dumps({"event": event, "time": time.monotonic(), **details})
            os.write(self._pipe, line.encode() + b"\n")


def wrap_contract(contract: ModuleType, helpers: ModuleType, report: Callable[..., None]) -> None:
    """Make the contract report its phases: every outermost `time_limit` block is one phase.

    Args:
        contract: The module `evaluator.music_demixing`, ours or the original.
        helpers: The module `evaluator.aicrowd_helpers`, ours or the original.
        report: Called with the event's name and its details.
    """
    contract.time_limit = _reporting_time_limit(contract.time_limit, report)  # type: ignore[attr-defined]
    for event in ("running", "success", "error"):
        name = f"execution_{event}"
        setattr(helpers, name, _reporting_call(getattr(helpers, name), event, report))
    predictor = contract.MusicDemixingPredictor
    locate = predictor.get_music_file_location

    def reporting_locate(self: Any, music_name: str, instrument: str | None = None) -> str:
        if instrument is None:
            report("song", name=music_name)
        return str(locate(self, music_name, instrument))

    predictor.get_music_file_location = reporting_locate


def _reporting_time_limit(original: Callable[[int], Any], report: Callable[..., None]) -> Callable[[int], Any]:
    depth = 0

    @contextmanager
    def time_limit(seconds: int) -> Iterator[None]:
        nonlocal depth
        depth += 1
        failure = None
        if depth == 1:
            _reset_peak_memory()
            report("phase_started")
        try:
            with original(seconds):
                yield
        except BaseException as error:
            failure = f"{type(error).__name__}: {error}"
            raise
        finally:
            depth -= 1
            if depth == 0:
                report("phase_finished", failure=failure, peak_memory_bytes=_peak_memory_bytes())

    return time_limit


def _reporting_call(original: Callable[..., None], event: str, report: Callable[..., None]) -> Callable[..., None]:
    def call(*arguments: Any) -> None:
        report(event)
        original(*arguments)

    return call


def _reset_peak_memory() -> None:
    """Let the kernel's peak start anew (Linux), so that each song has its own."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_memory_bytes() -> int:
    """Read the peak resident memory since the last reset, or since the start where there is no reset."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kibibytes) * 1024


def main() -> None:
    """Prepare the process and execute predict.py in it."""
    parser = argparse.ArgumentParser(description="Executes predict.py for the local evaluator.")
    parser.add_argument("predict", type=Path)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--cpus", type=int)
    parser.add_argument("--cut-network", action="store_true")
    options = parser.parse_args()

    reporter = Reporter(options.events)
    if options.cpus and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cpus])
    if options.cut_network:
        held_by = cut_network(lambda message: reporter.report("network_attempt", message=message))
        reporter.report("network", held_by=held_by)

    sys.argv = [str(options.predict)]
    sys.path[0] = str(options.predict.resolve().parent)
    wrap_contract(
        importlib.import_module("evaluator.music_demixing"),
        importlib.import_module("evaluator.aicrowd_helpers"),
        reporter.report,
    )
    runpy.run_path(str(options.predict), run_name="__main__")


if __name__ == "__main__":
    main()
