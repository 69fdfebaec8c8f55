"""Stops that are heard: Ctrl-C, `kill` and a closed terminal all end the program in the same clean way.

Python raises the interruption wherever the program happens to be. In a finaliser or the callback of a weak reference
(the database package of the searches has such) it cannot be raised: it is shown as "Exception ignored" and lost. It is
sent once more then, a moment later.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

STOP_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_REPEAT_AFTER_SECONDS = 0.05
"""By then the callback that lost it has ended."""


class SignalInterrupt(KeyboardInterrupt):
    """Another signal than that of Ctrl-C asks for a stop; its argument is the signal's number."""


def stop_signal(interrupt: KeyboardInterrupt) -> int:
    """Return the number of the signal that raised it."""
    return interrupt.args[0] if interrupt.args else signal.SIGINT


def hear_stop_signals() -> None:
    """Let `kill` and a closed terminal stop the program as Ctrl-C does; what is ignored (nohup) stays so."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    sys.unraisablehook = _repeat_lost_interrupt


def _interrupt(signal_number: int, frame: FrameType | None) -> NoReturn:
    raise SignalInterrupt(signal_number)


def _repeat_lost_interrupt(lost: sys.UnraisableHookArgs) -> None:
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    repeat = threading.Timer(_REPEAT_AFTER_SECONDS, os.kill, (os.getpid(), stop_signal(lost.exc_value)))
    repeat.daemon = True
    repeat.start()
