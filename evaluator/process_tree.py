"""All processes below one: what they hold in memory, and how to kill every one of them.

The process at the top (`evaluator.child`) makes itself the adopter of orphans (Linux's child subreaper), so a daemon
that left its group and session still stands in this tree. Where that does not exist, or the top was killed, processes
are found by a mark in their environment.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

RUN_MARK = "MDX_EVALUATOR_RUN"
"""Name of the environment variable that marks the processes of one run."""
KILL_SECONDS = 5.0
_FAST_PASSES = 300


def descendants(top: int) -> list[psutil.Process]:
    """List the living processes below `top`, without it."""
    try:
        found = psutil.Process(top).children(recursive=True)
    except psutil.Error:
        return []
    return [process for process in found if _is_alive(process)]


def resident_bytes(top: int, limit_bytes: int | None = None) -> int:
    """Sum the resident memory of the processes below `top`.

    Pages that forks share are counted once for each of them. Only where that sum passes the limit are they counted
    proportionally, because that takes the kernel much longer.
    """
    processes = descendants(top)
    total = sum(_resident_bytes(process) for process in processes)
    if limit_bytes is not None and total > limit_bytes:
        return sum(_proportional_bytes(process) for process in processes)
    return total


def kill_tree(top: int, mark: str) -> None:
    """Kill every process below `top`, then `top` itself, then whatever else carries the mark."""
    give_up = time.monotonic() + KILL_SECONDS
    while time.monotonic() < give_up:
        adopted = _kill_adopted(top)
        alive = descendants(top)
        if not alive and not adopted:
            break
        for process in alive:
            with contextlib.suppress(psutil.Error):
                process.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(top, signal.SIGKILL)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(RUN_MARK) == mark:
                process.kill()


def _kill_adopted(top: int) -> bool:
    """Kill direct children again and again, fast: one that forks and leaves at once is gone before a full scan.

    Returns:
        Whether there was any.
    """
    children = Path(f"/proc/{top}/task/{top}/children")
    seen = False
    with contextlib.suppress(OSError):
        for _ in range(_FAST_PASSES):
            pids = children.read_text().split()
            if not pids:
                break
            seen = True
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
    return seen


def _is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _resident_bytes(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _proportional_bytes(process: psutil.Process) -> int:
    """Read a process's memory, a page that n processes share counted as a n-th (Linux; elsewhere as a whole)."""
    with contextlib.suppress(psutil.Error):
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", memory.rss))
    return 0
