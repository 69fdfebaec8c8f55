"""A wish to stop: taken from signals, shared by the processes of a run, acted on where nothing is lost.

A signal reaches a process, or all of them at once (Ctrl-C in a terminal), or one of them twice (torchrun hands on what
it gets itself). Processes that train together wait for each other, so none may stop alone: `agreed` is asked by all at
the same places. In between, where processes do work of their own for minutes, `seen` tells without waiting.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import lightning.pytorch as pl
import torch
from torch.distributed import TCPStore  # type: ignore[attr-defined]  # a documented name that __all__ leaves out

from training.errors import RunError

SAME_WISH_SECONDS = 1.0
"""Signals that come closer together than that are one wish."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_KEY = "stop"


class RunStopped(RunError):
    """The run was asked to stop, and a checkpoint holds it."""

    def __init__(self, message: str, signal_number: int) -> None:
        super().__init__(message)
        self.signal_number = signal_number


class StopRequest:
    """Takes the signals while it is listening.

    Before `work_begins` a signal interrupts at once: there is nothing to save. Later the first one is noted, and one
    that comes more than a second after it interrupts at once.
    """

    def __init__(self) -> None:
        self._number = 0
        self._noted_seconds = 0.0
        self._working = self._published = False
        self._store: TCPStore | None = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals, and put the handlers back that were there; what is ignored (nohup) stays so.

        Raises:
            KeyboardInterrupt: A signal interrupted; the argument is its number.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _SIGNALS}
        self._take_signals()
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def connect(self, trainer: pl.Trainer) -> None:
        """Let the processes of a run know of each other's wishes."""
        if trainer.world_size == 1:
            return
        host, server = os.environ["MASTER_ADDR"], None
        if trainer.is_global_zero:
            server = TCPStore(host, 0, is_master=True, wait_for_workers=False)
        port = trainer.strategy.broadcast(server.port if server else 0)
        self._store = server or TCPStore(host, port, is_master=False)

    def work_begins(self) -> None:
        """From now on a wish waits for a place where nothing is lost."""
        # Once more: Lightning has put a handler of its own in place for SIGTERM.
        if threading.current_thread() is threading.main_thread():
            self._take_signals()
        self._working = True

    def seen(self) -> bool:
        """Return whether some process is known to have been asked; asks nobody to wait."""
        if self._store is None:
            return bool(self._number)
        if self._number and not self._published:
            self._store.set(_KEY, str(self._number))
            self._published = True
        return bool(self._number) or self._store.check([_KEY])

    def agreed(self, trainer: pl.Trainer) -> int:
        """Return the number of the signal that some process got, or 0; all processes must ask together."""
        if trainer.world_size == 1:
            return self._number
        number = torch.tensor(self._number, device=trainer.strategy.root_device)
        return int(trainer.strategy.reduce(number, reduce_op="max"))

    def _take_signals(self) -> None:
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        asked, self._number = self._number, self._number or number
        if asked and now - self._noted_seconds < SAME_WISH_SECONDS:
            return
        self._noted_seconds = now
        if asked or not self._working:
            raise KeyboardInterrupt(number)


def leave_signals_to_the_trainer(worker: int) -> None:
    """Start a worker of a data loader, which ends when its trainer tells it to, not when others do.

    A terminal and a job's manager signal all processes at once; a worker that died of it would end the run.

    Args:
        worker: Its number.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    trainer = multiprocessing.parent_process()
    # Not on macOS: there is no way to learn who has sent a signal.
    if hasattr(signal, "sigwaitinfo") and trainer is not None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        threading.Thread(target=_end_with, args=(trainer.pid,), daemon=True).start()


def _end_with(trainer: int) -> None:
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != trainer:
        continue
    os._exit(0)
