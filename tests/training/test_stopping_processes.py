"""Real signals to a real `mdx train` of two processes, each with processes that load data."""

import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch
import yaml

from mdx import cli
from tests.training.cases import tiny_content

DEADLINE_SECONDS = 240


@pytest.fixture
def endless(songs, tmp_path):
    """The file of a recipe that comes to no end, and the folder of its run."""
    content = tiny_content(songs)
    content["data"]["workers"] = 1
    content["loop"] |= {"devices": 2, "max_epochs": 100_000}
    recipe = tmp_path / "endless.yaml"
    recipe.write_text(yaml.safe_dump(content))
    return recipe, tmp_path / "run"


def wait_for_the_first_checkpoint(folder, is_alive):
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (folder / "checkpoints" / "last.ckpt").exists():
        assert is_alive(), "the run ended too early"
        assert time.monotonic() < deadline, "the run never began"
        time.sleep(0.05)


def assert_stopped_cleanly(folder, output):
    (step,) = re.findall(r"Stopped after step (\d+);", output)
    assert torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)["global_step"] == int(step)
    assert not [path for path in (folder / "checkpoints").iterdir() if path.suffix != ".ckpt"]
    assert output.count("Stopped.") == 1
    assert "Traceback" not in output
    assert "Error" not in output


def _as_torchrun_starts_it(recipe, folder, rank, port):
    """Run `mdx train` in a process that was forked, which need not import torch again."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2"}
    os.environ |= {"GROUP_RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ |= {"TORCHELASTIC_RUN_ID": "test"}
    output = os.open(folder.parent / f"output_{rank}", os.O_CREAT | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["mdx", "train", str(recipe), "--output", str(folder)]
    cli.main()


@pytest.mark.slow
@pytest.mark.parametrize("targets", [(0, 1, 0, 1), (1,)], ids=["all, twice as by torchrun", "one"])
def test_a_signal_to_some_of_the_processes_stops_all_at_the_same_step(endless, targets):
    recipe, folder = endless
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("fork")
    ranks = [context.Process(target=_as_torchrun_starts_it, args=(recipe, folder, rank, port)) for rank in (0, 1)]
    try:
        for rank in ranks:
            rank.start()
        wait_for_the_first_checkpoint(folder, lambda: all(rank.is_alive() for rank in ranks))
        workers = [worker for rank in ranks for worker in psutil.Process(rank.pid).children(recursive=True)]
        for target in targets:
            os.kill(ranks[target].pid, signal.SIGINT)
        for rank in ranks:
            rank.join(DEADLINE_SECONDS)
        # Only the first one tells by its exit code; torchrun ends with an error when one does.
        assert [rank.exitcode for rank in ranks] == [130, 0]
        assert not psutil.wait_procs(workers, timeout=10)[1]
    finally:
        for rank in ranks:
            rank.kill()
    assert_stopped_cleanly(folder, "".join((folder.parent / f"output_{rank}").read_text() for rank in (0, 1)))


@pytest.mark.slow
def test_a_signal_to_the_whole_group_stops_the_processes_that_lightning_started(endless):
    recipe, folder = endless
    process = subprocess.Popen(
        [sys.executable, "-m", "mdx", "train", str(recipe), "--output", str(folder)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A test run in the background would hand on that it ignores Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        wait_for_the_first_checkpoint(folder, lambda: process.poll() is None)
        others = psutil.Process(process.pid).children(recursive=True)
        # Two of them load data. This signal ends what does not expect it; Ctrl-C is the test above.
        assert len(others) >= 3
        os.killpg(process.pid, signal.SIGTERM)
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        assert process.returncode == 143
        assert not psutil.wait_procs(others, timeout=10)[1]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert_stopped_cleanly(folder, output)
