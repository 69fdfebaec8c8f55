"""Spectrograms of a song before and after: the mixture, what a model makes of it, and the true stems.

python -m benchmarks.pictures --song "data/test/The Easton Ellises - Falcon 69" --model default -o falcon.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import torch

from audio import SAMPLE_RATE, STEMS, Stems, read_audio
from audio.stems import MIXTURE
from evaluator.metrics import sdr
from separation.factory import create_separator
from training.synthesis.pictures import HIGHEST_HZ, LOWEST_HZ, spectrogram


def draw(song: Path, model: str, picture: Path) -> None:
    """Separate a folder's mixture and write the picture; its true stems lie beside the mixture."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    true: Stems = {name: read_audio(song / f"{name}.wav").samples for name in (MIXTURE, *STEMS)}
    estimates = create_separator(model).separate(true[MIXTURE])
    scores = sdr({stem: true[stem] for stem in STEMS}, {stem: estimates[stem].clamp(-1, 1) for stem in STEMS})
    columns = {stem: (estimates[stem], true[stem]) for stem in STEMS}
    figure, axes = pyplot.subplots(len(STEMS) + 1, 2, figsize=(11, 11), layout="constrained", sharex=True, sharey=True)
    duration_seconds = true[MIXTURE].shape[-1] / SAMPLE_RATE
    titles = {stem: (f"{stem}: estimate, {scores[stem]:.1f} dB", f"{stem}: true stem") for stem in STEMS}
    rows = {MIXTURE: (true[MIXTURE], torch.stack([estimates[stem] for stem in STEMS]).sum(dim=0)), **columns}
    titles[MIXTURE] = ("mixture", "sum of the estimates")
    for (name, sounds), line in zip(rows.items(), axes, strict=True):
        for sound, title, axis in zip(sounds, titles[name], line, strict=True):
            picture_of = spectrogram(np.asarray(sound, np.float64))[::-1]
            axis.pcolormesh(
                np.linspace(0, duration_seconds, picture_of.shape[1]),
                np.geomspace(LOWEST_HZ, HIGHEST_HZ, picture_of.shape[0]),
                picture_of,
                cmap="inferno",
                rasterized=True,
            )
            axis.set(title=title, yscale="log")
        line[0].set_ylabel("Hz")
    for axis in axes[-1]:
        axis.set_xlabel("seconds")
    figure.savefig(picture, dpi=80)


def main() -> None:
    """Write the picture that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--song", type=Path, required=True, help="Folder with mixture.wav and the true stems.")
    parser.add_argument("--model", default="default")
    parser.add_argument("-o", "--output", type=Path, required=True, help="A PNG.")
    options = parser.parse_args()
    draw(options.song, options.model, options.output)


if __name__ == "__main__":
    main()
