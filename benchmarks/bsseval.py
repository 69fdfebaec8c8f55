"""BSSEval v4 of a song: ours against museval, in time, memory and figures.

    python -m benchmarks.bsseval
    python -m benchmarks.bsseval --seconds 60 --device cuda

The song is the packaged real one, tiled; the estimates are the default model's. museval scores it as its
`eval_mus_track` does: the four stems, then the vocals against their accompaniment. Each side runs in a process of its
own on the same arrays; memory is what it takes beyond them.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import torch

from audio import SAMPLE_RATE, STEMS, Stems, read_audio
from audio.sample_tracks import write_sample_tracks
from audio.stems import ACCOMPANIMENT, MIXTURE
from benchmarks.measure import measure
from evaluator.bsseval import SongScorer
from evaluator.frame_scores import METRICS
from separation.factory import create_separator
from separation.fresh_process import peak_bytes_so_far

Scores = dict[str, np.ndarray]
"""Target -> dB, shape (metrics, frames)."""


@dataclass(frozen=True)
class Cost:
    """What scoring took, beyond loading the arrays."""

    seconds: float
    extra_bytes: int
    scores: Scores


def main() -> None:
    """Print a table for each length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", nargs="+", type=float, default=[60.0, 240.0])
    parser.add_argument("--repeats", type=int, default=3, help="Of our sides; museval runs once at each length.")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        song = write_sample_tracks(Path(folder, "songs"))[0]
        references = {stem: read_audio(song / f"{stem}.wav").samples for stem in STEMS}
        estimates = create_separator("default").separate(read_audio(song / f"{MIXTURE}.wav").samples)
        for seconds in options.seconds:
            for name, stems in (("references", references), ("estimates", estimates)):
                np.save(Path(folder, f"{name}.npy"), _tiled(stems, seconds))
            _compare(Path(folder), seconds, options)


def score_by_museval(folder: Path, device: str) -> Cost:
    """Score both passes with museval, which computes on the CPU."""
    metrics = _museval_metrics()
    return _cost(folder, lambda references, estimates: _museval_scores(metrics, references, estimates))


def score_by_ours(folder: Path, device: str) -> Cost:
    """Score both passes."""
    return _cost(folder, lambda references, estimates: _our_scores(_scorer(references, device), estimates))


def score_next_by_ours(folder: Path, device: str) -> Cost:
    """Score a second system against references that have scored one."""
    references, estimates = _load(folder)
    scorer = _scorer(references, device)
    scorer.score(_stems(estimates[::-1]))
    return _cost(folder, lambda _, estimates: _our_scores(scorer, estimates))


def score_sdr_by_ours(folder: Path, device: str) -> Cost:
    """Score with SDR alone."""

    def scores(references: np.ndarray, estimates: np.ndarray) -> Scores:
        targets = _scorer(references, device).sdr(_stems(estimates)).targets
        return {target: by_metric["SDR"][None] for target, by_metric in targets.items()}

    return _cost(folder, scores)


def _compare(folder: Path, seconds: float, options: argparse.Namespace) -> None:
    museval: Cost = measure(score_by_museval, folder, options.device, repeats=1).result
    print(f"\nA song of {seconds:g} s; museval: {museval.seconds:.1f} s, {museval.extra_bytes / 1e6:.0f} MB\n")
    print("| | seconds | museval / ours | MB | of museval's | largest difference, dB |\n|" + " --- |" * 6, flush=True)
    for name, side in (
        ("all scores", score_by_ours),
        ("a further system", score_next_by_ours),
        ("SDR alone", score_sdr_by_ours),
    ):
        runs: list[Cost] = [measure(side, folder, options.device, repeats=1).result for _ in range(options.repeats)]
        took = float(np.median([run.seconds for run in runs]))
        extra = max(run.extra_bytes for run in runs)
        difference = max(
            _largest_difference(scores, museval.scores[target][: len(scores)])
            for target, scores in runs[0].scores.items()
        )
        cells = f"{took:.2f} | {museval.seconds / took:.1f} | {extra / 1e6:.0f} | {extra / museval.extra_bytes:.0%}"
        print(f"| {name} | {cells} | {difference:.1e} |", flush=True)


def _largest_difference(scores: np.ndarray, expected: np.ndarray) -> float:
    """Return it in dB, infinity where only one of the two has a score."""
    if (np.isnan(scores) != np.isnan(expected)).any():
        return np.inf
    return float(np.nanmax(np.abs(scores - expected), initial=0.0))


def _cost(folder: Path, score: Callable[[np.ndarray, np.ndarray], Scores]) -> Cost:
    references, estimates = _load(folder)
    before_bytes = peak_bytes_so_far()
    started = time.perf_counter()
    scores = score(references, estimates)
    return Cost(time.perf_counter() - started, peak_bytes_so_far() - before_bytes, scores)


def _load(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    return np.load(folder / "references.npy"), np.load(folder / "estimates.npy")


def _tiled(stems: Stems, seconds: float) -> np.ndarray:
    """Repeat a song, float64, shape (stems, samples, channels)."""
    samples = round(seconds * SAMPLE_RATE)
    stacked = torch.stack([stems[stem] for stem in STEMS]).transpose(1, 2).double().numpy()
    return np.tile(stacked, (1, -(-samples // stacked.shape[1]), 1))[:, :samples]


def _stems(sources: np.ndarray) -> Stems:
    return {stem: torch.from_numpy(source.T) for stem, source in zip(STEMS, sources, strict=True)}


def _scorer(references: np.ndarray, device: str) -> SongScorer:
    return SongScorer(_stems(references), device=device)


def _our_scores(scorer: SongScorer, estimates: np.ndarray) -> Scores:
    targets = scorer.score(_stems(estimates)).targets
    return {target: np.stack([by_metric[metric] for metric in METRICS]) for target, by_metric in targets.items()}


def _museval_scores(metrics: ModuleType, references: np.ndarray, estimates: np.ndarray) -> Scores:
    vocals = STEMS.index("vocals")
    scores = dict(zip(STEMS, _museval_pass(metrics, references, estimates), strict=True))
    against_rest = [
        np.stack([sources[vocals], np.delete(sources, vocals, axis=0).sum(axis=0)])
        for sources in (references, estimates)
    ]
    return scores | dict(zip(("vocals", ACCOMPANIMENT), _museval_pass(metrics, *against_rest), strict=True))


def _museval_pass(metrics: ModuleType, references: np.ndarray, estimates: np.ndarray) -> np.ndarray:
    """Return dB, shape (sources, metrics, frames)."""
    *scores, _ = metrics.bss_eval(references, estimates, window=SAMPLE_RATE, hop=SAMPLE_RATE)
    return np.stack(scores, axis=1)


def _museval_metrics() -> ModuleType:
    """Load museval's metrics by file: importing the package asks for an ffmpeg program."""
    package = importlib.util.find_spec("museval")
    if package is None or package.origin is None:
        raise SystemExit("museval must be installed to be compared with. Run `make test` once.")
    spec = importlib.util.spec_from_file_location("museval_metrics", Path(package.origin).with_name("metrics.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
