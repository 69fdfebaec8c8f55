"""Make the contract report its phases as JSON lines on a pipe, without a change to its files.

Every outermost `time_limit` block is one phase: the set-up, then each song. The functions are wrapped where the
contract looks them up, so the original kit's files report as ours do.

Events: {"event": "phase_started" | "song" | "phase_finished" | "running" | "success" | "error" | "network" |
"network_attempt" | "exited", "time": monotonic seconds, ...}.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

_HIGH_DESCRIPTOR = 500


class Reporter:
    """Writes events to the pipe of the evaluator; only the process that made it does."""

    def __init__(self, pipe: int) -> None:
        # A high number survives programs that close the low ones; no program that predict.py starts inherits it.
        with contextlib.suppress(OSError, ValueError):
            pipe = fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
        self._pipe = pipe
        self._process = os.getpid()

    def report(self, event: str, **details: Any) -> None:
        """Send one event; a fork stays silent, and a closed pipe is no reason to fail."""
        if os.getpid() != self._process:
            return
        line = json.dumps({"event": event, "time": time.monotonic(), **details})
        with contextlib.suppress(OSError):
            os.write(self._pipe, line.encode() + b"\n")


def wrap_contract(contract: ModuleType, helpers: ModuleType, report: Callable[..., None]) -> None:
    """Make the contract report its phases.

    Args:
        contract: The module `evaluator.music_demixing`, ours or another of the same interface.
        helpers: The module `evaluator.aicrowd_helpers` that goes with it.
        report: Called with the event's name and its details.
    """
    contract.time_limit = reporting_time_limit(contract.time_limit, report)  # type: ignore[attr-defined]
    for event in ("running", "success", "error"):
        name = f"execution_{event}"
        setattr(helpers, name, _reporting_call(getattr(helpers, name), event, report))
    predictor = contract.MusicDemixingPredictor
    if not hasattr(predictor, "get_music_file_location"):
        return
    locate = predictor.get_music_file_location

    def reporting_locate(self: Any, music_name: str, instrument: str | None = None) -> str:
        if instrument is None:
            report("song", name=music_name)
        return str(locate(self, music_name, instrument))

    predictor.get_music_file_location = reporting_locate


def reporting_time_limit(original: Callable[[int], Any], report: Callable[..., None]) -> Callable[[int], Any]:
    """Wrap a context manager so that each of its outermost blocks is reported as one phase."""
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
            failure = f"{type(error).__name__}: {error}"[:2000]
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
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_memory_bytes() -> int:
    """Read the peak resident memory since the last reset, or since the start where there is no reset."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
