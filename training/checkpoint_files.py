"""Checkpoints on disk: whole ones, or the former one stays.

Lightning writes to the system's temporary folder and moves the file from there. That needs room in that folder, and
where it is another disk, the move is a copy that a crash cuts off. Here the neighbour of the file is written, brought
to the disk, and renamed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io import TorchCheckpointIO

from audio.atomic import atomic_path
from training.errors import RunError

_LEFTOVERS = ".*.ckpt.*.part"


class WholeCheckpoints(TorchCheckpointIO):
    """Lightning's checkpoints, written whole or not at all."""

    def save_checkpoint(
        self, checkpoint: Mapping[str, Any], path: str | os.PathLike, storage_options: Any = None
    ) -> None:
        """Write a checkpoint.

        Raises:
            RunError: The folder cannot be written, or the disk is full; the former file is as it was.
        """
        target = Path(path)
        try:
            with atomic_path(target) as temporary, temporary.open("wb") as file:
                torch.save(checkpoint, file)
                file.flush()
                os.fsync(file.fileno())
        # torch words a full disk as a RuntimeError.
        except (OSError, RuntimeError) as error:
            raise RunError(
                f"The checkpoint '{target}' must be written. It was not ({_reason(error)}); the one before it is "
                "whole. Free space or change the folder's permissions, then go on with --resume."
            ) from error


def remove_leftovers(folder: Path) -> None:
    """Delete what processes that were killed while they wrote have left in a folder of checkpoints."""
    for part in folder.glob(_LEFTOVERS):
        part.unlink(missing_ok=True)


def _reason(error: BaseException) -> str:
    cause = error.__context__ if isinstance(error.__context__, OSError) else error
    return " ".join(str(cause).split())
