"""The datasets of a recipe, opened: which tracks train, which validate, how chunks are drawn from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from audio.datasets import Dataset, Track, open_dataset
from audio.datasets.tracks import TRAIN, VALID, join_datasets
from audio.datasets.validation import VALIDATION_TRACKS
from audio.stems import MIXTURE
from training.datasets import AlignedPlan, ChunkSettings, MixedPlan
from training.datasets.activity import ActivityTable, activity_path, load_activity
from training.datasets.cache import CacheSettings, default_cache_folder, with_cache
from training.datasets.plans import SoundRule
from training.datasets.reading import read_stem
from training.errors import RecipeError
from training.recipe import DataSection


def open_songs(section: DataSection, sample_rate: int) -> Dataset:
    """Open the datasets of a recipe as one, with its validation songs set apart and its cache in use.

    Args:
        section: What the recipe says.
        sample_rate: Of the network, in hertz.

    Raises:
        DatasetError: A folder holds no such dataset, or a copy that is needed is not in the cache.
        RecipeError: No validation songs, or no others.
    """
    dataset = join_datasets(
        [
            with_cache(open_dataset(folder, section.layout), CacheSettings(cache, sample_rate))
            for folder, cache in song_folders(section).items()
        ]
    )
    if section.validation != "own":
        dataset = dataset.hold_out(_validation_names(section, dataset))
    if not any(track.split == VALID for track in dataset.tracks):
        names = ", ".join(repr(track.name) for track in dataset.tracks[:5])
        raise RecipeError(
            f"A run must have validation songs. Got none in {dataset.name}. Name some training songs in the recipe's "
            f"'data.validation', such as {names}."
        )
    if not any(track.split == TRAIN for track in dataset.tracks):
        raise RecipeError(
            f"A run must have training songs. Got none in {dataset.name}: all are for validation or testing. Name "
            "fewer songs in the recipe's 'data.validation'."
        )
    return dataset


def training_plan(section: DataSection, dataset: Dataset, settings: ChunkSettings) -> MixedPlan | AlignedPlan:
    """Return which training chunk comes when.

    Args:
        section: What the recipe says.
        dataset: As `open_songs` gives it.
        settings: Of the chunks, without the mixture.

    Raises:
        DatasetError: Tracks lack stems, or levels are not known.
    """
    tracks = dataset.split(TRAIN).tracks
    rule = None
    if section.sound is not None:
        tables = [load_activity(activity_path(cache)) for cache in song_folders(section).values()]
        table = ActivityTable({key: levels for table in tables for key, levels in table.stems.items()})
        rule = SoundRule(table, section.sound.stems, section.sound.probability, section.sound.min_active_share)
    if section.plan == "mixed":
        return MixedPlan(tracks, settings, rule)
    return AlignedPlan(tracks, with_mixture(section, settings), rule)


def validation_plan(section: DataSection, dataset: Dataset, settings: ChunkSettings) -> AlignedPlan:
    """Return the validation chunks: whole songs' places, the same in every epoch (arguments as `training_plan`)."""
    chunks = replace(with_mixture(section, settings), chunks_per_epoch=section.validation_chunks)
    return AlignedPlan(dataset.split(VALID).tracks, chunks)


def validation_songs(dataset: Dataset, stems: tuple[str, ...], most: int | None) -> tuple[Track, ...]:
    """Return the songs that are scored whole: those that have all stems, at most so many.

    Raises:
        RecipeError: No validation song has all stems.
    """
    songs = tuple(track for track in dataset.split(VALID).tracks if all(track.sources(stem) for stem in stems))
    if not songs:
        raise RecipeError(
            f"Some validation song must have the stems {', '.join(stems)}. Got none in {dataset.name}. "
            "Name others in 'data.validation', or set 'loop.validation_songs' to 0 and 'loop.monitor' to 'valid_loss'."
        )
    return songs[:most]


def read_mixture(track: Track, stems: Iterable[str], start: int = 0, stop: int | None = None) -> Tensor:
    """Read a part of a song's mixture: its file where it has one, else the sum of those of the stems that it has.

    Args:
        track: The song.
        stems: What is mixed in training: the stems of the network and the recipe's `data.mixed_with`.
        start: First sample.
        stop: The sample after the last one; by default the song's end.

    Returns:
        Shape (2, stop - start), float32.

    Raises:
        DatasetError: A file must be cached first.
        AudioError: A file is damaged.
    """
    names = [MIXTURE] if track.sources(MIXTURE) else [stem for stem in stems if track.sources(stem)]
    return torch.stack([read_stem(track, name, start, stop) for name in names]).sum(dim=0)


def with_mixture(section: DataSection, settings: ChunkSettings) -> ChunkSettings:
    """Return the settings of chunks that hold the song's own mixture where the recipe wants it."""
    return replace(settings, stems=(*settings.stems, MIXTURE)) if section.mixture == "file" else settings


def song_folders(section: DataSection) -> dict[Path, Path]:
    """Return the folder of each dataset -> where its decoded copies and levels are."""
    named = [section.folder] if isinstance(section.folder, str) else section.folder
    folders = [Path(folder).expanduser() for folder in named]
    if section.cache is not None:
        return dict.fromkeys(folders, Path(section.cache).expanduser())
    return {folder: default_cache_folder(folder) for folder in folders}


def _validation_names(section: DataSection, dataset: Dataset) -> tuple[str, ...]:
    if section.validation == "musdb":
        return tuple(track.name for track in dataset.tracks if track.name in VALIDATION_TRACKS)
    return tuple(section.validation)
