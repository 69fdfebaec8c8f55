"""The local evaluation: run predict.py as the grader would, audit what it wrote, score it, write results.json.

Outputs are written to a fresh staging folder and moved beside the older ones afterwards, so a stale file can never pass
for a new one, and nothing is scored while a song is still being timed.
"""

from __future__ import annotations

import logging
import platform
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from audio import KitError
from evaluator.audit import audit_song, has_errors
from evaluator.process import SongPhase
from evaluator.results import Results, SongResult, read_song_results, write_results
from evaluator.runner import OnSong, RunOptions, RunReport, run_songs
from evaluator.scoring import score_song, silent_references
from evaluator.tracks import Track, discover_tracks

logger = logging.getLogger(__name__)

REPORTED_PACKAGES = ("music-demixing-kit", "torch", "numpy", "scipy", "soundfile")


@dataclass(frozen=True)
class EvaluationOptions:
    """What is evaluated, and where the results go."""

    run: RunOptions
    data_folder: Path
    results_folder: Path
    songs: Sequence[str] | None = None
    """Whole names of the songs to take, or None for all."""
    resume: bool = False
    """Keep songs whose earlier result is there and valid."""


class ResultsFolderError(OSError):
    """The results folder cannot take results."""


class SubmissionError(KitError):
    """There is no predict.py to run."""


def evaluate(options: EvaluationOptions, on_song: OnSong = lambda song: None) -> tuple[Results, Path]:
    """Run, audit and score.

    Args:
        options: What, where, how.
        on_song: Called with each song whose separation ended.

    Returns:
        The results, and the path of results.json.

    Raises:
        KeyboardInterrupt: The user stopped the run; the songs that had ended are judged and kept for `resume`.
        SubmissionError: predict.py is missing.
        TrackError: No songs, or a wrong name.
        AudioError: A mixture that is no audio file.
        ResultsFolderError: The results folder cannot be written.
    """
    if not options.run.predict_path.is_file():
        raise SubmissionError(
            f"The submission must be a Python file. Got '{options.run.predict_path}'. "
            "Run this in the repository's root, or name the file with --predict."
        )
    tracks = discover_tracks(options.data_folder, options.songs)
    staging = _make_staging(options.results_folder)
    try:
        kept = _still_valid(tracks, options) if options.resume else {}
        fresh = [track for track in tracks if track.name not in kept]
        report = RunReport()
        try:
            run_songs(fresh, staging, options.run, report, on_song)
        except KeyboardInterrupt:
            _finish(tracks, kept, report, staging, options)
            raise
        return _finish(tracks, kept, report, staging, options)
    except OSError as error:
        raise _folder_error(options.results_folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _finish(
    tracks: list[Track],
    kept: dict[str, SongResult],
    report: RunReport,
    staging: Path,
    options: EvaluationOptions,
) -> tuple[Results, Path]:
    """Judge the songs of this run, move their outputs into place, write results.json."""
    rows = [kept.get(track.name) or _judge_song(track, report, staging, options) for track in tracks]
    # The program under test may have removed the folder that it was given.
    for entry in sorted(staging.iterdir()) if staging.is_dir() else []:
        _replace(entry, options.results_folder / entry.name)
    results = _collect(rows, report, options)
    return results, write_results(results, options.results_folder)


def _make_staging(results_folder: Path) -> Path:
    """Make a folder for this run's outputs on the file system of the results."""
    try:
        results_folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".run-", dir=results_folder)).resolve()
    except OSError as error:
        raise _folder_error(results_folder, error) from error


def _folder_error(folder: Path, error: OSError) -> ResultsFolderError:
    return ResultsFolderError(
        f"The results folder must be a folder that can be written. Got '{folder}' ({error.strerror or error}). "
        "Name another one with --results, or free space."
    )


def _still_valid(tracks: list[Track], options: EvaluationOptions) -> dict[str, SongResult]:
    """Find the earlier results that hold: passed, and files that still pass the audit."""
    earlier = read_song_results(options.results_folder)
    return {
        track.name: earlier[track.name]
        for track in tracks
        if track.name in earlier
        and earlier[track.name].ok
        and not has_errors(audit_song(track.mixture_path, options.results_folder / track.name))
    }


def _judge_song(track: Track, report: RunReport, staging: Path, options: EvaluationOptions) -> SongResult:
    """Audit and score one song of this run."""
    begun = {song.name: song for child in report.children for song in child.songs}
    missing = SongPhase(track.name, failure="The song was never begun.")
    phase = begun.get(track.name) or report.songs.get(track.name, missing)
    duration = track.duration_seconds()
    row = SongResult(
        name=track.name,
        duration_seconds=duration,
        limit_seconds=options.run.limit.seconds_for(duration),
        seconds=phase.seconds if track.name in begun else None,
        peak_memory_bytes=phase.peak_memory_bytes if track.name in begun else None,
        failure=phase.failure,
        audit=audit_song(track.mixture_path, staging / track.name),
    )
    if track.has_references and not has_errors(row.audit):
        row.sdr = score_song(track, staging / track.name)
        row.silent_references = silent_references(track)
    return row


def _replace(source: Path, target: Path) -> None:
    """Move a file or folder over an older one; the older goes only when the newer is in place."""
    older = source.with_name(f".older-{source.name}")
    if target.exists():
        target.rename(older)
    source.rename(target)
    if older.is_dir():
        shutil.rmtree(older)
    else:
        older.unlink(missing_ok=True)


def _collect(rows: list[SongResult], report: RunReport, options: EvaluationOptions) -> Results:
    children = report.children
    return Results(
        songs=rows,
        limit=options.run.limit.name,
        setup_seconds=children[0].setup_seconds if children else None,
        setups=len(children),
        peak_memory_bytes=max((child.peak_memory_bytes for child in children), default=0),
        network=children[0].network if children else "not run",
        network_attempts=sorted({message for child in children for message in child.network_attempts}),
        plan=_read_plan(options.run.predict_path.parent / "my_submission" / "plan.yaml"),
        versions={"python": platform.python_version(), **_package_versions()},
    )


def _read_plan(path: Path) -> dict[str, Any] | None:
    """Read the plan as plain data: it is recorded here, never interpreted."""
    if not path.is_file():
        return None
    try:
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        logger.warning("'%s' is no readable YAML; the results do not record it.", path)
        return None
    return plan if isinstance(plan, dict) else None


def _package_versions() -> dict[str, str]:
    versions = {}
    for package in REPORTED_PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions
