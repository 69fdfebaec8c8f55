"""What was measured in an epoch: Lightning goes on to show a validation's values in the epochs after it."""

from __future__ import annotations

import lightning.pytorch as pl


def measured_values(trainer: pl.Trainer) -> dict[str, float]:
    """Return the values of the epoch that ends: name -> value; those of a validation only where it had one."""
    validated = (trainer.current_epoch + 1) % (trainer.check_val_every_n_epoch or 1) == 0
    return {
        name: float(value)
        for name, value in trainer.callback_metrics.items()
        if validated or not name.startswith("valid_")
    }
