"""Seconds of song that a second trains on, and peak memory, for recipes at their published sizes.

    python -m benchmarks.training_throughput
    python -m benchmarks.training_throughput umx scnet --accelerator gpu --batch 8

Each recipe runs in a process of its own through Lightning's loop, with its augmentations, loss and optimiser; waiting
for data is not counted (`benchmarks.training_waiting`). Medians of the steps after the first ones. On a GPU batches
are those of the recipe, on a CPU single chunks in float32, unless --batch says otherwise. On a CPU one thread works and
its own time counts, which others on the machine change little; on a GPU the clock on the wall. Memory is the process's
resident peak, or what torch held at most on the GPU.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch

from benchmarks.measure import measure
from benchmarks.training_loop import Clock, fit, on_songs, write_songs
from separation.fresh_process import ProcessFailedError
from training.recipe_files import load_recipe, recipe_names

SONG_SECONDS = 30.0
WARM_UP_STEPS = 1
HEAD = "| recipe | batch (published) | chunk | step | audio per second | peak memory | steps |"


def train(name: str, songs: Path, accelerator: str, batch_size: int, steps: int, limit_seconds: float) -> list[float]:
    """Train a recipe for a few steps, within the time; returns the seconds of each, and the GPU's peak in bytes."""
    recipe = on_songs(load_recipe(name), songs, batch_size, 0, accelerator)
    if accelerator == "cpu":
        torch.set_num_threads(1)
    clock = Clock(limit_seconds, time.process_time if accelerator == "cpu" else time.perf_counter)
    fit(recipe, WARM_UP_STEPS + steps, [clock])
    peak = torch.cuda.max_memory_allocated() if accelerator == "gpu" else 0
    return [*clock.step_seconds, float(peak)]


def row(name: str, songs: Path, options: argparse.Namespace) -> str:
    """Measure a recipe; returns its row of the table."""
    data = load_recipe(name).data
    batch = options.batch or (1 if options.accelerator == "cpu" else data.batch_size)
    begin = f"| `{name}` | {batch} ({data.batch_size}) | {data.chunk_seconds:.1f} s |"
    limit_seconds = options.limit_seconds
    try:
        run = measure(
            train,
            *(name, songs, options.accelerator, batch, options.steps, limit_seconds / 2),
            repeats=1,
            limit_seconds=limit_seconds,
        )
    except (TimeoutError, ProcessFailedError) as error:
        reason = f"more than {limit_seconds:g} s" if isinstance(error, TimeoutError) else f"failed: {error}"
        return f"{begin} {reason} | | | |"
    *seconds, gpu_bytes = run.result
    measured = seconds[WARM_UP_STEPS:] or seconds
    step_seconds = statistics.median(measured)
    rate = batch * data.chunk_seconds / step_seconds
    peak = (gpu_bytes or run.peak_bytes) / 1e9
    return f"{begin} {step_seconds:.2f} s | {rate:.2f} s | {peak:.2f} GB | {len(measured)} |"


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", help="Names or files; by default all of the kit.")
    parser.add_argument("--accelerator", choices=("cpu", "gpu"), default="cpu")
    parser.add_argument("--batch", type=int, help="Chunks of a step.")
    parser.add_argument("--steps", type=int, default=3, help="Measured steps, after one that is not.")
    parser.add_argument(
        "--limit-seconds", type=float, default=300.0, help="Of each recipe; at half, no new step begins."
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        songs = write_songs(Path(folder), SONG_SECONDS)
        print(HEAD)
        print("| --- " * HEAD.count(" |") + "|")
        for name in options.recipes or recipe_names():
            print(row(name, songs, options), flush=True)


if __name__ == "__main__":
    main()
