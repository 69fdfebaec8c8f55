"""Lower the learning rate when validations show no progress: after each validation, however many epochs lie between.

Lightning asks for the monitored value at the end of every epoch, and stops the run where there is none yet, or counts
the former value a second time.
"""

from __future__ import annotations

import lightning.pytorch as pl
from torch.optim.lr_scheduler import ReduceLROnPlateau


class PlateauAfterValidation(pl.Callback):
    """Tells the scheduler each validation loss once, before a checkpoint of that validation is saved."""

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Tell it."""
        for config in trainer.lr_scheduler_configs:
            if isinstance(config.scheduler, ReduceLROnPlateau):
                config.scheduler.step(float(trainer.callback_metrics[str(config.monitor)]))
