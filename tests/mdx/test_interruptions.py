"""A real signal that arrives where Python cannot raise it."""

import signal
import subprocess
import sys

import pytest

LOST_IN_A_CALLBACK = """
import os, time, weakref
from mdx.interruptions import SignalInterrupt, hear_stop_signals

class Thing:
    pass

def callback(_):
    os.kill(os.getpid(), {number:d})
    for _ in range(1000):
        pass
    print("not reached")

hear_stop_signals()
thing = Thing()
reference = weakref.ref(thing, callback)
try:
    del thing
    print("lost", flush=True)
    time.sleep(60)
except KeyboardInterrupt as interrupt:
    print(type(interrupt).__name__, *interrupt.args)
"""


@pytest.mark.parametrize(
    ("number", "name"),
    [(signal.SIGINT, "KeyboardInterrupt"), (signal.SIGTERM, f"SignalInterrupt {signal.SIGTERM:d}")],
    ids=["ctrl-c", "kill"],
)
def test_an_interruption_that_a_callback_swallows_is_raised_after_it(number, name):
    run = subprocess.run(
        [sys.executable, "-c", LOST_IN_A_CALLBACK.format(number=number)],
        capture_output=True,
        text=True,
        timeout=50,
        # A test run in the background would hand on that it ignores Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert run.stdout.splitlines() == ["lost", name], run.stderr
    assert run.stderr == ""


def test_other_exceptions_that_cannot_be_raised_are_shown_as_ever():
    program = """
from mdx.interruptions import hear_stop_signals

class Careless:
    def __del__(self):
        raise ValueError("in a finaliser")

hear_stop_signals()
Careless()
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50)
    assert "ValueError: in a finaliser" in run.stderr
    assert run.returncode == 0
