"""How much of a training step is waiting for data, and how fast the loader is when nothing else runs.

    python -m benchmarks.training_waiting
    python -m benchmarks.training_waiting --recipe xumx --accelerator gpu --workers 4

Songs of three minutes as WAV, chunks read by worker processes. Waiting is the time inside the loader's `next` in
Lightning's own loop, as its profiler measures it, over the time of the steps and what lies between them. The loader's
own rate says what a faster device could eat. The songs fit into the system's file cache.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import cast

import lightning.pytorch as pl
from lightning.pytorch.profilers import SimpleProfiler

from benchmarks.training_loop import Clock, fit, on_songs, write_songs
from models.network import Network
from training.architectures import build_network
from training.data_module import SongData
from training.recipe import Recipe
from training.recipe_files import load_recipe

SONG_SECONDS = 180.0
WARM_UP_STEPS = 2
NEXT = "[_TrainingEpochLoop].train_dataloader_next"
"""What Lightning's profiler calls the loader's `next`."""


def waiting_share(recipe: Recipe, steps: int) -> tuple[float, float]:
    """Train; returns the share of the time in which the loop waits for data, and the seconds of a whole step."""
    clock, profiler = Clock(limit_seconds=float("inf")), SimpleProfiler()
    fit(recipe, WARM_UP_STEPS + steps, [clock], profiler)
    # Each step's batch is asked for before the step; the loop asks for one more ahead.
    waited = sum(profiler.recorded_durations[NEXT][-steps:])
    whole = clock.ended[-1] - clock.ended[WARM_UP_STEPS - 1]
    return waited / whole, whole / steps


def loader_rate(recipe: Recipe, batches: int) -> float:
    """Return how many chunks per second the training loader gives without a trainer."""
    data = SongData(recipe, cast(Network, build_network(recipe.model, recipe.seed)))
    data.trainer = pl.Trainer(
        accelerator="cpu", devices=1, logger=False, enable_checkpointing=False, enable_progress_bar=False
    )
    loader = iter(data.train_dataloader())
    # What workers read ahead while they start is not theirs to count.
    for _ in range(2 * max(1, recipe.data.workers)):
        next(loader)
    started = time.perf_counter()
    for _ in range(batches):
        next(loader)
    return batches * recipe.data.batch_size / (time.perf_counter() - started)


def main() -> None:
    """Print both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="umx")
    parser.add_argument("--accelerator", choices=("cpu", "gpu"), default="cpu")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, help="Chunks of a step; by default the recipe's.")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--song-seconds", type=float, default=SONG_SECONDS)
    options = parser.parse_args()
    original = load_recipe(options.recipe)
    batch = options.batch or original.data.batch_size
    with tempfile.TemporaryDirectory() as folder:
        songs = write_songs(Path(folder), options.song_seconds)
        recipe = on_songs(original, songs, batch, options.workers, options.accelerator)
        share, step_seconds = waiting_share(recipe, options.steps)
        rate = loader_rate(recipe, 4 * options.steps)
    eaten = batch / step_seconds
    print(f"{options.recipe}, batch {batch}, {options.workers} workers: {step_seconds:.2f} s a step")
    print(f"waiting for data: {share:.2%} of a step")
    print(f"the loader alone: {rate:.1f} chunks/s, {rate / eaten:.1f} x the {eaten:.2f} chunks/s that training takes")


if __name__ == "__main__":
    main()
