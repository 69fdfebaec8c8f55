"""Start predict.py in a child process, watch it, and stop it for real when it breaks a limit.

A signal handler inside the process cannot stop C code, nor code that swallows exceptions, so the clock and the kill are
here, outside: SIGKILL to the process group and to everything else that carries this run's mark in its environment
(forks that left the group). Resident memory is sampled over the process tree; a limit on the address space instead
would break CUDA builds, which reserve far more than they use.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

POLL_SECONDS = 0.05
IDLE_SECONDS = 60.0
"""How long the process may do nothing that the contract knows (between songs, after the last one)."""
LOG_LIMIT_BYTES = 10_000_000
RUN_MARK = "MDX_EVALUATOR_RUN"


@dataclass(frozen=True)
class ChildOptions:
    """What one child process gets and may use."""

    predict_path: Path
    data_folder: Path
    """The folder with the songs that it shall separate."""
    results_folder: Path
    """Where it shall write."""
    log_path: Path
    """Where its output goes."""
    setup_limit_seconds: float
    song_limits_seconds: dict[str, float]
    """Song name -> limit, for every song of `data_folder`."""
    memory_limit_bytes: int | None = None
    cpus: int | None = None
    cut_network: bool = True


@dataclass
class SongPhase:
    """One song as the parent saw it."""

    name: str
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    failure: str | None = None


@dataclass
class ChildReport:
    """What one child process did."""

    setup_seconds: float | None = None
    """From the start of the process to the end of prediction_setup(), or None when it never ended."""
    songs: list[SongPhase] = field(default_factory=list)
    """Songs that were begun, in order; only the last can have failed by the end of the process."""
    peak_memory_bytes: int = 0
    network: str = "open"
    network_attempts: list[str] = field(default_factory=list)
    failure: str | None = None
    """Why the run as a whole ended early, or None."""


def run_child(options: ChildOptions, report: ChildReport, on_song: Callable[[SongPhase], None]) -> None:
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
    try:
        with options.log_path.open("wb", buffering=0) as log:
            process = subprocess.Popen(
                _command(options, write_end),
                env=_environment(options, mark),
                cwd=options.predict_path.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(write_end,),
                start_new_session=True,
            )
            os.close(write_end)
            assert process.stdout is not None  # it is a pipe
            copier = threading.Thread(target=_copy_output, args=(process.stdout, log), daemon=True)
            copier.start()
            try:
                _Watch(process, read_end, options, report, on_song).until_end()
            finally:
                kill_marked(mark, process.pid)
                process.wait()
                copier.join(timeout=5)
    finally:
        os.close(read_end)


def kill_marked(mark: str, leader: int) -> None:
    """Kill a child's process group, and every process that carries the run's mark."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(RUN_MARK) == mark:
                process.kill()


def over_time(seconds: float, limit_seconds: float) -> str:
    """Say that a song took too long, whoever stopped it."""
    return f"Over the time limit: stopped after {seconds:.2f} s of {limit_seconds:.2f} s."


def tail(log_path: Path, lines: int = 12) -> str:
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
    search_path = [str(Path(__file__).resolve().parent.parent), environment.get("PYTHONPATH", "")]
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
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(options.cpus))
    return environment


def _copy_output(source: IO[bytes], log: IO[bytes]) -> None:
    """Copy output to the log up to a limit, and go on reading past it so that the child never blocks."""
    written = 0
    while block := source.read1(65536):  # type: ignore[attr-defined]  # a buffered pipe has read1
        # A full disk, or a log closed because a stray grandchild held the pipe open, must not stop the reading.
        with contextlib.suppress(OSError, ValueError):
            log.write(block[: max(0, LOG_LIMIT_BYTES - written)])
        written += len(block)


