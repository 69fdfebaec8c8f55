"""Two processes that want the same file."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from models.files.file_locks import locked

HOLD = """
import sys, time
from pathlib import Path
from models.files.file_locks import locked
with locked(Path(sys.argv[1])):
    print("inside", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that is inside the lock."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "inside\n"
        yield process
        process.kill()


def test_the_lock_leaves_nothing_behind_and_can_be_taken_again(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "new" / "file"):
            assert (tmp_path / "new" / "file.lock").exists()
        assert not list((tmp_path / "new").iterdir())


def test_a_second_process_waits_until_the_first_one_ends_however_it_ends(tmp_path, holder, caplog):
    threading.Timer(0.2, holder.kill).start()
    with locked(tmp_path / "file"):
        assert holder.wait(timeout=10) != 0
    assert f"Another process works on '{tmp_path / 'file'}'; waiting for it." in caplog.text


def test_only_one_of_many_threads_is_inside_at_a_time(tmp_path):
    inside, most = [], []

    def work():
        for _ in range(20):
            with locked(tmp_path / "file"):
                inside.append(1)
                # Long enough for the other threads to come in, if they could.
                time.sleep(0.001)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert set(most) == {1}
