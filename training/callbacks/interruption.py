"""Ctrl-C and `kill` stop a run within seconds, with a checkpoint from which it goes on exactly.

Between two steps the checkpoint is written when the run stops. Where an epoch ends, validation begins; it may take many
minutes, and what it has measured so far cannot be saved. So the checkpoint is written before it (which also serves when
the power fails), a stop in validation only leaves it, and a run that goes on from there validates first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning.pytorch as pl

from training.stopping import RunStopped, StopRequest

_VALIDATION = "epoch_loop.val_loop.batch_progress"
_BEGUN = {"ready": 1, "started": 1, "processed": 0, "completed": 0}


class StopOnSignal(pl.Callback):
    """Saves and stops when asked to; a second wish stops at once, and leaves the last checkpoint as it is.

    It must be the last of the callbacks, so that the others have done what belongs to the step. Lightning puts those
    that keep checkpoints behind it all the same; they do nothing where this one stops.
    """

    def __init__(self, checkpoint: Path, request: StopRequest) -> None:
        """Take the place of the checkpoint and what listens to the signals."""
        self._checkpoint, self._request = checkpoint, request
        self._before_validation = False

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Join the processes."""
        self._request.connect(trainer)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Begin to note wishes instead of being interrupted."""
        self._request.work_begins()

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Stop where an epoch has ended, which was saved then.

        Raises:
            RunStopped: A checkpoint was saved.
        """
        if trainer.global_step:
            self._stop_if_asked(trainer)

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Stop when the gradients of all batches so far are in the weights; an epoch's last step is left to its end.

        Raises:
            RunStopped: A checkpoint was saved.
        """
        stepped = (batch_idx + 1) % trainer.accumulate_grad_batches == 0
        if stepped and not trainer.is_last_batch and self._request.agreed(trainer):
            trainer.save_checkpoint(self._checkpoint)
            self._stop_if_asked(trainer)

    def on_validation_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Save what is validated; averaged weights are not yet in their place.

        Raises:
            RunStopped: A checkpoint was saved.
        """
        self._before_validation = True
        trainer.save_checkpoint(self._checkpoint)
        self._before_validation = False
        self._stop_if_asked(trainer)

    def on_validation_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Stop in the middle of a validation.

        Raises:
            RunStopped: A checkpoint was saved before it.
        """
        self._stop_if_asked(trainer)

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Stop where the songs were left (`training.callbacks.song_validation`).

        Raises:
            RunStopped: A checkpoint was saved before the validation.
        """
        self._stop_if_asked(trainer)

    def on_save_checkpoint(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, checkpoint: dict[str, Any]
    ) -> None:
        """Let Lightning find a validation that has begun, else it would go on with the next epoch."""
        if self._before_validation:
            progress = checkpoint["loops"]["fit_loop"][_VALIDATION]
            progress["total"], progress["current"] = dict(_BEGUN), dict(_BEGUN)

    def _stop_if_asked(self, trainer: pl.Trainer) -> None:
        if number := self._request.agreed(trainer):
            message = f"Stopped after step {trainer.global_step}; '{self._checkpoint}' holds the run."
            raise RunStopped(message, number)