class _Watch:
    """Follows one child: its events, its clock, its memory."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipe: int,
        options: ChildOptions,
        report: ChildReport,
        on_song: Callable[[SongPhase], None],
    ) -> None:
        os.set_blocking(pipe, False)
        self._process = process
        self._pipe = pipe
        self._options = options
        self._report = report
        self._on_song_done = on_song
        self._unread = b""
        self._started = time.monotonic()
        self._phase_started: float | None = None
        self._quiet_since = self._started
        self._setup_done = False
        self._finished_cleanly = False
        self._memory_now = 0

    def until_end(self) -> None:
        """Watch until the process ends by itself or is found to break a limit (the caller kills it)."""
        while self._process.poll() is None:
            self._take_events()
            self._sample_memory()
            broken = self._broken_limit()
            if broken:
                self._fail(broken)
                return
            time.sleep(POLL_SECONDS)
        self._take_events()
        if not self._finished_cleanly:
            code = self._process.returncode
            cause = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            self._fail(f"The process ended early ({cause}).")

    @property
    def _song(self) -> SongPhase | None:
        """The song that runs now."""
        return self._report.songs[-1] if self._setup_done and self._phase_started and self._report.songs else None

    def _take_events(self) -> None:
        handlers = {
            "phase_started": self._on_phase_started,
            "song": self._on_song,
            "phase_finished": self._on_phase_finished,
            "running": self._on_running,
            "success": self._on_success,
            "error": self._on_error,
            "network": self._on_network,
            "network_attempt": self._on_network_attempt,
        }
        for event in self._new_events():
            handlers[event["event"]](event)

    def _new_events(self) -> Iterator[dict[str, Any]]:
        with contextlib.suppress(BlockingIOError):
            while block := os.read(self._pipe, 65536):
                self._unread += block
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            yield json.loads(line)

    def _on_phase_started(self, event: dict[str, Any]) -> None:
        self._phase_started = event["time"]
        if self._setup_done:
            waiting = [name for name in self._options.song_limits_seconds if name not in self._begun()]
            name = waiting[0] if waiting else "unknown"
            self._report.songs.append(SongPhase(name, failure="The song was interrupted."))

    def _on_song(self, event: dict[str, Any]) -> None:
        song = self._song
        if song is not None and event["name"] in self._options.song_limits_seconds:
            song.name = event["name"]

    def _on_phase_finished(self, event: dict[str, Any]) -> None:
        song = self._song
        self._quiet_since = time.monotonic()
        if song is not None and self._phase_started is not None:
            song.seconds = event["time"] - self._phase_started
            song.peak_memory_bytes = max(song.peak_memory_bytes, event["peak_memory_bytes"])
            limit = self._limit_of(song)
            song.failure = over_time(song.seconds, limit) if song.seconds > limit else event["failure"]
            self._on_song_done(song)
        elif event["failure"] and not event["failure"].startswith("NotImplementedError"):
            self._report.failure = event["failure"]
        self._report.peak_memory_bytes = max(self._report.peak_memory_bytes, event["peak_memory_bytes"])
        self._phase_started = None

    def _on_running(self, event: dict[str, Any]) -> None:
        self._setup_done = True
        self._quiet_since = time.monotonic()
        self._report.setup_seconds = event["time"] - self._started

    def _on_success(self, event: dict[str, Any]) -> None:
        self._finished_cleanly = True
        self._quiet_since = time.monotonic()

    def _on_error(self, event: dict[str, Any]) -> None:
        self._quiet_since = time.monotonic()

    def _on_network(self, event: dict[str, Any]) -> None:
        self._report.network = event["held_by"]

    def _on_network_attempt(self, event: dict[str, Any]) -> None:
        if event["message"] not in self._report.network_attempts:
            self._report.network_attempts.append(event["message"])

    def _begun(self) -> set[str]:
        return {song.name for song in self._report.songs}

    def _limit_of(self, song: SongPhase) -> float:
        """Give a song's limit; one that was never offered gets the longest."""
        limits = self._options.song_limits_seconds
        return limits.get(song.name, max(limits.values()))

    def _broken_limit(self) -> str | None:
        """Say which limit is broken now, as a sentence, or None."""
        now = time.monotonic()
        limit, memory = self._options.setup_limit_seconds, self._options.memory_limit_bytes
        if memory and self._memory_now > memory:
            return f"Over the memory limit: {self._memory_now / 1e9:.2f} GB of {memory / 1e9:.2f} GB."
        if not self._setup_done:
            return f"The set-up took longer than {limit:g} s." if now - self._started > limit else None
        song = self._song
        if song is None or self._phase_started is None:
            idle = now - self._quiet_since > IDLE_SECONDS
            return f"The process did nothing for {IDLE_SECONDS:g} s and did not end." if idle else None
        limit = self._limit_of(song)
        seconds = now - self._phase_started
        return over_time(seconds, limit) if seconds > limit else None

    def _sample_memory(self) -> None:
        self._memory_now = 0
        with contextlib.suppress(psutil.Error):
            leader = psutil.Process(self._process.pid)
            for process in [leader, *leader.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    self._memory_now += process.memory_info().rss
        self._report.peak_memory_bytes = max(self._report.peak_memory_bytes, self._memory_now)
        if self._song is not None:
            self._song.peak_memory_bytes = max(self._song.peak_memory_bytes, self._memory_now)

    def _fail(self, reason: str) -> None:
        """Blame the song that runs now, else the run."""
        song = self._song
        if song is not None and self._phase_started is not None:
            song.seconds = time.monotonic() - self._phase_started
            song.failure = reason
            self._on_song_done(song)
        elif not any(begun.failure for begun in self._report.songs):
            self._report.failure = self._report.failure or reason
