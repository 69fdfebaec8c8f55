"""Which checkpoint is the best, and when a run stops early: also after a resume, in a folder that was moved."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

logger = logging.getLogger(__name__)


class KeptCheckpoint(ModelCheckpoint):
    """Lightning's, but a resumed run finds the file of before in the folder where it is now.

    Lightning forgets the best score when the folder has another name, so any epoch would become the best; and it
    believes in a file that a crash has removed.
    """

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the state of a checkpoint, if its file is there."""
        folder = Path(str(self.dirpath))
        moved = {path: str(folder / Path(path).name) for path in state_dict["best_k_models"]}
        best = folder / Path(state_dict["best_model_path"]).name
        if not state_dict["best_model_path"] or not best.is_file():
            return
        super().load_state_dict(
            {
                **state_dict,
                "dirpath": self.dirpath,
                "best_model_path": str(best),
                "kth_best_model_path": moved.get(state_dict["kth_best_model_path"], ""),
                "best_k_models": {moved[path]: score for path, score in state_dict["best_k_models"].items()},
            }
        )


class Patience(EarlyStopping):
    """Lightning's, but with the patience that the recipe has now; a value that is no number is not a better one."""

    def __init__(self, monitor: str, patience: int, mode: str) -> None:
        super().__init__(monitor, patience=patience, mode=mode, check_finite=False)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the count of a checkpoint."""
        super().load_state_dict({**state_dict, "patience": self.patience})

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Do not begin another epoch where the run had stopped."""
        if self.wait_count >= self.patience:
            trainer.should_stop = True
            logger.warning(
                "The run had stopped early: %d validations without a better %s. Raise loop.patience to go on.",
                self.wait_count,
                self.monitor,
            )
