"""Real signals to a real `mdx evaluate` whose predict.py hangs in its second song."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

HANG_IN_SECOND_SONG = """
        import os, pathlib, time
        if "Alpha" not in mixture_file_path:
            pathlib.Path(os.environ["MARKER"]).write_text(str(os.getpid()))
            time.sleep(600)
"""
DEADLINE_SECONDS = 120


@pytest.fixture
def hanging(tmp_path, two_songs, quarter_source):
    """Return a function that starts a run and waits until it hangs; gives the program and what hangs in it."""
    started = []

    def start(heed=signal.SIG_DFL, number=signal.SIGINT):
        (tmp_path / "predict.py").write_text(
            quarter_source.replace("        # The end of prediction().\n", HANG_IN_SECOND_SONG)
        )
        marker = tmp_path / "marker"
        process = subprocess.Popen(
            [sys.executable, "-m", "mdx", "evaluate", "--data", str(two_songs)],
            cwd=tmp_path,
            env={**os.environ, "MARKER": str(marker)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A test run in the background would hand on that it ignores Ctrl-C.
            preexec_fn=lambda: signal.signal(number, heed),
        )
        started.append(process)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not (marker.exists() and marker.read_text()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "predict.py never began its second song"
            time.sleep(0.05)
        return process, psutil.Process(int(marker.read_text()))

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda part: str(part),
)
def test_a_stop_is_clean_and_keeps_the_songs_that_ended(hanging, tmp_path, number, exit_code):
    process, child = hanging(number=number)
    process.send_signal(number)
    errors = process.communicate(timeout=DEADLINE_SECONDS)[1]
    assert process.returncode == exit_code, errors
    assert errors.rstrip().endswith("Stopped.")
    assert "Traceback" not in errors
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    songs = json.loads((tmp_path / "data" / "results" / "results.json").read_text())["songs"]
    assert [song["name"] for song in songs if song["ok"]] == ["Alpha"]


def test_a_closed_terminal_does_not_stop_what_nohup_started(hanging):
    process, _ = hanging(heed=signal.SIG_IGN, number=signal.SIGHUP)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130
