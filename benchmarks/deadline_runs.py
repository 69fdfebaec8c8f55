"""The deadline guard on real songs' lengths, with a processor that others use too: is any song late, is the time used?

    python -m benchmarks.deadline_runs --runs 50                # limits from 0.2 to 2 times the plan's own time
    python -m benchmarks.deadline_runs --overhead 7             # ample time: guarded against unguarded, in turns

Everything is as at grading: files are read, separated by `DemixPredictor` and written. Songs last from 5 s to 8
minutes. The load is a process for each of `--load`, which computes in bursts of random length.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import torch

from audio import SAMPLE_RATE, STEMS, read_audio, write_audio
from benchmarks.deadline_simulation import USUAL_LIMIT_SECONDS
from my_submission.demixing import write_stems
from my_submission.predictor import DemixPredictor
from separation.deadline.guard_plan import GuardPlan

SHORTEST_SECONDS, LONGEST_SECONDS = 5.0, 480.0
SMALLEST_FACTOR, LARGEST_FACTOR = 0.2, 2.0


@dataclass(frozen=True)
class GuardedRun:
    """One song."""

    duration_seconds: float
    limit_seconds: float
    seconds: float
    complete: bool

    @property
    def share_of_limit(self) -> float:
        """Time over limit; above 1 the song is late."""
        return self.seconds / self.limit_seconds


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """Let other processes compute in bursts."""
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_burst, args=(seed,), daemon=True) for seed in range(processes)]
    for process in running:
        process.start()
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.join()


def write_noise(path: Path, duration_seconds: float) -> None:
    """Write a song of noise: what it sounds like costs no time."""
    generator = torch.Generator().manual_seed(0)
    samples = 0.1 * torch.randn(2, round(duration_seconds * SAMPLE_RATE), generator=generator)
    write_audio(path, samples, SAMPLE_RATE, "PCM_16")


def guarded_run(predictor: DemixPredictor, generator: random.Random, folder: Path) -> GuardedRun:
    """Separate a song of random length under a random limit, and check its files."""
    duration = SHORTEST_SECONDS * (LONGEST_SECONDS / SHORTEST_SECONDS) ** generator.random()
    write_noise(folder / "mixture.wav", duration)
    factor = math.exp(generator.uniform(math.log(SMALLEST_FACTOR), math.log(LARGEST_FACTOR)))
    limit = factor * predictor.guard.ladder[-1].expected_seconds(duration)
    predictor.song_clock = replace(predictor.song_clock, guard=GuardPlan(limit=f"{limit:.3f}"))
    started = time.monotonic()
    predictor.predict(folder / "mixture.wav", folder)
    seconds = time.monotonic() - started
    for stem in STEMS:
        info = soundfile.info(folder / f"{stem}.wav")
        if info.frames != soundfile.info(folder / "mixture.wav").frames:
            raise RuntimeError(f"The stem '{stem}' must be as long as the mixture. Got {info.frames} samples.")
    return GuardedRun(duration, limit, seconds, predictor.outcome.complete)


def overhead(predictor: DemixPredictor, folder: Path, pairs: int) -> list[tuple[float, float]]:
    """Return seconds of a song with the guard and without, with ample time; each goes first in every other pair."""

    def guarded() -> float:
        started = time.perf_counter()
        predictor.predict(folder / "mixture.wav", folder)
        return time.perf_counter() - started

    def alone() -> float:
        started = time.perf_counter()
        mixture = read_audio(folder / "mixture.wav")
        stems = predictor.guard.ladder[-1].separator.separate(mixture.samples)
        clamped = {stem: samples.clamp(-1.0, 1.0) for stem, samples in stems.items()}
        write_stems(clamped, mixture.sample_rate, folder, predictor.plan.encoding)
        return time.perf_counter() - started

    seconds = []
    for pair in range(pairs):
        if pair % 2:
            without = alone()
            seconds.append((guarded(), without))
        else:
            seconds.append((guarded(), alone()))
    return seconds


def print_runs(runs: list[GuardedRun]) -> None:
    """Print what became of the songs."""
    cut = [run for run in runs if not run.complete]
    used = [run.share_of_limit for run in cut if run.limit_seconds >= USUAL_LIMIT_SECONDS]
    print(
        f"songs: {len(runs)}; as planned: {len(runs) - len(cut)}; late: {sum(run.share_of_limit > 1 for run in runs)}"
    )
    print(f"longest time over limit: {max(run.share_of_limit for run in runs):.3f}")
    if used:
        print(f"used where the plan was cut short and the limit at least {USUAL_LIMIT_SECONDS:g} s: ", end="")
        print(f"least {min(used):.3f}, median {statistics.median(used):.3f}")


def print_overhead(pairs: list[tuple[float, float]]) -> None:
    """Print the median times and the median difference in a pair."""
    guarded, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(with_guard - without for with_guard, without in pairs)
    print(f"guarded {guarded:.2f} s, without {alone:.2f} s; more by {more:.2f} s, {more / alone:.1%}")


def main() -> None:
    """Run songs under limits, or compare times without a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=0, help="songs under limits")
    parser.add_argument("--overhead", type=int, default=0, help="pairs of runs with ample time")
    parser.add_argument("--seconds", type=float, default=240.0, help="duration of the song for --overhead")
    parser.add_argument("--load", type=int, default=1, help="processes beside --runs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    predictor = DemixPredictor()
    predictor.prediction_setup()
    generator = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.runs:
            with load(options.load):
                print_runs([guarded_run(predictor, generator, folder) for _ in range(options.runs)])
        if options.overhead:
            predictor.song_clock = replace(predictor.song_clock, guard=GuardPlan(limit="86400"))
            write_noise(folder / "mixture.wav", options.seconds)
            print_overhead(overhead(predictor, folder, options.overhead))


def _burst(seed: int) -> None:
    """Compute for a while and rest for a while, as long as the parent lives."""
    parent = multiprocessing.parent_process()
    generator = np.random.default_rng(seed)
    matrix = generator.standard_normal((400, 400))
    while parent is not None and parent.is_alive():
        ends = time.monotonic() + generator.exponential(3.0)
        while time.monotonic() < ends:
            matrix @ matrix
        time.sleep(generator.exponential(3.0))


if __name__ == "__main__":
    main()
