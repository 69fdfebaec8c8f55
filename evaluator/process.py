"""Start predict.py in a child process, watch it, and stop it for real when it breaks a limit.

A signal handler inside the process cannot stop C code, nor code that swallows exceptions, so the clock and the kill are
here, outside. A limit on the address space would break CUDA builds, which reserve far more than they use; resident
memory is watched instead.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from evaluator.process_tree import RUN_MARK, kill_tree
from evaluator.watch import ChildOptions, ChildReport, SongPhase, Watch

LOG_LIMIT_BYTES = 10_000_000
_ROOT = Path(__file__).resolve().parent.parent

OnSong = Callable[[SongPhase], None]


@dataclass(frozen=True)
class Launch:
    """How a process is started that is to be watched."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    """Its working directory."""
    mark: str
    """Value of `RUN_MARK` in its environment."""
    descriptors: tuple[int, ...] = ()
    """File descriptors that it inherits; they are closed here as soon as it runs."""


def run_child(options: ChildOptions, report: ChildReport, on_song: OnSong) -> None:
    """Execute predict.py over the offered songs, until it ends or breaks a limit.

    Args:
        options: What the process gets and may use.
        report: Filled while the process runs, so that an interruption keeps what is known.
        on_song: Called with each song whose prediction ended, well or not.

    Raises:
        OSError: The process cannot be started or its log not be written.
    """
    mark = uuid.uuid4().hex
    read_end, write_end = os.pipe()
    launch = Launch(_command(options, write_end), _environment(options, mark), _ROOT, mark, (write_end,))
    try:
        run_watched(launch, read_end, options, report, on_song)
    finally:
        os.close(read_end)


def run_watched(launch: Launch, events: int, options: ChildOptions, report: ChildReport, on_song: OnSong) -> None:
    """Start a process, watch it until it ends or breaks a limit, and leave nothing of it alive.

    Args:
        launch: What is started.
        events: Descriptor from which the events are read that it, or what it starts, reports.
        options: As for `run_child`.
        report: The same.
        on_song: The same.
    """
    with options.log_path.open("wb", buffering=0) as log:
        try:
            process = subprocess.Popen(
                launch.command,
                env=launch.environment,
                cwd=launch.folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=launch.descriptors,
                start_new_session=True,
            )
        finally:
            for descriptor in launch.descriptors:
                os.close(descriptor)
        assert process.stdout is not None  # it is a pipe
        copier = threading.Thread(target=_copy_output, args=(process.stdout, log), daemon=True)
        copier.start()
        watch = Watch(process, events, options, report, on_song)
        try:
            watch.until_end()
        finally:
            kill_tree(process.pid, launch.mark)
            process.wait()
            copier.join(timeout=5)
            # An interruption must not lose a song that had just ended.
            watch.take_events()


def count_cpus() -> int:
    """Count the CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_tail(log_path: Path, lines: int = 12) -> str:
    """Read the last lines of a log; the program under test may have removed it."""
    if not log_path.is_file():
        return "(its log is gone)"
    text = log_path.read_bytes()[-20_000:].decode("utf-8", errors="replace")
    return "\n".join(text.strip().splitlines()[-lines:])


def _command(options: ChildOptions, pipe: int) -> list[str]:
    command = [sys.executable, "-m", "evaluator.child", str(options.predict_path), "--events", str(pipe)]
    if options.cpus:
        command += ["--cpus", str(options.cpus)]
    if options.cut_network:
        command.append("--cut-network")
    return command


def _environment(options: ChildOptions, mark: str) -> dict[str, str]:
    """Make the environment that the grader would set, with songs and results where this run wants them."""
    ours = ("AICROWD_IS_GRADING", "PARTIAL_RUN_MUSIC_NAMES")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    search_path = [str(_ROOT), environment.get("PYTHONPATH", "")]
    longest = max(options.song_limits_seconds.values())
    environment |= {
        "TEST_DATASET_PATH": f"{options.data_folder}/",
        "RESULTS_DATASET_PATH": f"{options.results_folder}/",
        # The contract takes whole seconds only; the exact limits are kept by the parent.
        "INFERENCE_SETUP_TIMEOUT_SECONDS": str(-int(-options.setup_limit_seconds // 1)),
        "INFERENCE_PER_MUSIC_TIMEOUT_SECONDS": str(-int(-longest // 1)),
        "PYTHONPATH": os.pathsep.join(filter(None, search_path)),
        "PYTHONUNBUFFERED": "1",
        RUN_MARK: mark,
    }
    if options.cpus:
        threads = str(min(options.cpus, count_cpus()))
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    return environment


def _copy_output(source: IO[bytes], log: IO[bytes]) -> None:
    """Copy output to the log up to a limit, and go on reading past it so that the child never blocks."""
    written = 0
    while block := source.read1(65536):  # type: ignore[attr-defined]  # a buffered pipe has read1
        # A full disk, or a log closed because a stray grandchild held the pipe open, must not stop the reading.
        with contextlib.suppress(OSError, ValueError):
            log.write(block[: max(0, LOG_LIMIT_BYTES - written)])
        written += len(block)
