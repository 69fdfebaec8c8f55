"""What the report takes from results.json and from the frame scores beside it.

The report builds on the files of a run and not on the run itself, so that it can be written again later, or elsewhere.
Results of the first schema, which knew neither BSSEval scores nor the folder of songs nor the machine, are read too.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evaluator.audit import Finding
from evaluator.faults import fault
from evaluator.frame_scores import FrameScores, FrameScoresError, read_frame_scores
from evaluator.results import FRAMES_FOLDER, RESULTS_NAME, ResultsError

logger = logging.getLogger(__name__)

READABLE_SCHEMAS = (1, 2)

Decibels = Mapping[str, float | None]
"""Stem, or another target -> dB, or None where there is no value."""


@dataclass(frozen=True)
class Song:
    """One song of the run; the fields are those of results.json."""

    name: str
    ok: bool
    duration_seconds: float
    limit_seconds: float
    seconds: float | None = None
    peak_memory_bytes: int | None = None
    failure: str | None = None
    audit: list[Finding] = field(default_factory=list)
    sdr: dict[str, float] | None = None
    silent_references: list[str] = field(default_factory=list)
    bss_eval: Mapping[str, Decibels] | None = None

    @property
    def share_of_limit(self) -> float | None:
        """How much of its time limit the song took, 1 being all of it; None when it never began."""
        return None if self.seconds is None else self.seconds / self.limit_seconds


@dataclass(frozen=True)
class Means:
    """The challenge's scores over all songs."""

    sdr: dict[str, float] | None


@dataclass(frozen=True)
class Medians:
    """The scores over all songs as SiSEC took them."""

    bss_eval: Mapping[str, Decibels] | None = None


@dataclass(frozen=True)
class Run:
    """One run over songs; the fields are those of results.json."""

    ok: bool
    songs: list[Song]
    mean: Means
    limit: str
    setups: int
    peak_memory_bytes: int
    network: str
    submission_sha256: str
    median: Medians = field(default_factory=Medians)
    setup_seconds: float | None = None
    network_attempts: list[str] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    versions: dict[str, str] = field(default_factory=dict)
    data: str | None = None
    hardware: dict[str, Any] | None = None


def read_run(path: Path) -> Run:
    """Read a results.json.

    Raises:
        ResultsError: The file is missing, or is no results.json of a version that the report knows.
    """
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        if run["schema"] not in READABLE_SCHEMAS:
            raise ValueError(f"schema {run['schema']!r} instead of {' or '.join(map(str, READABLE_SCHEMAS))}")
        return TypeAdapter(Run).validate_python(run)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"A report is made of a {RESULTS_NAME} of this program. Got '{path}' ({fault(error)}). "
            "Name the results folder of `mdx evaluate`, or run it again."
        ) from error


def read_frames(run: Run, results_folder: Path) -> dict[str, FrameScores]:
    """Read song name -> frame scores, for the songs that have a readable file of them."""
    frames = {}
    for song in run.songs:
        path = results_folder / FRAMES_FOLDER / f"{song.name}.json"
        try:
            frames[song.name] = read_frame_scores(path)
        except FileNotFoundError:
            continue
        except (FrameScoresError, OSError) as error:
            logger.warning("The report leaves out frame scores: %s", error)
    return frames
