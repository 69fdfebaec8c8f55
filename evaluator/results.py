"""results.json: what a run measured, for people, scripts and the report. The schema is in docs/results.md.

One writer, one reader; the file is replaced whole or not at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import TypeAdapter

from audio import KitError
from audio.atomic import write_text_atomically
from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.audit import Finding, has_errors
from evaluator.faults import fault
from evaluator.frame_scores import METRICS, FrameScores
from evaluator.metrics import mean_sdr

RESULTS_NAME = "results.json"
FRAMES_FOLDER = Path("bsseval", "test")
"""Where the frames of BSSEval's scores lie beside results.json; museval asks for a subset below a system's folder."""
SCHEMA_VERSION = 2


class ResultsError(KitError):
    """A results.json that cannot be read as one."""


BSSEvalScores: TypeAlias = dict[str, dict[str, float | None]]
"""Metric of BSSEval v4 -> stem or "accompaniment" -> dB, None where it is not defined."""


@dataclass
class SongResult:
    """One song: did it pass, what did it cost, how good is it."""

    name: str
    duration_seconds: float
    limit_seconds: float
    seconds: float | None
    """Wall clock of prediction(), or None when it was never called."""
    peak_memory_bytes: int | None
    failure: str | None
    """Why the run of this song failed, or None."""
    audit: list[Finding] = field(default_factory=list)
    sdr: dict[str, float] | None = None
    """Stem -> dB and "mean" -> dB, or None without references or valid outputs."""
    silent_references: list[str] = field(default_factory=list)
    """Stems whose reference is silent: their SDR says only how much leaked."""
    bss_eval: BSSEvalScores | None = None
    """Medians over the frames, or None when the song is not scored so; the frames are in files of their own."""

    @property
    def ok(self) -> bool:
        """Whether this song would pass at grading."""
        return self.failure is None and not has_errors(self.audit)


@dataclass
class Results:
    """One run over songs."""

    songs: list[SongResult]
    limit: str
    """The rule: kit, round2, or seconds."""
    setup_seconds: float | None
    """Set-up of the first child process, imports included."""
    setups: int
    """How many child processes were set up (more than one after failures)."""
    peak_memory_bytes: int
    network: str
    network_attempts: list[str]
    submission_sha256: str
    """Hash of predict.py and my_submission/."""
    plan: dict[str, Any] | None
    """What my_submission/plan.yaml said, read as plain data, or None without one."""
    versions: dict[str, str]
    hardware: dict[str, Any]
    """What it ran on: cpu, cpus, memory_bytes, gpu, system."""
    data: str | None
    """The folder of songs, as the user named it, or None when none was named."""

    @property
    def ok(self) -> bool:
        """Whether every song would pass at grading."""
        return all(song.ok for song in self.songs)

    def mean_sdr(self) -> dict[str, float] | None:
        """Average each stem, and the songs' means, over the scored songs."""
        return average_sdr(song.sdr for song in self.songs)

    def median_bss_eval(self) -> BSSEvalScores | None:
        """Take the median over the scored songs, as SiSEC did."""
        return median_bss_eval(song.bss_eval for song in self.songs)

    def as_dict(self) -> dict[str, Any]:
        """Lay the run out as results.json has it."""
        return {
            "schema": SCHEMA_VERSION,
            "ok": self.ok,
            **asdict(self),
            "songs": [{"ok": song.ok, **asdict(song)} for song in self.songs],
            "mean": {"sdr": self.mean_sdr()},
            "median": {"bss_eval": self.median_bss_eval()},
        }

    def as_json(self) -> str:
        """Write the run out as the text of results.json."""
        return json.dumps(self.as_dict(), indent=2, allow_nan=False)


@dataclass(frozen=True)
class EarlierRun:
    """What `--resume` needs to know of an earlier run."""

    submission_sha256: str | None
    songs: dict[str, SongResult]


def with_mean(by_stem: dict[str, float]) -> dict[str, float]:
    """Add the song's score to the scores of its stems."""
    return {**by_stem, "mean": mean_sdr(by_stem)}


def average_sdr(scores: Iterable[dict[str, float] | None]) -> dict[str, float] | None:
    """Average scores of songs name by name; None when no song is scored."""
    scored = [score for score in scores if score is not None]
    if not scored:
        return None
    return {name: sum(score[name] for score in scored) / len(scored) for name in scored[0]}


def bss_eval_medians(frames: FrameScores) -> BSSEvalScores:
    """Take the median over a song's frames: metric -> target -> dB."""
    medians = frames.medians()
    return {metric: {target: _known(by[metric]) for target, by in medians.items()} for metric in METRICS}


def median_bss_eval(scores: Iterable[BSSEvalScores | None]) -> BSSEvalScores | None:
    """Take the median of songs, each metric and target over the songs that have it; None when no song is scored."""
    scored = [score for score in scores if score is not None]
    if not scored:
        return None
    return {metric: _medians_of_songs([song[metric] for song in scored]) for metric in METRICS}


def _medians_of_songs(scores: Sequence[Mapping[str, float | None]]) -> dict[str, float | None]:
    """Take the median of each target over the songs that have it."""
    songs = {
        str(number): {target: math.nan if value is None else value for target, value in song.items()}
        for number, song in enumerate(scores)
    }
    matrix = score_matrix(songs, songs, ordered_targets([songs]))
    medians = matrix.over_songs("median")[: len(matrix.targets)]
    return {target: _known(float(median)) for target, median in zip(matrix.targets, medians, strict=True)}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def write_results(results: Results, folder: Path) -> Path:
    """Write results.json.

    Raises:
        OSError: The folder cannot be written.
    """
    path = folder / RESULTS_NAME
    write_text_atomically(path, results.as_json() + "\n")
    return path


def read_earlier_run(folder: Path) -> EarlierRun:
    """Read an earlier run; an absent file is an empty run.

    Raises:
        ResultsError: The file is no results.json of this version.
    """
    path = folder / RESULTS_NAME
    if not path.exists():
        return EarlierRun(None, {})
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
        if run["schema"] != SCHEMA_VERSION:
            raise ValueError(f"schema {run['schema']!r} instead of {SCHEMA_VERSION}")
        # `ok` follows from the other fields.
        rows = [{name: value for name, value in row.items() if name != "ok"} for row in run["songs"]]
        songs = TypeAdapter(list[SongResult]).validate_python(rows)
        return EarlierRun(str(run["submission_sha256"]), {song.name: song for song in songs})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ResultsError(
            f"The earlier results must be a results.json of this program. Got '{path}' ({fault(error)}). "
            "Run again without --resume, or remove the file."
        ) from error
