"""What each part of the default model's training is worth: short runs that differ in one thing, on the same songs.

    python -m benchmarks.ablations --songs 300 --steps 500
    python -m benchmarks.ablations --variants "as it is" "no effects" --recipe default --steps 1000

Songs are made anew where a variant needs other ones (formant singers in place of spoken voices; no effects). All runs
validate on the songs of "as it is", and are also scored on songs with other sounds, those of the pure set, which no
training song has: of a network that learns its songs by heart the second figure falls behind.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from audio.user_cache import user_cache
from benchmarks.on_songs import mean_scores, separation_by
from evaluator.metrics import sdr
from models.dual_path_unet import BASE, SMALL, DualPathUNetConfig
from models.registry import BuildOptions
from models.trained import build
from separation.engine import Engine
from separation.factory import resolve_device
from separation.host_memory import keep_freed_memory
from training import run
from training.export import export_checkpoint
from training.recipe_files import load_recipe
from training.synthesis.crew import OpenSounds, write_songs
from training.synthesis.mixing.dry import mix_dry
from training.synthesis.sounds import Sounds, pure_sounds, rich_sounds
from training.synthesis.vocalists import OwnVocalists
from training.synthesis.voices.formant_singer import PureSingers
from training.synthesis.writing import DatasetSettings, missing_songs, plan

AS_IT_IS = "as it is"
PURE_SONGS, VALIDATION_SHARE = 24, 0.1


@dataclass(frozen=True)
class Variant:
    """A run."""

    songs: str = "rich"
    """Key of SOUNDS."""
    changes: tuple[str, ...] = ()
    """Of the recipe, as `mdx train --set` takes them."""


def without_spoken_voices(bank: Path) -> Sounds:
    """Return the rich sounds, sung by formant singers alone."""
    return replace(rich_sounds(bank), name="formant singers", vocalists=OwnVocalists(PureSingers()))


def without_effects(bank: Path) -> Sounds:
    """Return the rich sounds, mixed without effects."""
    return replace(rich_sounds(bank), name="dry", mix=mix_dry)


def _size(config: DualPathUNetConfig) -> tuple[str, ...]:
    """Return the changes of a recipe that give the network another size."""
    return tuple(
        f"model.config.{key}={list(value) if isinstance(value, tuple) else value}"
        for key, value in (("widths", config.widths), ("hidden_size", config.hidden_size), ("blocks", config.blocks))
    )


SOUNDS: Mapping[str, Callable[[Path], Sounds]] = {
    "rich": rich_sounds,
    "formant singers": without_spoken_voices,
    "dry": without_effects,
}
VARIANTS: Mapping[str, Variant] = {
    AS_IT_IS: Variant(),
    "formant singers only": Variant("formant singers"),
    "no effects": Variant("dry"),
    "no remixes in the loader": Variant(changes=("augmentations.0.probability=0.0",)),
    "stems never equalised": Variant(changes=("augmentations.2.probability=0.0",)),
    "chunks at one level": Variant(changes=("model.level_spread_db=0.0",)),
    "amplitudes weigh as energies": Variant(changes=("losses.0.settings.amplitude_share=0.5",)),
    "size small": Variant(changes=_size(SMALL)),
    "size base": Variant(changes=_size(BASE)),
    "twice the steps": Variant(changes=("loop.max_epochs=2",)),
}


def make_songs(options: argparse.Namespace, kind: str) -> Path:
    """Return a folder with the songs of a kind; those that are there are kept."""
    folder = options.folder / kind
    settings = DatasetSettings(folder, options.songs, valid_share=VALIDATION_SHARE)
    _write(settings, functools.partial(SOUNDS[kind], options.voices), kind, options.jobs)
    return folder


def make_pure_songs(options: argparse.Namespace) -> list[Path]:
    """Return songs whose sounds no training song has."""
    settings = DatasetSettings(options.folder / "pure", PURE_SONGS, seed=7)
    _write(settings, pure_sounds, "pure", options.jobs)
    return [song.folder for song in plan(settings)]


def train(variant: Variant, options: argparse.Namespace, folder: Path) -> Engine:
    """Train a variant; returns its network, ready to separate."""
    songs = make_songs(options, variant.songs)
    data = (f"data.folder={songs}", f"data.chunks_per_epoch={options.steps * options.batch}")
    # The recipe's moving average of the weights reaches back 500 steps: to the beginning of so short a run.
    loop = ("loop.max_epochs=1", "loop.validation_songs=0", "loop.monitor=valid_loss", "loop.ema_decay=0.98")
    changes = (*data, f"data.batch_size={options.batch}", *loop, *variant.changes)
    recipe = load_recipe(options.recipe, changes)
    run.train(recipe, folder)
    exported = export_checkpoint(folder / "checkpoints" / "last.ckpt", recipe, folder / "last")
    settings = {"weights_folder": str(exported.weights.parent)}
    return Engine(build(exported.entry, BuildOptions(resolve_device("auto"), settings=settings)))


def main() -> None:
    """Print a row for each variant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--recipe", default="default_fast")
    parser.add_argument("--songs", type=int, default=300)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--voices", type=Path, default=user_cache("voices"), help="The bank that `mdx synth` made.")
    parser.add_argument("--folder", type=Path, default=Path("data/ablations"), help="For songs and runs.")
    options = parser.parse_args()
    keep_freed_memory()
    pure = make_pure_songs(options)
    held_out = sorted((make_songs(options, "rich") / "valid").iterdir())
    print("| variant | held-out songs | songs with other sounds |\n| --- | --- | --- |", flush=True)
    for name in options.variants:
        separate = separation_by(train(VARIANTS[name], options, options.folder / "runs" / name))
        means = [mean_scores(songs, separate, {"MDX SDR": sdr})["MDX SDR"] for songs in (held_out, pure)]
        cells = " | ".join(f"{sum(by_stem.values()) / len(by_stem):.2f}" for by_stem in means)
        print(f"| {name} | {cells} |", flush=True)


def _write(settings: DatasetSettings, open_sounds: OpenSounds, name: str, jobs: int) -> None:
    """Make the songs that are not there; the name of their sounds stands in each song's facts."""
    for _ in write_songs(missing_songs(settings, name), settings, open_sounds, jobs):
        pass


if __name__ == "__main__":
    main()
