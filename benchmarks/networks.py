"""The engine against the packages that published the models: time, memory and agreement, both sides in one run.

    python -m benchmarks.networks htdemucs
    python -m benchmarks.networks htdemucs_ft --stem vocals --seconds 30
    python -m benchmarks.networks umxhq
    python -m benchmarks.networks umxhq --seconds 240 --repeats 1

Both sides have the same random weights and the real song, tiled; each run is a fresh process with two threads, and the
sides take turns. Agreement is that of the first 10 s. The package's side is
`demucs.apply.apply_model(shifts=0, split=True, overlap=0.25)` with the normalisation of its command line, or
`openunmix.model.Separator` with one iteration. Setting up is not timed.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from demucs.apply import BagOfModels, apply_model
from openunmix.model import Separator as OpenUnmixSeparator
from torch import Tensor

from audio import read_audio
from audio.sample_tracks import find_packaged_song
from audio.sources import TensorSource
from benchmarks.measure import Measurement, measure
from models.network import Bag, Member
from models.registry import BuildOptions, build_model, model_entry
from models.validation import read_settings
from separation.engine import Engine
from separation.host_memory import keep_freed_memory
from separation.precision import agreement_db
from separation.settings import EngineSettings

THREADS = 2
CPU = torch.device("cpu")
PACKAGE = "package"
EXCERPT_SECONDS = 10
"""How much of the estimates is kept to be compared."""


@dataclass(frozen=True)
class Task:
    """What both sides do."""

    model: str
    seconds: float
    stem: str | None
    """The only stem that is asked for, or None for all."""
    folder: Path
    """Where the sides leave their estimates."""


def run_side(task: Task, side: str) -> float:
    """Separate the song with one side, keep the estimates, and return the seconds."""
    torch.set_num_threads(THREADS)
    entry = model_entry(task.model)
    bag: Bag = build_model(task.model, BuildOptions(CPU, random_weights=True))
    mixture = _song(task.seconds, entry.sample_rate)
    stems = (task.stem,) if task.stem else entry.stems
    prepare = _prepare_package if side == PACKAGE else _prepare_engine
    separate = prepare(bag, stems, side)
    started = time.perf_counter()
    estimates = separate(mixture)
    seconds = time.perf_counter() - started
    excerpts = torch.stack([estimates[stem][:, : EXCERPT_SECONDS * entry.sample_rate] for stem in stems])
    torch.save(excerpts, task.folder / side)
    return seconds


def _prepare_engine(bag: Bag, stems: tuple[str, ...], side: str) -> Callable[[Tensor], dict[str, Tensor]]:
    keep_freed_memory()
    engine = Engine(bag, read_settings(EngineSettings, {"precision": side}, "benchmark"))

    def separate(mixture: Tensor) -> dict[str, Tensor]:
        blocks = [block for _, block in engine.separate_stream(TensorSource(mixture, bag.sample_rate), stems)]
        return {stem: torch.cat([block[stem] for block in blocks], dim=-1) for stem in stems}

    return separate


def _prepare_package(bag: Bag, stems: tuple[str, ...], side: str) -> Callable[[Tensor], dict[str, Tensor]]:
    if bag.wiener.iterations:
        return _prepare_openunmix(bag)
    networks = [_package_network(member).eval() for member in bag.members]
    sources = list(networks[0].sources)
    weights = [[member.stem_weights.get(source, 0.0) for source in sources] for member in bag.members]
    package = BagOfModels(networks, weights) if len(networks) > 1 else networks[0]

    def separate(mixture: Tensor) -> dict[str, Tensor]:
        mono = mixture.mean(0)
        normalised = (mixture - mono.mean()) / mono.std()
        estimates = apply_model(package, normalised[None], shifts=0, split=True, overlap=0.25)[0]
        return dict(zip(sources, estimates * mono.std() + mono.mean(), strict=True))

    return separate


def _prepare_openunmix(bag: Bag) -> Callable[[Tensor], dict[str, Tensor]]:
    networks = {member.network.stems[0]: _package_network(member) for member in bag.members}
    package = OpenUnmixSeparator(target_models=networks, niter=bag.wiener.iterations)
    package.freeze()

    def separate(mixture: Tensor) -> dict[str, Tensor]:
        with torch.inference_mode():
            return dict(zip(networks, package(mixture[None])[0], strict=True))

    return separate


def _package_network(member: Member) -> Any:  # the package's class
    wrapper: Any = member.network
    return wrapper.network


def _song(seconds: float, sample_rate: int) -> Tensor:
    song = read_audio(find_packaged_song()).samples
    samples = round(seconds * sample_rate)
    return song.repeat(1, math.ceil(samples / song.shape[-1]))[:, :samples]


def main() -> None:
    """Print each side's figures and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a Demucs v3 or v4 model or an Open-Unmix one")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the song")
    parser.add_argument("--stem", help="ask the engine for this stem only; the package always gives all")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side, in turns")
    options = parser.parse_args()
    runs: dict[str, list[Measurement]] = {side: [] for side in (PACKAGE, "float32", "bfloat16")}
    with tempfile.TemporaryDirectory() as folder:
        task = Task(options.model, options.seconds, options.stem, Path(folder))
        for _ in range(options.repeats):
            for side, done in runs.items():
                done.append(measure(run_side, task, side, repeats=1))
        estimates = {side: torch.load(task.folder / side, weights_only=True) for side in runs}
    seconds = {side: statistics.median(run.result for run in done) for side, done in runs.items()}
    memory = {side: max(run.peak_bytes for run in done) for side, done in runs.items()}
    for side in runs:
        print(
            f"{side:10s} {seconds[side]:7.2f} s, peak {memory[side] / 1e6:6.0f} MB; against the package: "
            f"{seconds[PACKAGE] / seconds[side]:5.2f} x the speed, {memory[side] / memory[PACKAGE]:5.2f} x the memory, "
            f"agreement {agreement_db(estimates[PACKAGE], estimates[side]):4.0f} dB"
        )


if __name__ == "__main__":
    main()
