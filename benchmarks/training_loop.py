"""What the benchmarks of training share: songs, recipes made short, and Lightning's loop with a clock in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch

from audio.sample_tracks import write_sample_tracks, write_tiled_track
from separation.host_memory import keep_freed_memory
from training.assembly import build_parts
from training.data_module import SongData
from training.module import SeparationModule
from training.recipe import Recipe
from training.tiny import TRAINING_SONGS, VALIDATION_SONG, fill_cache, tiny_recipe

MANY_STEPS = 1000
"""More than any benchmark takes: an epoch never ends in one."""


def write_songs(folder: Path, seconds: float) -> Path:
    """Write the sample songs, repeated to a length, under the names that a tiny recipe asks for.

    Returns:
        The folder with the songs.
    """
    sources = write_sample_tracks(folder / "short")
    for name, source in zip((VALIDATION_SONG, *TRAINING_SONGS), sources, strict=True):
        write_tiled_track(source, seconds, folder / "songs" / name)
    return folder / "songs"


def on_songs(recipe: Recipe, songs: Path, batch_size: int, workers: int, accelerator: str) -> Recipe:
    """Return a recipe with its published network and chunks on other songs and on one device, without end.

    On the CPU products are those of float32: what a GPU rounds for speed would slow a CPU down.
    """
    data = tiny_recipe(recipe).data.model_copy(
        update={
            "folder": str(songs),
            "cache": str(songs.parent / "cache" / recipe.name),
            "chunk_seconds": recipe.data.chunk_seconds,
            "chunks_per_epoch": MANY_STEPS * batch_size,
            "batch_size": batch_size,
            "workers": workers,
        }
    )
    loop = recipe.loop.model_copy(update={"accelerator": accelerator, "devices": 1, "nodes": 1})
    if accelerator == "cpu":
        loop = loop.model_copy(update={"precision": "32-true"})
    # Groups of any batch size.
    steps = tuple(
        step.model_copy(update={"settings": {**step.settings, "group_size": 1}})
        if step.name == "remix_within_groups" and batch_size % step.settings.get("group_size", 4)
        else step
        for step in recipe.augmentations
    )
    return recipe.model_copy(update={"data": data, "loop": loop, "augmentations": steps})


class Clock(pl.Callback):
    """Notes when each step begins and ends, the device's work included, and stops after so many seconds.

    Args:
        limit_seconds: By the clock on the wall.
        now: The clock of the notes.
    """

    def __init__(self, limit_seconds: float, now: Callable[[], float] = time.perf_counter) -> None:
        self._limit_seconds, self._now = limit_seconds, now
        self._created = time.perf_counter()
        self.began: list[float] = []
        self.ended: list[float] = []

    @property
    def step_seconds(self) -> list[float]:
        """Time of each step without what lies between two."""
        return [end - begin for begin, end in zip(self.began, self.ended, strict=True)]

    def on_train_batch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *batch: Any) -> None:
        """Note the beginning."""
        _finish(pl_module)
        self.began.append(self._now())

    def on_train_batch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule, *batch: Any) -> None:
        """Note the end."""
        _finish(pl_module)
        self.ended.append(self._now())
        if time.perf_counter() - self._created > self._limit_seconds:
            trainer.should_stop = True


def fit(recipe: Recipe, steps: int, callbacks: Sequence[pl.Callback], profiler: Any = None) -> SeparationModule:
    """Train for a few steps in Lightning's loop as `mdx train` does, without validation, checkpoints and logs."""
    # Its remarks, and the table of its profiler, would hide the figures.
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    keep_freed_memory()
    parts = build_parts(recipe)
    module = SeparationModule(recipe, parts.network, parts.loss, parts.augment, parts.penalties)
    fill_cache(recipe, module.separator.sample_rate)
    trainer = pl.Trainer(
        accelerator=recipe.loop.accelerator,
        devices=1,
        precision=recipe.loop.precision,
        max_steps=steps,
        limit_val_batches=0,
        gradient_clip_val=recipe.loop.gradient_clip,
        use_distributed_sampler=False,
        callbacks=list(callbacks),
        profiler=profiler,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, datamodule=SongData(recipe, module.separator))
    return module


def _finish(module: pl.LightningModule) -> None:
    """Wait for what a GPU still has to do."""
    if module.device.type == "cuda":
        torch.cuda.synchronize(module.device)
