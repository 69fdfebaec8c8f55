"""Processes below one: their memory, and their end."""

import subprocess
import sys
import time

import pytest

from evaluator.process_tree import descendants, kill_tree, resident_bytes

HOARD = "import time; hoard = bytearray(b'x' * 100_000_000); print('ready', flush=True); time.sleep(60)"
NEST = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {HOARD!r}]); time.sleep(60)"


@pytest.fixture
def nested():
    """A process with a child that holds 100 MB; yields the pid of the upper one."""
    upper = subprocess.Popen([sys.executable, "-c", NEST], stdout=subprocess.PIPE, text=True)
    assert upper.stdout.readline() == "ready\n"
    yield upper.pid
    upper.kill()
    upper.wait()


def test_memory_is_that_of_the_processes_below(nested):
    (child,) = descendants(nested)
    assert 100e6 < resident_bytes(nested) < 200e6
    assert child.ppid() == nested
    assert resident_bytes(child.pid) == 0


def test_killing_the_tree_leaves_nothing(nested):
    kill_tree(nested, mark="no such mark")
    for _ in range(100):
        if not descendants(nested):
            break
        time.sleep(0.05)
    assert descendants(nested) == []


def test_a_process_that_is_gone_has_no_descendants():
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert descendants(gone.pid) == []
    assert resident_bytes(gone.pid) == 0
