"""Ctrl-C and `kill` stop a run between two steps of the optimiser, with a checkpoint from which it goes on exactly."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Any

import lightning.pytorch as pl

from training.errors import RunError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class RunStopped(RunError):
    """The run was asked to stop and has saved a checkpoint."""


class StopOnSignal(pl.Callback):
    """Saves and stops after the step in progress; a second signal stops at once, without saving.

    It must be the last of the callbacks, so that the others have done what belongs to the step.
    """

    def __init__(self, checkpoint: Path) -> None:
        """Take the place of the checkpoint."""
        self._checkpoint = checkpoint
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Listen to the signals; Lightning has set its own handlers by now, and later puts back what it found."""
        self._before = {number: signal.signal(number, self._ask) for number in _SIGNALS}

    def on_train_batch_end(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Stop when asked to and the gradients of all batches so far are in the weights.

        Raises:
            RunStopped: A checkpoint was saved.
        """
        stepped = (batch_idx + 1) % trainer.accumulate_grad_batches == 0 or trainer.is_last_batch
        if stepped and trainer.strategy.reduce_boolean_decision(self._asked, all=False):
            trainer.save_checkpoint(self._checkpoint)
            raise RunStopped(f"Stopped after step {trainer.global_step}; '{self._checkpoint}' holds the run.")

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Leave the signals as they were after a run that came to its end."""
        self._put_back()

    def on_exception(self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException) -> None:
        """Leave the signals as they were after any other run."""
        self._put_back()

    def _put_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt(number)
        self._asked = True
