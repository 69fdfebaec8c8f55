"""Write the best model so far as a safetensors file with its row of the manifest, whenever there is a new one."""

from __future__ import annotations

from pathlib import Path

import lightning.pytorch as pl
from lightning.pytorch.callbacks import ModelCheckpoint

from training.export import export_checkpoint
from training.recipe import Recipe


class ExportBest(pl.Callback):
    """Exports at the end of an epoch in which the best checkpoint changed."""

    def __init__(self, best: ModelCheckpoint, recipe: Recipe, folder: Path) -> None:
        """Take what is exported.

        Args:
            best: Keeps the best checkpoint.
            recipe: Says what the network is made of and what the row says.
            folder: Where the files go.
        """
        self._best, self._recipe, self._folder = best, recipe, folder
        self._exported = ""

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Export if there is something new."""
        path = self._best.best_model_path
        if trainer.is_global_zero and path and path != self._exported:
            score = None if self._best.best_model_score is None else float(self._best.best_model_score)
            export_checkpoint(Path(path), self._recipe, self._folder, score)
            self._exported = path
