"""MDX SDR and BSSEval's SDR of separators on songs whose true stems lie beside their mixture.

    python -m benchmarks.on_songs --songs data/synthetic/valid/* --models mixture-quarter classical default
    python -m benchmarks.on_songs --songs data/synthetic/valid/* --models 0.9*default+0.1*classical plan.yaml

Each song is a folder with bass.wav, drums.wav, other.wav and vocals.wav, and mixture.wav where that is not their sum.
A model is scored on the stems that it gives and, where it gives the vocals and the rest, on their accompaniment: the
sum of the other stems. The last column is the processor's seconds for a second of song. The last row is the ideal ratio
mask of magnitudes (IRM1, frames of 4,096 samples), which knows the stems: what masks of spectra can reach (`mdx oracle`
has others). A stem that is silent in a song has no meaningful SDR and is left out of its mean.

BSSEval's figure is museval's: the median of its 1 s frames, then the mean over songs (Stöter, Liutkus, Ito, "The 2018
Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audio import STEMS, Stems, read_audio
from audio.datasets.tracks import REST
from audio.stems import ACCOMPANIMENT, MIXTURE, SAMPLE_RATE
from evaluator.bsseval import SongScorer
from evaluator.metrics import sdr
from oracles.definitions import KIT
from oracles.study import separations
from oracles.transform import HannSTFT
from separation.factory import create_separator
from separation.host_memory import keep_freed_memory
from separation.plan import Plan
from separation.separator import Separator

ORACLE = "IRM1 oracle"
TARGETS = (*STEMS, ACCOMPANIMENT)
DUET = ("vocals", ACCOMPANIMENT)

Score = Callable[[Stems, Stems], dict[str, float]]
"""(true stems, estimates) -> dB of each stem."""
Separate = Callable[[Stems, Tensor], Stems]
"""(true stems, mixture) -> estimates."""


@dataclass
class Timed:
    """Separates, adds the accompaniment up where it can, and counts the processor's time."""

    separate: Separate
    processor_seconds: float = 0.0
    song_seconds: float = 0.0

    def __call__(self, references: Stems, mixture: Tensor) -> Stems:
        """Return the estimates, with the accompaniment where they hold it in parts."""
        started = time.process_time()
        estimates = self.separate(references, mixture)
        self.processor_seconds += time.process_time() - started
        self.song_seconds += mixture.shape[-1] / SAMPLE_RATE
        return {**estimates, ACCOMPANIMENT: _accompaniment(estimates)} if estimates.keys() >= set(STEMS) else estimates


def main() -> None:
    """Print a table for each metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", nargs="+", type=Path, required=True)
    parser.add_argument("--models", nargs="*", default=["mixture-quarter", "classical", "default"])
    options = parser.parse_args()
    keep_freed_memory()
    metrics: dict[str, Score] = {"MDX SDR": sdr, "BSSEval SDR": bsseval_sdr}
    heads = [f"{len(options.songs)} songs", "metric", *TARGETS, "mean of stems", "time"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for model in [*options.models, ORACLE]:
        separate = Timed(separation_by_oracle if model == ORACLE else _separation_of(model))
        for metric, means in mean_scores(options.songs, separate, metrics).items():
            print(
                f"| {model} | {metric} | {_cells(means)} | {separate.processor_seconds / separate.song_seconds:.3f} |"
            )


def _cells(means: dict[str, float]) -> str:
    """Return the scores of a row, and the mean of the stems where all are there."""
    scores = [f"{means[target]:.2f}" if target in means else "" for target in TARGETS]
    mean = f"{np.mean([means[stem] for stem in STEMS]):.2f}" if means.keys() >= set(STEMS) else ""
    return " | ".join([*scores, mean])


def mean_scores(songs: list[Path], separate: Separate, metrics: dict[str, Score]) -> dict[str, dict[str, float]]:
    """Return metric -> what `separate` gives -> mean over the songs in which it sounds."""
    scores: dict[str, dict[str, list[float]]] = {name: {} for name in metrics}
    for song in songs:
        references = {stem: read_audio(song / f"{stem}.wav").samples for stem in STEMS}
        estimates = separate(references, _mixture_of(song, references))
        truth = {**references, ACCOMPANIMENT: _accompaniment(references)}
        sounding = [target for target in TARGETS if target in estimates and truth[target].any()]
        for name, score in metrics.items():
            chosen = score(*({target: sounds[target] for target in sounding} for sounds in (truth, estimates)))
            for target, decibels in chosen.items():
                scores[name].setdefault(target, []).append(decibels)
    return {name: {target: float(np.mean(values)) for target, values in by.items()} for name, by in scores.items()}


def _accompaniment(stems: Stems) -> Tensor:
    return torch.stack([stems[stem] for stem in REST]).sum(dim=0)


def separation_by_oracle(references: Stems, mixture: Tensor) -> Stems:
    """Return what masks give that know the stems: each one's share of the sum of all magnitudes."""
    oracle = {ORACLE: KIT.oracles["irm1"]}
    return dict(separations(oracle, HannSTFT(4096), references, mixture))[ORACLE]


def separation_by(separator: Separator) -> Separate:
    """Return what separates a mixture without a look at its true stems."""
    return lambda _, mixture: separator.separate(mixture)


def _mixture_of(song: Path, references: Stems) -> Tensor:
    path = song / f"{MIXTURE}.wav"
    return read_audio(path).samples if path.is_file() else torch.stack(list(references.values())).sum(dim=0)


def bsseval_sdr(references: Stems, estimates: Stems) -> dict[str, float]:
    """Return BSSEval's SDR: the median of its frames of one second; the accompaniment's beside the vocals."""
    passes = [[stem for stem in references if stem in STEMS]]
    if ACCOMPANIMENT in references:
        passes.append([target for target in references if target in DUET])
    scores: dict[str, float] = {}
    for names in filter(None, passes):
        scorer = SongScorer({name: references[name] for name in names})
        medians = scorer.sdr({name: estimates[name] for name in names}).medians()
        scores |= {name: medians[name]["SDR"] for name in names}
    return scores


def _separation_of(text: str) -> Separate:
    """Build what `0.8*default+0.2*classical` says, a name or a plan file."""
    if "*" not in text:
        return separation_by(create_separator(text))
    parts = [part.rpartition("*") for part in text.split("+")]
    members = [{"model": name, "weights": float(weight or 1)} for weight, _, name in parts]
    return separation_by(create_separator(Plan.model_validate({"blend": {"members": members}})))


if __name__ == "__main__":
    main()
