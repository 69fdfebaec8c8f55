"""Keeping freed memory: asked of the C library, in a process of its own because it cannot be undone."""

import ctypes
import subprocess
import sys

import pytest

from separation import host_memory

SCRIPT = """
import re, torch
from pathlib import Path
from separation.host_memory import keep_freed_memory

def resident_megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1)) // 1024

def use_a_block():
    torch.ones(50_000_000)

assert keep_freed_memory()
before = resident_megabytes()
{use}
print(resident_megabytes() - before)
"""
USES = {
    "the main thread": "use_a_block()",
    "another thread": "import threading; thread = threading.Thread(target=use_a_block); thread.start(); thread.join()",
}


def has_mallopt():
    try:
        return hasattr(ctypes.CDLL(None), "mallopt")
    except (OSError, TypeError):
        return False


@pytest.mark.skipif(sys.platform != "linux" or not has_mallopt(), reason="needs glibc on Linux")
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_freed_block_stays_with_the_process(use):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{use}", use)], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) > 150


def test_a_library_without_mallopt_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(host_memory.ctypes, "CDLL", lambda name: object())
    assert host_memory.keep_freed_memory() is False
