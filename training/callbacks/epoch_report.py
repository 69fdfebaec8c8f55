"""One line for each epoch on standard error: what was measured, and when the run will be done."""

from __future__ import annotations

import time

import lightning.pytorch as pl
from rich.console import Console

from training.callbacks.measured import measured_values

_NAMES = ("train_loss", "valid_loss", "valid_sdr")


class EpochReport(pl.Callback):
    """Says how an epoch went; also where no progress bar is shown, as in a log file."""

    def __init__(self) -> None:
        self._start_seconds = 0.0
        self._first_epoch = 0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the clock."""
        self._start_seconds, self._first_epoch = time.monotonic(), trainer.current_epoch

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Write the line."""
        if not trainer.is_global_zero:
            return
        done = trainer.current_epoch + 1
        seconds = (time.monotonic() - self._start_seconds) / (done - self._first_epoch)
        left = max(0, (trainer.max_epochs or done) - done) * seconds
        measured = measured_values(trainer)
        values = [f"{name} {measured[name]:.4f}" for name in _NAMES if name in measured]
        parts = [f"epoch {done} of {trainer.max_epochs}", *values, f"{seconds:.1f} s each", f"{clock(left)} left"]
        Console(stderr=True).print(", ".join(parts), highlight=False, soft_wrap=True)


def clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
