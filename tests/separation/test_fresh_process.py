"""Functions in fresh processes: what they raise comes back, and those that hang or die are told."""

import os
import time

import pytest

from separation.fresh_process import ProcessFailedError, peak_bytes_so_far, run_in_fresh_process


def test_what_a_function_raises_comes_back_as_its_message():
    with pytest.raises(ProcessFailedError, match="No such file or directory: 'nothing'"):
        run_in_fresh_process(os.stat, "nothing")


def test_a_process_that_ends_early_is_told_with_its_exit_code():
    with pytest.raises(ProcessFailedError, match=r"ended early \(exit code 3\)"):
        run_in_fresh_process(os._exit, 3)


def test_a_process_that_hangs_is_ended_at_its_limit():
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="must end within 0.2 s"):
        run_in_fresh_process(time.sleep, 600, limit_seconds=0.2)
    assert time.monotonic() - started < 60


def test_the_peak_of_memory_rises_with_what_is_touched():
    before = peak_bytes_so_far()
    block = bytearray(before + (64 << 20))
    assert peak_bytes_so_far() > before
    del block
