"""The xumx-sliCQ networks against the package openunmix with one iteration of its Wiener filter: time and memory.

    python -m benchmarks.xumx_slicq
    python -m benchmarks.xumx_slicq --models xumx_slicq xumx_slicq_stft --seconds 60

All have random weights and the real song, tiled; each run is a fresh process with two threads, and the sides take
turns. Setting up is not timed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.measure import Measurement, measure
from benchmarks.networks import PACKAGE, Task, run_side

OPEN_UNMIX = "umxhq"


def main() -> None:
    """Print each side's figures and their ratios to the package's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["xumx_slicq_v2_realtime", "xumx_slicq_v2"])
    parser.add_argument("--seconds", type=float, default=240.0, help="length of the song")
    parser.add_argument("--repeats", type=int, default=1, help="runs of each side, in turns")
    options = parser.parse_args()
    runs: dict[str, list[Measurement]] = {name: [] for name in (OPEN_UNMIX, *options.models)}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.repeats):
            for name, done in runs.items():
                task = Task(name, options.seconds, None, Path(folder))
                done.append(measure(run_side, task, PACKAGE if name == OPEN_UNMIX else "float32", repeats=1))
    seconds = {name: statistics.median(run.result for run in done) for name, done in runs.items()}
    memory = {name: max(run.peak_bytes for run in done) for name, done in runs.items()}
    for name in runs:
        print(
            f"{'openunmix' if name == OPEN_UNMIX else name:24s} {seconds[name]:7.2f} s, "
            f"peak {memory[name] / 1e6:6.0f} MB; of the package's: {seconds[name] / seconds[OPEN_UNMIX]:5.2f} of the "
            f"time, {memory[name] / memory[OPEN_UNMIX]:5.2f} of the memory"
        )


if __name__ == "__main__":
    main()
