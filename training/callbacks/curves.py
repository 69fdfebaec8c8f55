"""Draw the curves of a run into one PNG after each epoch: losses left, the SDR of each stem right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning.pytorch as pl

from audio.atomic import atomic_path
from training.callbacks.measured import measured_values

_LEFT, _RIGHT = "loss", "sdr"


class TrainingCurves(pl.Callback):
    """Keeps the values in the checkpoint, so that a resumed run draws all of them."""

    def __init__(self, path: Path) -> None:
        """Take the picture's place."""
        self._path = path
        self._values: dict[str, list[tuple[int, float]]] = {}

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Note the values of the epoch and draw."""
        for name, value in measured_values(trainer).items():
            if (_LEFT in name or _RIGHT in name) and not name.endswith(("_step", "_epoch")):
                self._values.setdefault(name, []).append((trainer.current_epoch + 1, value))
        if trainer.is_global_zero:
            draw_curves(self._path, self._values)

    def state_dict(self) -> dict[str, Any]:
        """Return the values, for the checkpoint."""
        return {"values": self._values}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take the values of a checkpoint."""
        self._values = state_dict["values"]


def draw_curves(path: Path, values: dict[str, list[tuple[int, float]]]) -> None:
    """Write the picture, whole or not at all.

    Args:
        path: A .png file.
        values: Name -> (epoch, value) pairs; names with "sdr" go to the right.

    Raises:
        OSError: The file cannot be written.
    """
    # Without pyplot: no display, no state that other figures share.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, points in sorted(values.items()):
        epochs, numbers = zip(*points, strict=True)
        (right if _RIGHT in name else left).plot(epochs, numbers, marker=".", label=name)
    for axes, label in ((left, "loss"), (right, "SDR of validation songs, dB")):
        axes.set_xlabel("epoch")
        axes.set_ylabel(label)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
