"""Any recipe at a size that a laptop sees through in a minute or two: `mdx train RECIPE --tiny`.

The architecture's tiny size on the made-up songs of `mdx samples`, for a few short epochs. Losses, augmentations,
optimiser and the rest stay the recipe's. It shows a whole run and finds mistakes in a recipe; little is learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from audio.datasets import open_dataset
from audio.made_up_songs import SAMPLE_SONGS
from models.network import Network
from training.architectures import build_network
from training.datasets.activity import ActivityTable, activity_path, load_activity, measure_dataset, save_activity
from training.datasets.cache import CacheSettings, build_cache, plan_cache
from training.errors import RecipeError
from training.recipe import Recipe
from training.recipe_files import checked_recipe
from training.songs import song_folders

SONGS_FOLDER = "data/test"
"""Where `mdx samples` writes, from the folder in which commands run."""
VALIDATION_SONG = next(iter(SAMPLE_SONGS))
TRAINING_SONGS = (*tuple(SAMPLE_SONGS)[1:], "The Easton Ellises - Falcon 69")
CHUNK_SECONDS = 0.5
"""What the tiny size of HTDemucs takes at most."""
TINY_CONFIGS: Mapping[str, Mapping[str, Any]] = {"band_split_rnn": {"frames": 691}}
"""Architecture -> what its tiny size must have to take so long a chunk."""
BATCH_SIZE = 4
"""A group of `training.augment.remix`."""
EPOCHS, BATCHES = 3, 8

_MOST_SECONDS = {"shift": "shift_seconds", "random_chunk": "chunk_seconds"}
"""Augmentations that shorten chunks -> their setting, which must be less than the chunk."""
_NO_SIZES = frozenset({"sample_rate", "audio_channels"})
"""Numbers of an architecture's config that say what sound it takes."""
_CHANNELS, _MOST_CHANNELS = "channels", 2
"""Of some the number of channels of sound; of others the width, which is more than that."""


def tiny_recipe(recipe: Recipe) -> Recipe:
    """Return a recipe made small: another size, other songs, short chunks and epochs, on the CPU."""
    content = recipe.model_dump(mode="json")
    name = f"{recipe.name}-tiny"
    content |= {"name": name, "source": f"The recipe {recipe.name} made tiny; see training/tiny.py."}
    content["model"] |= {"size": "tiny", "config": _tiny_config(recipe)}
    content["data"] |= {
        "folder": SONGS_FOLDER,
        "layout": None,
        "cache": None,
        "validation": [VALIDATION_SONG],
        "chunk_seconds": CHUNK_SECONDS,
        "chunks_per_epoch": BATCH_SIZE * BATCHES,
        "batch_size": BATCH_SIZE,
        "validation_chunks": BATCH_SIZE,
        "workers": 0,
    }
    content["augmentations"] = [_shorter(step) for step in content["augmentations"]]
    content["loop"] |= {
        "max_epochs": EPOCHS,
        "precision": "32-true",
        "accumulate_batches": min(recipe.loop.accumulate_batches, BATCHES),
        "validate_every_epochs": 1,
        "validation_songs": 1,
        "patience": None,
        "accelerator": "cpu",
        "devices": 1,
        "nodes": 1,
        "compile": False,
    }
    if domains := content["data"].get("domains"):
        # A classifier of domains needs each of them, and each training song in one.
        content["data"]["domains"] = {
            domain: TRAINING_SONGS[number :: len(domains)] for number, domain in enumerate(domains)
        }
        content["model"]["config"]["domains"] = len(domains)
    content["export"].pop("segment_seconds", None)
    content["export"] |= {"name": name, "training_data": "the songs of `mdx samples`", "leaderboards": []}
    return checked_recipe(content, f"The recipe '{name}'")


def _tiny_config(recipe: Recipe) -> dict[str, Any]:
    """Return what of a recipe's config does not make a network large, and what its tiny size lacks for the chunks."""
    kept = {key: value for key, value in recipe.model.config.items() if not _is_size(key, value)}
    return {**kept, **TINY_CONFIGS.get(recipe.model.architecture, {})}


def prepare_songs(recipe: Recipe) -> None:
    """Make what a tiny recipe's few songs need: copies at the network's rate, and levels where chunks must hold sound.

    Args:
        recipe: As `tiny_recipe` gives it.

    Raises:
        RecipeError: The songs of `mdx samples` are not there.
        KitError: A file is unreadable, or the disk is full.
    """
    for folder in song_folders(recipe.data):
        if not (folder / VALIDATION_SONG).is_dir():
            raise RecipeError(
                f"A tiny run must have the songs of `mdx samples`. Got none in '{folder}'. Run `mdx samples` first."
            )
    network = cast(Network, build_network(recipe.model, recipe.seed))
    fill_cache(recipe, network.sample_rate)


def fill_cache(recipe: Recipe, sample_rate: int) -> None:
    """Do what `mdx data cache` and, where it is needed, `mdx data stats` do: for few songs.

    Args:
        recipe: Names the songs.
        sample_rate: Of the network, in hertz.

    Raises:
        KitError: A file is unreadable, or the disk is full.
    """
    for folder, cache in song_folders(recipe.data).items():
        dataset = open_dataset(folder, recipe.data.layout)
        settings = CacheSettings(cache, sample_rate)
        for _ in build_cache(plan_cache(dataset, settings), settings):
            pass
        if recipe.data.sound is not None:
            path = activity_path(cache)
            known = load_activity(path)
            save_activity(path, ActivityTable(known.stems | dict(measure_dataset(dataset, known))))


def _shorter(step: dict[str, Any]) -> dict[str, Any]:
    """Let an augmentation that cuts chunks take or leave half of a tiny one."""
    setting = _MOST_SECONDS.get(step["name"])
    return step if setting is None else {**step, "settings": {**step["settings"], setting: CHUNK_SECONDS / 2}}


def _is_size(key: str, value: Any) -> bool:
    """Tell what makes a network large from what it is: kinds, switches, names of stems."""
    parts = value if isinstance(value, list) else [value]
    words = all(isinstance(part, bool) or (isinstance(part, str) and not part[:1].isdigit()) for part in parts)
    return not (words or key in _NO_SIZES or (key == _CHANNELS and value <= _MOST_CHANNELS))
