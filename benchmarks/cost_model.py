"""Predictions of the cost model, from clips of at most 20 s, against whole songs.

    python -m benchmarks.cost_model mixture-quarter classical default dual_path_unet_fast --random umxhq spleeter
    python -m benchmarks.cost_model default --seconds 60 --clock own --threads 1

Each model is measured with clips as `mdx cost` does, but anew; then songs, the real one tiled, go through it in a fresh
process, after a clip that warms it up. The error is that of the predicted time, files included, and of the predicted
peak of memory. `--clock own --threads 1` counts the process's own processor time, for machines that others use as well.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import psutil
import torch

from audio.sample_tracks import write_sample_tracks, write_tiled_track
from benchmarks.measure import measure
from separation.cost_measuring import CLOCKS, CostOptions, cost_of, separate_file
from separation.factory import create_separator
from separation.host_memory import keep_freed_memory
from separation.plan import Plan
from separation.song_costs import SongCosts
from separation.target_machines import THIS_MACHINE

WARM_UP_SECONDS = 20.0


def separate_song(plan: Plan, options: CostOptions, warm_up: Path, song: Path) -> float:
    """Separate a song as the measuring does, after a shorter one; returns the seconds with those of its files."""
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    keep_freed_memory()
    separator = create_separator(plan)
    clock = CLOCKS[options.clock]
    separate_file(separator, warm_up, clock)
    return sum(separate_file(separator, song, clock))


def compare(plan: Plan, options: CostOptions, warm_up: Path, songs: dict[float, Path]) -> dict[float, float]:
    """Print a line for each song; returns duration -> relative error of the predicted time."""
    record = cost_of(plan, options, anew=True)
    costs = SongCosts(record, THIS_MACHINE, lambda duration: duration)
    errors = {}
    for duration, song in songs.items():
        run = measure(separate_song, plan, options, warm_up, song, repeats=1)
        seconds, memory = costs.seconds(duration), record.model.memory_bytes(duration)
        errors[duration] = seconds.mean / run.result - 1
        cells = [
            f"`{plan.model}`",
            f"{duration:g} s",
            f"{seconds.mean:.2f} s ({seconds.low:.2f} to {seconds.high:.2f})",
            f"{run.result:.2f} s",
            f"{errors[duration]:+.1%}",
            *(f"{peak_bytes / 1e9:.2f} GB" for peak_bytes in (memory.mean, run.peak_bytes)),
            f"{memory.mean / run.peak_bytes - 1:+.1%}",
            f"{record.busy_share:.0%}",
        ]
        print(f"| {' | '.join(cells)} |", flush=True)
    return errors


def main() -> None:
    """Print a table, and the median error for each duration."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--random", nargs="*", default=[], help="models with random weights")
    parser.add_argument("--seconds", nargs="*", type=float, default=[60.0, 240.0], help="durations of the songs")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--limit-seconds", type=float, default=600.0, help="of a measuring")
    options = parser.parse_args()
    plans = [Plan(model=name) for name in options.models]
    plans += [Plan(model=name, random_weights=True) for name in options.random]
    cost_options = CostOptions(threads=options.threads, clock=options.clock, limit_seconds=options.limit_seconds)
    print(f"Load of the machine: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors")
    print("| model | song | predicted | taken | error | memory predicted | taken | error | others' share |")
    print(f"|{' --- |' * 9}")
    with tempfile.TemporaryDirectory() as folder:
        real = write_sample_tracks(Path(folder, "short"))[0]
        warm_up, *tiled = [
            write_tiled_track(real, seconds, Path(folder, f"{index}")) / "mixture.wav"
            for index, seconds in enumerate((WARM_UP_SECONDS, *options.seconds))
        ]
        songs = dict(zip(options.seconds, tiled, strict=True))
        errors = [compare(plan, cost_options, warm_up, songs) for plan in plans]
    for seconds in options.seconds:
        middle = statistics.median(abs(of_model[seconds]) for of_model in errors)
        print(f"Median error at {seconds:g} s over {len(errors)} models: {middle:.1%}")


if __name__ == "__main__":
    main()
