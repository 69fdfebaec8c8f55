"""A run: a recipe, a folder, and Lightning's Trainer told what the recipe says.

- RUN/recipe.yaml: the recipe, every key written out
- RUN/checkpoints/last.ckpt: where --resume goes on; complete
- RUN/checkpoints/best-*.ckpt: the best by the recipe's monitor
- RUN/csv, RUN/tensorboard: numbers; RUN/curves.png: the same as a picture
- RUN/model/NAME.safetensors, NAME.yaml: the best model, and its row of the manifest
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import lightning.pytorch as pl
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import EMAWeightAveraging, RichProgressBar
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from rich.console import Console

from audio.atomic import write_text_atomically
from audio.datasets.tracks import TRAIN
from training.assembly import Parts, build_parts, segment_samples
from training.callbacks.curves import TrainingCurves
from training.callbacks.epoch_report import EpochReport
from training.callbacks.export_best import ExportBest
from training.callbacks.input_statistics import InputStatistics
from training.callbacks.interruption import StopOnSignal
from training.callbacks.keeping import KeptCheckpoint, Patience
from training.callbacks.non_finite import NonFiniteStop
from training.callbacks.plateau import PlateauAfterValidation
from training.callbacks.song_validation import SongValidation
from training.checkpoint_files import WholeCheckpoints, remove_leftovers
from training.data_module import SongData
from training.errors import RunError
from training.module import SeparationModule
from training.recipe import MONITORS, Recipe
from training.recipe_files import load_recipe, recipe_text
from training.statistics import network_with_statistics
from training.stopping import RunStopped, StopRequest

MAY_CHANGE = frozenset({"loop", "export", "source"})
"""Sections that may differ between a run and its continuation."""
_SECONDS_TO_END, _SECONDS_AFTER_ERROR = 60.0, 5.0
"""How long the processes of a run may take to end, before they are killed."""


@dataclass(frozen=True)
class RunFolder:
    """Where the files of a run are."""

    path: Path

    @property
    def recipe(self) -> Path:
        """The recipe as it is run."""
        return self.path / "recipe.yaml"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.path / "checkpoints"

    @property
    def last(self) -> Path:
        """The checkpoint from which the run goes on."""
        return self.checkpoints / "last.ckpt"

    @property
    def curves(self) -> Path:
        """The picture of the curves."""
        return self.path / "curves.png"

    @property
    def model(self) -> Path:
        """Folder of the exported model."""
        return self.path / "model"


def train(recipe: Recipe, run_folder: Path, *, resume: bool = False, parts: Parts | None = None) -> pl.Trainer:
    """Train a network.

    Args:
        recipe: What to do.
        run_folder: Where everything goes.
        resume: Go on with the run that is there.
        parts: Network, loss and augmentations, in place of those that the recipe names.

    Returns:
        The trainer after its last epoch.

    Raises:
        RunError: There is a run already, or none to go on with, or another one; or a loss was no finite number.
        training.stopping.RunStopped: A signal asked for a stop; the run can be resumed.
        KeyboardInterrupt: A signal came before the first step, or a second one; its argument is the signal's number.
        KitError: Data or names in the recipe are not usable.
    """
    folder, request = RunFolder(run_folder), StopRequest()
    with request.listening():
        parts = parts or build_parts(recipe)
        pl.seed_everything(recipe.seed, workers=True, verbose=False)
        module = SeparationModule(recipe, parts.network, parts.loss, parts.augment, parts.penalties)
        data = SongData(recipe, module.separator)
        trainer = build_trainer(recipe, folder, module, data, request)
        if trainer.is_global_zero:
            _prepare(recipe, folder, resume=resume)
        _fit(trainer, module, data, folder.last if resume else None)
    return trainer


def _fit(trainer: pl.Trainer, module: SeparationModule, data: SongData, checkpoint: Path | None) -> None:
    """Train; the first process tells how it ended, after all others have ended."""
    seconds = _SECONDS_AFTER_ERROR
    try:
        trainer.fit(module, datamodule=data, ckpt_path=checkpoint, weights_only=True)
        seconds = _SECONDS_TO_END
    except RunStopped:
        seconds = _SECONDS_TO_END
        if not trainer.is_global_zero:
            # Without an error: the first process would be killed when it finds that another one has failed.
            sys.exit(0)
        raise
    except MisconfigurationException as error:
        raise RunError(f"The recipe must be one that Lightning can run. It is not: {error}") from error
    except SystemExit as end:
        # Lightning's end after an interruption.
        if isinstance(end.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt(*end.__context__.args) from end
        raise
    finally:
        _wait_for_processes(trainer, seconds)


def _wait_for_processes(trainer: pl.Trainer, seconds: float) -> None:
    """Leave none behind of those that Lightning has started."""
    processes: list[subprocess.Popen] = getattr(trainer.strategy.launcher, "procs", [])
    for process in processes:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def build_trainer(
    recipe: Recipe, folder: RunFolder, module: SeparationModule, data: SongData, request: StopRequest
) -> pl.Trainer:
    """Return Lightning's Trainer with what the recipe says, and the callbacks in the order that they need.

    Raises:
        DatasetError: The dataset cannot be opened.
        RecipeError: Its songs do not fit the recipe.
        RunError: The machine has not what the recipe asks for.
    """
    callbacks = _callbacks(recipe, folder, module, data, request)
    try:
        return _trainer(recipe, folder, callbacks)
    except (MisconfigurationException, RuntimeError, ValueError) as error:
        raise RunError(
            f"The machine must have what the recipe's 'loop' asks for. It has not: {' '.join(str(error).split())} "
            "Change loop.accelerator, loop.devices or loop.precision."
        ) from error


def _trainer(recipe: Recipe, folder: RunFolder, callbacks: list[pl.Callback]) -> pl.Trainer:
    loop = recipe.loop
    return pl.Trainer(
        accelerator=loop.accelerator,
        devices=loop.devices,
        num_nodes=loop.nodes,
        strategy="auto",
        precision=loop.precision,
        max_epochs=loop.max_epochs,
        gradient_clip_val=loop.gradient_clip,
        accumulate_grad_batches=loop.accumulate_batches,
        check_val_every_n_epoch=loop.validate_every_epochs,
        num_sanity_val_steps=0,
        # Tensors that a network keeps from validation must be usable in the next step.
        inference_mode=False,
        use_distributed_sampler=False,
        deterministic=loop.deterministic,
        log_every_n_steps=min(50, recipe.data.chunks_per_epoch // recipe.data.batch_size),
        callbacks=callbacks,
        plugins=[WholeCheckpoints()],
        logger=[
            # A new version for each start: the logger of an old one would begin by deleting its file.
            CSVLogger(folder.path, name="csv"),
            TensorBoardLogger(folder.path, name="tensorboard", version=""),
        ],
        enable_progress_bar=_on_terminal(),
        enable_model_summary=False,
    )


def _callbacks(
    recipe: Recipe, folder: RunFolder, module: SeparationModule, data: SongData, request: StopRequest
) -> list[pl.Callback]:
    loop = recipe.loop
    mode = MONITORS[loop.monitor]
    best = KeptCheckpoint(
        folder.checkpoints,
        filename=f"best-{{epoch}}-{{{loop.monitor}:.3f}}",
        monitor=loop.monitor,
        mode=mode,
        save_on_train_epoch_end=False,
        enable_version_counter=False,
    )
    last = KeptCheckpoint(
        folder.checkpoints, filename=folder.last.stem, save_on_train_epoch_end=True, enable_version_counter=False
    )
    callbacks: list[pl.Callback] = [NonFiniteStop(folder.path, data.training_chunks)]
    if recipe.model.input_statistics:
        network = network_with_statistics(module.network, recipe.model.architecture)
        callbacks.append(InputStatistics(network, data.dataset.split(TRAIN).tracks, new_run=not folder.last.exists()))
    if songs := data.songs:
        segment = segment_samples(recipe, module.separator.sample_rate)
        callbacks.append(SongValidation(songs, segment, recipe.export.overlap, request))
    if loop.ema_decay is not None:
        callbacks.append(EMAWeightAveraging(decay=loop.ema_decay))
    if loop.patience is not None:
        callbacks.append(Patience(loop.monitor, loop.patience, mode))
    if _on_terminal():
        callbacks.append(RichProgressBar())
    callbacks += [
        PlateauAfterValidation(),
        EpochReport(),
        TrainingCurves(folder.curves),
        ExportBest(best, recipe, folder.model),
        best,
        last,
    ]
    return [*callbacks, StopOnSignal(folder.last, request)]


def _prepare(recipe: Recipe, folder: RunFolder, *, resume: bool) -> None:
    """Make the folder of a new run, or look at that of one that goes on."""
    if folder.path.exists() and not folder.path.is_dir():
        raise RunError(f"A run must have a folder. Got the file '{folder.path}'. Name another place with --output.")
    if not resume and folder.last.exists():
        raise RunError(
            f"The folder of a new run must hold none. Got '{folder.path}' with a checkpoint. "
            "Go on with --resume, or name another folder with --output."
        )
    if resume:
        _check_resumable(recipe, folder)
        remove_leftovers(folder.checkpoints)
    write_text_atomically(folder.recipe, recipe_text(recipe))


def _check_resumable(recipe: Recipe, folder: RunFolder) -> None:
    if not folder.last.is_file():
        raise RunError(
            f"A run that goes on must have a checkpoint. Got none in '{folder.checkpoints}'. Start it without --resume."
        )
    before, now = load_recipe(folder.recipe).model_dump(), recipe.model_dump()
    changed = sorted(key for key in now if key not in MAY_CHANGE and now[key] != before[key])
    if changed:
        raise RunError(
            f"A run that goes on must keep its recipe but for {', '.join(sorted(MAY_CHANGE))}. Got other settings in "
            f"{', '.join(changed)} than '{folder.recipe}'. Undo them, or start a new run in another folder."
        )


def _on_terminal() -> bool:
    return Console(stderr=True).is_terminal
