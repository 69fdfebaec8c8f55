"""What the local evaluator starts: a supervisor, and below it the process that executes predict.py as the grader would.

`python -m evaluator.child predict.py --events PIPE ...` forks. The upper process adopts orphans, so that nothing that
the submission forks can leave the tree, and reports how the lower one ended. The lower one prepares itself (CPU
count, no network), lets the contract report its phases, and executes predict.py as `__main__`.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import os
import runpy
import signal
import sys
from pathlib import Path
from typing import NoReturn

from evaluator.contract_events import Reporter, wrap_contract
from evaluator.network_guard import cut_network

# From Linux's <sys/prctl.h>.
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Supervise, and in a fork execute predict.py."""
    parser = argparse.ArgumentParser(description="Executes predict.py for the local evaluator.")
    parser.add_argument("predict", type=Path)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--cpus", type=int)
    parser.add_argument("--cut-network", action="store_true")
    options = parser.parse_args()

    reporter = fork_under_supervision(options.events, options.cpus)
    if options.cut_network:
        held_by = cut_network(lambda message: reporter.report("network_attempt", message=message))
        reporter.report("network", held_by=held_by)
    _execute(options.predict, reporter)


def fork_under_supervision(events: int, cpus: int | None) -> Reporter:
    """Fork: the upper process supervises and never returns, the lower one gets its CPUs.

    Args:
        events: Descriptor to which events go; it is closed, the reporter has a copy.
        cpus: How many processors everything below may use; None for all.

    Returns:
        In the lower process, what reports its events.
    """
    _set_process_option(_PR_SET_CHILD_SUBREAPER, 1)
    _set_process_option(_PR_SET_PDEATHSIG, signal.SIGKILL)
    worker = os.fork()
    if worker:
        _supervise(worker, Reporter(events))
    _set_process_option(_PR_SET_PDEATHSIG, signal.SIGKILL)
    reporter = Reporter(events)
    os.close(events)
    if cpus and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cpus])
    return reporter


def _supervise(worker: int, reporter: Reporter) -> NoReturn:
    """Reap whatever ends below, report the end of the worker, and stay until nothing is left (or the kill comes)."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == worker:
                reporter.report("exited", code=os.waitstatus_to_exitcode(status))
    os._exit(0)


def _execute(predict: Path, reporter: Reporter) -> None:
    """Run predict.py from its own folder, with the `evaluator` package that stands beside it, if one does."""
    folder = str(predict.resolve().parent)
    os.chdir(folder)
    sys.argv = [str(predict)]
    sys.path[0] = folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "evaluator"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    wrap_contract(
        importlib.import_module("evaluator.music_demixing"),
        importlib.import_module("evaluator.aicrowd_helpers"),
        reporter.report,
    )
    runpy.run_path(str(predict), run_name="__main__")


def _set_process_option(option: int, value: int) -> None:
    """Call prctl where there is one; elsewhere the evaluator finds processes by their mark."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
