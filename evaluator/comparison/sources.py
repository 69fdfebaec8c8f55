"""Scores of systems from wherever they lie: results.json, scores.json, museval's files in the folders of SiSEC 2018.

What is read depends on what is found: a file by what it holds, a folder by the first of results.json, scores.json, and
`test/` or `train/` with JSON files in it. A folder of such folders is many systems, each called like its folder.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from audio import KitError
from evaluator.aggregation import MEAN_OF_STEMS, SongScores
from evaluator.faults import fault
from evaluator.frame_scores import read_frame_scores
from evaluator.metric_catalogue import BSSEVAL, CATALOGUE, MDX_SDR
from evaluator.results import RESULTS_NAME
from evaluator.score_files import SCORES_NAME

Subset = Literal["test", "train"]
SUBSETS: tuple[Subset, ...] = ("test", "train")

ByTarget = Mapping[str, float | None]


class ScoreSourceError(KitError):
    """Something that holds no scores, or scores that cannot be read."""


@dataclass(frozen=True)
class System:
    """The scores of one system."""

    name: str
    scores: dict[str, SongScores]
    """Name of a metric -> song -> target -> score, NaN where it has none."""
    silent_references: dict[str, list[str]] = field(default_factory=dict)
    """Song -> stems whose reference is silent, as far as the source says it."""


class _Song(BaseModel):
    """What is needed of a song of results.json, whatever its version."""

    name: str
    sdr: dict[str, float] | None = None
    bss_eval: dict[str, ByTarget] | None = None
    silent_references: list[str] = []


class _Run(BaseModel):
    songs: list[_Song]


class _MetricEntry(BaseModel):
    songs: dict[str, ByTarget]


class _Scores(BaseModel):
    songs: dict[str, dict[str, float]] = {}
    silent_references: dict[str, list[str]] = {}
    metrics: dict[str, _MetricEntry] = {}


def read_systems(paths: Sequence[Path], subset: Subset = "test") -> list[System]:
    """Read the scores of systems.

    Args:
        paths: Each a results.json, a scores.json, a folder with one of them or with one method's museval files
            (`{test,train}/<song>.json`), or a folder of such folders.
        subset: Which songs to take of museval's files.

    Returns:
        The systems in the order of the paths, those of one folder by name; names are made unique.

    Raises:
        ScoreSourceError: A path is missing, holds nothing of this, or is damaged.
        FrameScoresError: A file of a museval folder holds something else.
    """
    found = [(place, read()) for path in paths for place, read in _readers(path, subset).items()]
    names = [system.name for _, system in found]
    return [system if names.count(system.name) == 1 else replace(system, name=str(place)) for place, system in found]


def _readers(path: Path, subset: Subset) -> dict[Path, Callable[[], System]]:
    """Return where systems lie -> what reads them: the path itself, or else the folders in it."""
    if not path.exists():
        raise ScoreSourceError(f"Scores must be a file or a folder. Got '{path}', which does not exist.")
    if path.is_file():
        return {path: partial(_read_file, path)}
    own = _reader(path, subset)
    if own is not None:
        return {path: own}
    beneath = {folder: _reader(folder, subset) for folder in sorted(path.iterdir()) if folder.is_dir()}
    found = {folder: reader for folder, reader in beneath.items() if reader is not None}
    if not found:
        raise ScoreSourceError(
            f"A folder of scores must hold {RESULTS_NAME}, {SCORES_NAME}, test/<song>.json as museval writes it, or "
            f"folders with one of them. Got '{path}' without. `mdx evaluate` and `mdx score --save` write such folders."
        )
    return found


def _reader(folder: Path, subset: Subset) -> Callable[[], System] | None:
    """Return what reads the system of a folder, or None where there is none."""
    for name in (RESULTS_NAME, SCORES_NAME):
        if (folder / name).is_file():
            return partial(_read_file, folder / name)
    has_frames = any(next((folder / each).rglob("*.json"), None) is not None for each in SUBSETS)
    return partial(_read_method, folder, subset) if has_frames else None


def _read_file(path: Path) -> System:
    # A file with its usual name says nothing about the system; its folder does.
    name = path.resolve().parent.name if path.name in (RESULTS_NAME, SCORES_NAME) else path.stem
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        is_run = isinstance(content, dict) and isinstance(content.get("songs"), list)
        return _of_run(name, content) if is_run else _of_scores(name, content)
    except ValueError as error:
        raise ScoreSourceError(
            f"Scores must be a results.json of `mdx evaluate` or a scores.json of `mdx score --save`. Got '{path}' "
            f"({fault(error)}). Name another file, or a folder of museval's files."
        ) from error


def _of_run(name: str, content: Any) -> System:
    """Take what results.json holds; songs that were not scored are left out."""
    songs = _Run.model_validate(content).songs
    scores: dict[str, SongScores] = {}
    if any(song.sdr for song in songs):
        scores[MDX_SDR.name] = {song.name: _stems_only(song.sdr) for song in songs if song.sdr}
    for part, metric in BSSEVAL.items():
        parts = {song.name: song.bss_eval.get(part) for song in songs if song.bss_eval}
        by_song = {name: _nan_for_null(by_target) for name, by_target in parts.items() if by_target is not None}
        if by_song:
            scores[metric.name] = by_song
    return System(name, scores, {song.name: song.silent_references for song in songs if song.silent_references})


def _of_scores(name: str, content: Any) -> System:
    """Take what scores.json holds."""
    document = _Scores.model_validate(content)
    unknown = sorted(set(document.metrics).difference(CATALOGUE))
    if unknown or not (document.songs or document.metrics):
        raise ValueError(f"unknown metric {unknown[0]!r}" if unknown else "neither songs nor metrics")
    scores: dict[str, SongScores] = {
        metric: {song: _nan_for_null(by_target) for song, by_target in entry.songs.items()}
        for metric, entry in document.metrics.items()
    }
    if document.songs:
        scores[MDX_SDR.name] = {song: _stems_only(by_target) for song, by_target in document.songs.items()}
    return System(name, scores, document.silent_references)


def _read_method(folder: Path, subset: Subset) -> System:
    """Take one method's museval files: medians over frames."""
    files = sorted((folder / subset).rglob("*.json"))
    if not files:
        (other,) = (name for name in SUBSETS if name != subset)
        raise ScoreSourceError(
            f"The scores of '{folder}' must be of the songs for {subset}. Got some for {other} only. "
            f"Use --subset {other}, for all systems alike."
        )
    medians = {file.stem: read_frame_scores(file).medians() for file in files}
    return System(
        folder.resolve().name,
        {
            metric.name: {
                song: {target: by_part[part] for target, by_part in targets.items()}
                for song, targets in medians.items()
            }
            for part, metric in BSSEVAL.items()
        },
    )


def _stems_only(by_stem: Mapping[str, float]) -> dict[str, float]:
    return {stem: score for stem, score in by_stem.items() if stem != MEAN_OF_STEMS}


def _nan_for_null(by_target: ByTarget) -> dict[str, float]:
    return {target: math.nan if score is None else score for target, score in by_target.items()}
