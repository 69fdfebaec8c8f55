"""Checkpoints on disk: whole, or as they were."""

import multiprocessing
import os
import signal

import pytest
import torch

from training import checkpoint_files
from training.checkpoint_files import WholeCheckpoints, remove_leftovers
from training.errors import RunError


def _save_and_be_killed(path):
    def write_a_part(checkpoint, file):
        file.write(b"x" * 1000)
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    checkpoint_files.torch.save = write_a_part
    WholeCheckpoints().save_checkpoint({"epoch": 2}, path)


def test_a_process_that_is_killed_while_it_writes_leaves_the_former_checkpoint(tmp_path):
    path = tmp_path / "last.ckpt"
    WholeCheckpoints().save_checkpoint({"epoch": 1}, path)
    process = multiprocessing.get_context("fork").Process(target=_save_and_be_killed, args=(path,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert torch.load(path) == {"epoch": 1}
    assert len(list(tmp_path.iterdir())) == 2
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_the_neighbour_is_written_not_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    WholeCheckpoints().save_checkpoint({"epoch": 1}, tmp_path / "checkpoints" / "last.ckpt")
    assert WholeCheckpoints().load_checkpoint(tmp_path / "checkpoints" / "last.ckpt", weights_only=True) == {"epoch": 1}


def test_a_full_disk_is_an_error_and_leaves_the_former_checkpoint(tmp_path, mount_small_disk):
    disk = tmp_path / "disk"
    mount_small_disk(disk)
    path = disk / "last.ckpt"
    WholeCheckpoints().save_checkpoint({"epoch": 1}, path)
    with pytest.raises(RunError, match="No space left on device.*the one before it is whole.*--resume"):
        WholeCheckpoints().save_checkpoint({"weights": torch.zeros(1_000_000)}, path)
    assert torch.load(path) == {"epoch": 1}
    assert list(disk.iterdir()) == [path]
