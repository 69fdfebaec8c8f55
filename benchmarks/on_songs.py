"""MDX SDR and BSSEval's SDR of separators on songs whose true stems lie beside their mixture.

    python -m benchmarks.on_songs --songs data/synthetic/valid/* --models mixture-quarter classical default
    python -m benchmarks.on_songs --songs data/synthetic/valid/* --models 0.9*default+0.1*classical plan.yaml

Each song is a folder with bass.wav, drums.wav, other.wav and vocals.wav, and mixture.wav where that is not their sum.
The last row is the ideal ratio mask of magnitudes (IRM1, frames of 4,096 samples), which knows the stems: what masks of
spectra can reach. A stem that is silent in a song has no meaningful SDR and is left out of its mean.

BSSEval's figure is museval's: the median of its 1 s frames, then the mean over songs (Stöter, Liutkus, Ito, "The 2018
Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audio import STEMS, Stems, read_audio
from audio.stems import MIXTURE
from evaluator.bsseval import SongScorer
from evaluator.metrics import sdr
from separation.factory import create_separator
from separation.host_memory import keep_freed_memory
from separation.plan import Plan
from separation.separator import Separator
from transforms.stft import STFT, STFTConfig

ORACLE = "IRM1 oracle"

Score = Callable[[Stems, Stems], dict[str, float]]
"""(true stems, estimates) -> dB of each stem."""
Separate = Callable[[Stems, Tensor], Stems]
"""(true stems, mixture) -> estimates."""


def main() -> None:
    """Print a table for each metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", nargs="+", type=Path, required=True)
    parser.add_argument("--models", nargs="*", default=["mixture-quarter", "classical", "default"])
    options = parser.parse_args()
    keep_freed_memory()
    metrics: dict[str, Score] = {"MDX SDR": sdr, "BSSEval SDR": bsseval_sdr}
    heads = [f"{len(options.songs)} songs", "metric", *STEMS, "mean"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for model in [*options.models, ORACLE]:
        separate = ideal_ratio_mask if model == ORACLE else _separation_of(model)
        for metric, means in mean_scores(options.songs, separate, metrics).items():
            cells = " | ".join(f"{means[stem]:.2f}" for stem in STEMS)
            print(f"| {model} | {metric} | {cells} | {np.mean(list(means.values())):.2f} |", flush=True)


def mean_scores(songs: list[Path], separate: Separate, metrics: dict[str, Score]) -> dict[str, dict[str, float]]:
    """Return metric -> stem -> mean over the songs in which the stem sounds."""
    scores: dict[str, dict[str, list[float]]] = {name: {stem: [] for stem in STEMS} for name in metrics}
    for song in songs:
        references = {stem: read_audio(song / f"{stem}.wav").samples for stem in STEMS}
        sounding = [stem for stem in STEMS if references[stem].any()]
        estimates = separate(references, _mixture_of(song, references))
        for name, score in metrics.items():
            chosen = score(*({stem: sounds[stem] for stem in sounding} for sounds in (references, estimates)))
            for stem, decibels in chosen.items():
                scores[name][stem].append(decibels)
    return {name: {stem: float(np.mean(values)) for stem, values in by.items()} for name, by in scores.items()}


def ideal_ratio_mask(references: Stems, mixture: Tensor) -> Stems:
    """Return what masks give that know the stems: each one's share of the sum of all magnitudes."""
    stft = STFT(STFTConfig())
    spectra = {stem: stft(sound) for stem, sound in references.items()}
    whole = torch.stack([spectrum.abs() for spectrum in spectra.values()]).sum(dim=0).clamp_min(1e-12)
    mixed, samples = stft(mixture), mixture.shape[-1]
    return {stem: stft.inverse(spectrum.abs() / whole * mixed, samples) for stem, spectrum in spectra.items()}


def separation_by(separator: Separator) -> Separate:
    """Return what separates a mixture without a look at its true stems."""
    return lambda _, mixture: separator.separate(mixture)


def _mixture_of(song: Path, references: Stems) -> Tensor:
    path = song / f"{MIXTURE}.wav"
    return read_audio(path).samples if path.is_file() else torch.stack(list(references.values())).sum(dim=0)


def bsseval_sdr(references: Stems, estimates: Stems) -> dict[str, float]:
    """Return BSSEval's SDR of each stem: the median of its frames of one second."""
    medians = SongScorer(references).sdr(estimates).medians()
    return {stem: medians[stem]["SDR"] for stem in references}


def _separation_of(text: str) -> Separate:
    """Build what `0.8*default+0.2*classical` says, a name or a plan file."""
    if "*" not in text:
        return separation_by(create_separator(text))
    parts = [part.rpartition("*") for part in text.split("+")]
    members = [{"model": name, "weights": float(weight or 1)} for weight, _, name in parts]
    return separation_by(create_separator(Plan.model_validate({"blend": {"members": members}})))


if __name__ == "__main__":
    main()
