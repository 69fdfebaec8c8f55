"""A thread that does one job after the other, and that no program has to wait for at its end.

The pools of the standard library are joined at exit, so a call that never returns would keep the program for ever. A
thread that is in the middle of a network's call when Python ends may crash it, so the end is put off for a while.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

LONGEST_WAIT_SECONDS = 30.0
"""At exit, for the job that is under way."""


class Worker:
    """A thread and its queue."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def submit(self, job: Callable[[], Any]) -> Future[Any]:
        """Queue a job; the future gets what it returns or raises, and cancels it as long as it waits."""
        future: Future[Any] = Future()
        self._jobs.put((future, job))
        return future

    def stop(self) -> None:
        """End after the jobs that are queued; wait for that a while, not for ever."""
        self._jobs.put(None)
        self._thread.join(LONGEST_WAIT_SECONDS)

    def _work(self) -> None:
        while (queued := self._jobs.get()) is not None:
            future, job = queued
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001  # Whoever waits for the future raises it.
                future.set_exception(error)
            # Nothing of the last song is kept while the next one is waited for.
            del queued, future, job
