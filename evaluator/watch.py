"""Follow one child process from outside: its events, its clock, its memory; say when it breaks a limit."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluator.process_tree import resident_bytes

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.05
IDLE_SECONDS = 60.0
"""How long the process may do nothing that the contract knows (between songs, after the last one)."""
LONGEST_EVENT_BYTES = 65_536
INTERRUPTED = "The song was interrupted."


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
    exit_code: int | None = None
    """With which it ended by itself; negative for a signal, None where it was stopped."""


class Watch:
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
        self._quiet_since = self._started
        self._phase_started: float | None = None
        self._song_is_named = False
        self._setup_done = False
        self._finished_cleanly = False
        self._exit_code: int | None = None
        self._memory_bytes = 0
        self._handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "phase_started": self._on_phase_started,
            "song": self._on_song,
            "phase_finished": self._on_phase_finished,
            "running": self._on_running,
            "success": self._on_success,
            "error": self._on_error,
            "network": self._on_network,
            "network_attempt": self._on_network_attempt,
            "exited": self._on_exited,
        }

    def until_end(self) -> None:
        """Watch until the process ends by itself or is found to break a limit (the caller kills it)."""
        while self._exit_code is None and self._process.poll() is None:
            self.take_events()
            self._sample_memory()
            broken = self._broken_limit()
            if broken:
                self._fail(broken)
                return
            time.sleep(POLL_SECONDS)
        self.take_events()
        # Without its report of an exit code the supervisor itself was killed, or there is none.
        self._report.exit_code = code = self._process.returncode if self._exit_code is None else self._exit_code
        if not self._finished_cleanly:
            cause = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            self._fail(f"The process ended early ({cause}).")

    @property
    def _song(self) -> SongPhase | None:
        """The song that runs now."""
        return self._report.songs[-1] if self._setup_done and self._phase_started and self._report.songs else None

    def take_events(self) -> None:
        """Read what the child reported since the last time."""
        for event in self._new_events():
            try:
                self._handlers[event["event"]](event)
            except (KeyError, TypeError, AttributeError):
                logger.warning("The submission wrote to the evaluator's pipe: %.200r is no event.", event)

    def _new_events(self) -> Iterator[dict[str, Any]]:
        with contextlib.suppress(BlockingIOError):
            while block := os.read(self._pipe, 65536):
                self._unread += block
        *lines, unread = self._unread.split(b"\n")
        self._unread = unread[-LONGEST_EVENT_BYTES:]
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                logger.warning("The submission wrote to the evaluator's pipe: %.200r is no event.", line)

    def _on_phase_started(self, event: dict[str, Any]) -> None:
        self._phase_started = event["time"]
        self._song_is_named = False
        if self._setup_done:
            begun = {song.name for song in self._report.songs}
            waiting = [name for name in self._options.song_limits_seconds if name not in begun]
            name = waiting[0] if waiting else "unknown"
            self._report.songs.append(SongPhase(name, failure=INTERRUPTED))

    def _on_song(self, event: dict[str, Any]) -> None:
        """Take the name of the song: the first that the contract looks up in a phase."""
        song = self._song
        if song is not None and not self._song_is_named and event["name"] in self._options.song_limits_seconds:
            song.name = event["name"]
            self._song_is_named = True

    def _on_phase_finished(self, event: dict[str, Any]) -> None:
        song = self._song
        self._quiet_since = time.monotonic()
        if song is not None and self._phase_started is not None:
            song.seconds = event["time"] - self._phase_started
            song.peak_memory_bytes = max(song.peak_memory_bytes, event["peak_memory_bytes"])
            song.failure = self._broken_by(song, event["peak_memory_bytes"]) or event["failure"]
            self._on_song_done(song)
        elif event["failure"] and not event["failure"].startswith("NotImplementedError"):
            self._report.failure = event["failure"]
        self._report.peak_memory_bytes = max(self._report.peak_memory_bytes, event["peak_memory_bytes"])
        self._phase_started = None

    def _broken_by(self, song: SongPhase, own_peak_bytes: int) -> str | None:
        """Say which limit a song broke that ended by itself, between two looks of the parent."""
        limit, memory = self._limit_of(song), self._options.memory_limit_bytes
        if song.seconds > limit:
            return _over_time(song.seconds, limit)
        return _over_memory(own_peak_bytes, memory) if memory and own_peak_bytes > memory else None

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

    def _on_exited(self, event: dict[str, Any]) -> None:
        self._exit_code = event["code"]

    def _limit_of(self, song: SongPhase) -> float:
        """Give a song's limit; one that was never offered gets the longest."""
        limits = self._options.song_limits_seconds
        return limits.get(song.name, max(limits.values()))

    def _broken_limit(self) -> str | None:
        """Say which limit is broken now, as a sentence, or None."""
        now = time.monotonic()
        memory = self._options.memory_limit_bytes
        if memory and self._memory_bytes > memory:
            return _over_memory(self._memory_bytes, memory)
        if not self._setup_done:
            limit = self._options.setup_limit_seconds
            return f"The set-up took longer than {limit:g} s." if now - self._started > limit else None
        song = self._song
        if song is None or self._phase_started is None:
            idle = now - self._quiet_since > IDLE_SECONDS
            return f"The process did nothing for {IDLE_SECONDS:g} s and did not end." if idle else None
        seconds, limit = now - self._phase_started, self._limit_of(song)
        return _over_time(seconds, limit) if seconds > limit else None

    def _sample_memory(self) -> None:
        self._memory_bytes = resident_bytes(self._process.pid, self._options.memory_limit_bytes)
        self._report.peak_memory_bytes = max(self._report.peak_memory_bytes, self._memory_bytes)
        if self._song is not None:
            self._song.peak_memory_bytes = max(self._song.peak_memory_bytes, self._memory_bytes)

    def _fail(self, reason: str) -> None:
        """Blame the song that runs now, else the run."""
        song = self._song
        if song is not None and self._phase_started is not None:
            song.seconds = time.monotonic() - self._phase_started
            song.failure = reason
            self._on_song_done(song)
        elif not any(begun.failure for begun in self._report.songs):
            self._report.failure = self._report.failure or reason


def _over_time(seconds: float, limit_seconds: float) -> str:
    """Say that a song took too long, whoever stopped it."""
    return f"Over the time limit: stopped after {seconds:.2f} s of {limit_seconds:.2f} s."


def _over_memory(used_bytes: int, limit_bytes: int) -> str:
    return f"Over the memory limit: {used_bytes / 1e9:.2f} GB of {limit_bytes / 1e9:.2f} GB."
