"""Stop at the first loss or gradient that is no finite number, before it reaches the weights, and say which songs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor

from audio.atomic import write_text_atomically
from training.datasets import ChunkDataset
from training.errors import RunError
from training.loading import Batch


class NonFiniteStop(pl.Callback):
    """Stops the run and writes the songs of the batch to `non_finite_batch_RANK.json`, each process one of its own."""

    def __init__(self, run_folder: Path, chunks: ChunkDataset) -> None:
        """Take what tells the songs.

        Args:
            run_folder: Where the file goes.
            chunks: The training chunks.
        """
        self._run_folder = run_folder
        self._chunks = chunks
        self._numbers: list[int] = []

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Batch, batch_idx: int
    ) -> None:
        """Note the batch."""
        accumulated = batch_idx % trainer.accumulate_grad_batches
        self._numbers = [*(self._numbers if accumulated else []), *batch["numbers"].tolist()]

    def on_before_backward(self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: Tensor) -> None:
        """Look at the loss.

        Raises:
            RunError: It is not finite.
        """
        if not bool(torch.isfinite(loss)):
            raise self._error(trainer, "loss", loss.item())

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        """Look at the gradients; with float16 the scaler looks after them, and skips such steps.

        Raises:
            RunError: One is not finite.
        """
        if trainer.precision == "16-mixed":
            return
        gradients = [parameter.grad for parameter in pl_module.parameters() if parameter.grad is not None]
        norm = torch.nn.utils.get_total_norm(gradients)
        if not bool(torch.isfinite(norm)):
            raise self._error(trainer, "norm of the gradients", norm.item())

    def _error(self, trainer: pl.Trainer, subject: str, value: float) -> RunError:
        chunks: list[dict[str, Any]] = [
            {
                "number": number,
                "stems": {
                    stem: {"song": song, "start_seconds": round(start, 3)}
                    for stem, (song, start) in self._chunks.describe(number).items()
                },
            }
            for number in self._numbers
        ]
        where = {"epoch": trainer.current_epoch, "optimiser_step": trainer.global_step}
        document = {subject.replace(" ", "_"): str(value), **where, "chunks": chunks}
        path = self._run_folder / f"non_finite_batch_{trainer.global_rank}.json"
        write_text_atomically(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        songs = sorted({place["song"] for chunk in chunks for place in chunk["stems"].values()})
        return RunError(
            f"The {subject} must be a finite number. Got {value} in step {trainer.global_step} (songs: "
            f"{', '.join(songs)}); the weights were not changed by it. '{path}' tells the places. Run `mdx data check` "
            "on the dataset, lower optimiser.learning_rate, set loop.gradient_clip, or set loop.precision to 32-true; "
            "--resume goes on after the last whole epoch."
        )
