"""A submission may hang, crash, fork or hoard: each test is one thing that went wrong, and what the user is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

STAND_INS = Path(__file__).parents[2] / "rehearsal" / "grader"
HANG_IN_C = "sum(range(10**13))  # one C loop that never looks at signals"


def test_a_good_submission_passes_with_times_memory_and_scores(run_submission):
    results = run_submission()
    assert results.ok
    assert [song.name for song in results.songs] == ["Alpha", "Jokers, Jacks & Kings"]
    for song in results.songs:
        assert 0 < song.seconds < song.limit_seconds
        assert song.peak_memory_bytes > 1e6
        # A quarter of a sum of four independent stems: 10 log10(1 / ((3/4)^2 + 3/16)) = 1.25 dB.
        assert song.sdr["mean"] == pytest.approx(1.25, abs=0.15)
    assert results.setups == 1


@pytest.mark.parametrize(
    "hang",
    [
        pytest.param(HANG_IN_C, id="inside C code"),
        pytest.param("while True: pass", id="in a Python loop"),
        pytest.param(
            """
            while True:
                try:
                    time.sleep(600)
                except BaseException:
                    pass
            """,
            id="swallowing every exception",
        ),
        pytest.param(
            "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)", id="ignoring SIGTERM"
        ),
    ],
)
def test_a_song_that_hangs_is_killed_at_its_limit_and_the_next_song_runs(run_submission, hang, failures):
    body = "if name == 'Alpha':\n" + "\n".join("    " + line for line in hang.splitlines()) + "\nwrite()"
    results = run_submission(body, limit=1.0)
    assert failures(results)["Alpha"].startswith("Over the time limit: stopped after 1.")
    assert "of 1.00 s" in failures(results)["Alpha"]
    assert failures(results)["Jokers, Jacks & Kings"] is None
    assert results.setups == 2
    assert not results.ok


def test_a_song_that_ends_late_fails_though_its_files_are_there(run_submission, failures):
    results = run_submission("write(); time.sleep(0.4)", limit=0.35)
    assert all(failure.startswith("Over the time limit") for failure in failures(results).values())


def test_a_set_up_that_hangs_is_killed_and_no_song_passes(run_submission, failures):
    results = run_submission(setup=HANG_IN_C, setup_limit=2.0)
    assert set(failures(results).values()) == {"The set-up took longer than 2 s."}
    assert results.setup_seconds is None


def test_a_set_up_that_raises_is_named_for_every_song(run_submission, failures):
    results = run_submission(setup="raise FileNotFoundError('weights.th')")
    assert set(failures(results).values()) == {"FileNotFoundError: weights.th"}


def test_a_set_up_that_is_not_implemented_is_skipped_as_the_contract_does(run_submission):
    assert run_submission(setup="raise NotImplementedError").ok


def test_an_exception_fails_its_song_only(run_submission, failures, errors):
    results = run_submission("if name == 'Alpha': raise RuntimeError('no such layer')\nwrite()")
    assert failures(results) == {"Alpha": "RuntimeError: no such layer", "Jokers, Jacks & Kings": None}
    assert errors(results) == [
        f"{stem}: {stem}.wav was not written in this run" for stem in ("bass", "drums", "other", "vocals")
    ]


@pytest.mark.parametrize(
    ("leave", "told"),
    [
        ("os._exit(0)", "The process ended early (exit code 0)."),
        ("sys.exit(3)", "The process ended early (exit code 3)."),
        ("os.kill(os.getpid(), 11)", "The process ended early (signal SIGSEGV)."),
        ("os.abort()", "The process ended early (signal SIGABRT)."),
    ],
)
def test_a_process_that_leaves_fails_its_song_only(run_submission, leave, told, failures):
    results = run_submission(f"if name == 'Alpha': {leave}\nwrite()")
    assert failures(results) == {
        "Alpha": told if "sys" not in leave else "SystemExit: 3",
        "Jokers, Jacks & Kings": None,
    }


def test_a_program_that_never_reaches_the_songs_fails_all_of_them(run_submission, failures):
    results = run_submission(setup="os._exit(0)")
    assert set(failures(results).values()) == {"The process ended early (exit code 0)."}


def test_forks_are_killed_with_their_parent_even_in_sessions_of_their_own(run_submission, tmp_path, wait_until_gone):
    pids = tmp_path / "pids"
    body = f"""
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                open({str(pids)!r}, 'a').write(f'{{os.getpid()}}\\n')
                time.sleep(600)
            os._exit(0)
        while not os.path.exists({str(pids)!r}): time.sleep(0.01)
        time.sleep(0.1)
        write()
    """
    results = run_submission(body, songs=["Alpha"])
    assert results.ok
    wait_until_gone(int(pids.read_text()))


def test_programs_without_our_environment_in_their_own_session_are_killed_too(
    run_submission, tmp_path, wait_until_gone
):
    body = f"""
        import subprocess
        stray = subprocess.Popen(['/bin/sleep', '600'], env={{}}, start_new_session=True)
        open({str(tmp_path / "pid")!r}, 'w').write(str(stray.pid))
        write()
    """
    assert run_submission(body, songs=["Alpha"]).ok
    wait_until_gone(int((tmp_path / "pid").read_text()))


def test_a_process_that_forks_and_leaves_for_ever_is_caught(run_submission, tmp_path):
    heart = tmp_path / "heart"
    body = f"""
        if os.fork() == 0:
            os.setsid()
            while True:
                if os.fork(): os._exit(0)
                open({str(heart)!r}, 'w').write(str(time.monotonic()))
        while not os.path.exists({str(heart)!r}): time.sleep(0.01)
        write()
    """
    assert run_submission(body, songs=["Alpha"]).ok
    time.sleep(0.2)
    last = heart.read_text()
    time.sleep(0.3)
    assert heart.read_text() == last


def test_nothing_survives_when_the_evaluator_itself_is_killed(tmp_path, two_songs, wait_until_gone):
    pids = tmp_path / "pids"
    predict = tmp_path / "predict.py"
    predict.write_text(
        "import os, time\n"
        "from evaluator.music_demixing import MusicDemixingPredictor\n"
        "class P(MusicDemixingPredictor):\n"
        "    def prediction_setup(self):\n"
        f"        open({str(pids)!r} + '.part', 'w').write(f'{{os.getpid()}} {{os.getppid()}}')\n"
        f"        os.rename({str(pids)!r} + '.part', {str(pids)!r})\n"
        "        time.sleep(600)\n"
        "P().run()\n"
    )
    options = ["--data", two_songs, "--results", tmp_path / "results", "--predict", predict]
    program = subprocess.Popen([sys.executable, "-m", "mdx", "evaluate", *map(str, options)])
    while not pids.exists():
        assert program.poll() is None
        time.sleep(0.05)
    program.kill()
    program.wait()
    for pid in pids.read_text().split():
        wait_until_gone(int(pid))


def test_garbage_on_the_evaluators_pipe_is_ignored_with_a_warning(run_submission, caplog):
    body = """
        for fd in map(int, os.listdir('/proc/self/fd')):
            try:
                if fd > 2 and os.readlink(f'/proc/self/fd/{fd}').startswith('pipe'):
                    os.write(fd, b'hello\\n[1]\\n{"event": "unknown"}\\n{"event": "song"}\\n')
            except OSError:
                pass
        write()
    """
    assert run_submission(body).ok
    assert "is no event" in caplog.text


def test_closing_all_low_descriptors_is_no_failure(run_submission):
    assert run_submission("os.closerange(3, 256); write()").ok


def test_memory_of_daemons_counts(run_submission, tmp_path, failures):
    ready = tmp_path / "ready"
    body = f"""
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                hoard = np.ones(75_000_000)
                open({str(ready)!r}, 'w').close()
                time.sleep(600)
            os._exit(0)
        while not os.path.exists({str(ready)!r}): time.sleep(0.01)
        time.sleep(0.3)
        write()
    """
    results = run_submission(body, songs=["Alpha"], memory_limit_bytes=400_000_000)
    assert failures(results)["Alpha"].startswith("Over the memory limit: 0.")


def test_a_short_peak_between_two_looks_counts(run_submission, failures):
    results = run_submission("np.ones(75_000_000); write()", songs=["Alpha"], memory_limit_bytes=400_000_000)
    assert failures(results)["Alpha"].startswith("Over the memory limit: 0.")


def test_memory_that_forks_share_counts_once(run_submission):
    body = """
        hoard = np.ones(25_000_000)
        children = []
        for _ in range(4):
            pid = os.fork()
            if pid == 0:
                time.sleep(0.5)
                os._exit(0)
            children.append(pid)
        for pid in children: os.waitpid(pid, 0)
        write()
    """
    assert run_submission(body, songs=["Alpha"], memory_limit_bytes=600_000_000).ok


def test_a_failure_is_blamed_on_the_song_that_runs(run_submission, failures):
    body = """
        for song in self.get_all_music_names(): self.get_music_file_location(song)
        if name == 'Alpha': raise RuntimeError('Alpha broke')
        write()
    """
    assert failures(run_submission(body)) == {"Alpha": "RuntimeError: Alpha broke", "Jokers, Jacks & Kings": None}


def test_a_submission_with_its_own_evaluator_folder_runs_on_it(run_submission, tmp_path, failures):
    shutil.copytree(STAND_INS / "evaluator", tmp_path / "submission" / "evaluator")
    shutil.copytree(STAND_INS / "aicrowd_api", tmp_path / "submission" / "aicrowd_api")
    body = f"""
        assert sys.modules['evaluator'].__file__.startswith({str(tmp_path)!r})
        if name == 'Alpha': raise RuntimeError('Alpha broke')
        write()
    """
    os.environ["EVENTS_FILE"] = str(tmp_path / "events")
    try:
        results = run_submission(body)
    finally:
        del os.environ["EVENTS_FILE"]
    assert sorted(map(str, failures(results).values())) == ["None", "RuntimeError: Alpha broke"]


def test_a_fork_that_goes_on_with_the_songs_does_not_confuse_the_clock(run_submission):
    results = run_submission("os.fork(); write()")
    assert results.ok
    assert len(results.songs) == 2
    assert results.setups == 1


def test_memory_over_the_limit_is_killed_and_the_next_song_runs(run_submission, failures):
    body = """
        if name == 'Alpha':
            hoard = []
            while True:
                hoard.append(np.ones(4_000_000)); time.sleep(0.01)
        write()
    """
    results = run_submission(body, memory_limit_bytes=400_000_000)
    assert failures(results)["Alpha"].startswith("Over the memory limit: 0.4")
    assert failures(results)["Jokers, Jacks & Kings"] is None


def test_floods_of_output_do_not_block_and_the_log_stays_small(run_submission, tmp_path):
    results = run_submission("os.write(1, b'\\xff\\x00garbage' * 3_000_000); write()", songs=["Alpha"])
    assert results.ok
    assert (tmp_path / "results" / "predict-1.log").stat().st_size <= 10_000_000
