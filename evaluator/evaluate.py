"""The local evaluation: run predict.py as the grader would, audit what it wrote, score it, write results.json.

Nothing is scored while a song is still being timed, and one song that cannot be judged costs no other its result.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from audio import MIXTURE, KitError
from evaluator.audit import Finding, audit_song, has_errors, logged_findings
from evaluator.fingerprint import fingerprint
from evaluator.frame_scores import FrameScores, write_frame_scores
from evaluator.hardware import hardware
from evaluator.process import OnSong
from evaluator.results import (
    FRAMES_FOLDER,
    EarlierRun,
    Results,
    SongResult,
    bss_eval_medians,
    read_earlier_run,
    write_results,
)
from evaluator.runner import RunOptions, RunReport, run_songs
from evaluator.scoring import bss_eval_song, score_song, silent_references
from evaluator.tracks import Track, one_at_a_time
from evaluator.watch import SongPhase
from evaluator.workspace import Outputs, ResultsFolderError, Workspace

logger = logging.getLogger(__name__)

REPORTED_PACKAGES = ("music-demixing-kit", "torch", "numpy", "scipy", "soundfile")


@dataclass(frozen=True)
class EvaluationOptions:
    """What is evaluated, and where the results go."""

    run: RunOptions
    tracks: Sequence[Track]
    """The songs to take, as `songs_to_evaluate` finds them."""
    results_folder: Path
    resume: bool = False
    """Keep songs whose earlier result is there and valid."""
    bss_eval: bool = True
    """Also score with BSSEval v4, which takes about a second for each ten of a song."""
    data: Path | None = None
    """The folder that the user named, for the record."""


class SubmissionError(KitError):
    """There is no predict.py to run, or its results would go where they destroy something."""


def evaluate(options: EvaluationOptions, on_song: OnSong = lambda song: None) -> tuple[Results, Path]:
    """Run, audit and score.

    Args:
        options: What, where, how.
        on_song: Called with each song whose separation ended, and with those that an earlier run left done.

    Returns:
        The results, and the path of results.json.

    Raises:
        KeyboardInterrupt: The user stopped the run; the songs that had ended are judged and kept for `resume`.
        SubmissionError: predict.py is missing, or the results would replace the songs.
        AudioError: A mixture that is no audio file.
        ResultsError: `resume` finds a results.json of something else.
        ResultsFolderError: The results folder cannot be written.
    """
    _check_places(options)
    for track in options.tracks:
        track.duration_seconds()
        for sentence in track.oddities():
            logger.warning("'%s': %s", track.name, sentence)
    kept = _still_valid(options) if options.resume else {}
    fresh = [track for track in options.tracks if track.name not in kept]
    for name in kept:
        on_song(SongPhase(name))
    workspace = Workspace(options.results_folder)
    report = RunReport()
    try:
        try:
            run_songs(fresh, workspace, options.run, report, on_song)
        except KeyboardInterrupt:
            begun = [track for track in fresh if track.name in report.songs]
            _finish(begun, kept, report, workspace, options)
            raise
        return _finish(fresh, kept, report, workspace, options)
    finally:
        workspace.remove()


def _check_places(options: EvaluationOptions) -> None:
    """Refuse what would fail or destroy something, before anything runs."""
    predict = options.run.predict_path
    if not predict.is_file():
        raise SubmissionError(
            f"The submission must be a Python file. Got '{predict}'. "
            "Run this in the repository's root, or name the file with --predict."
        )
    folders = [track.folder for track in options.tracks]
    precious = [predict, *folders, *{folder.parent for folder in folders}]
    for track in options.tracks:
        target = (options.results_folder / track.name).resolve()
        for path in precious:
            if path.resolve() == target or target in path.resolve().parents:
                raise SubmissionError(
                    f"The results must go where they replace nothing but older results. Got the folder "
                    f"'{options.results_folder}': the stems of '{track.name}' would replace '{path}'. "
                    "Name another folder with --results."
                )


def judge(
    tracks: Sequence[Track],
    kept: dict[str, SongResult],
    report: RunReport,
    outputs: Outputs,
    options: EvaluationOptions,
) -> Results:
    """Audit and score what a run wrote.

    Args:
        tracks: The songs of the run.
        kept: Results of songs that an earlier run left done.
        report: What became of every song, and of every child.
        outputs: What it left.
        options: As the run had them.
    """
    judged = [_judge_song(track, report, outputs, options) for track in one_at_a_time(tracks)]
    return _collect(sorted([*kept.values(), *judged], key=lambda row: row.name), report, options)


def _finish(
    tracks: list[Track],
    kept: dict[str, SongResult],
    report: RunReport,
    workspace: Workspace,
    options: EvaluationOptions,
) -> tuple[Results, Path]:
    """Judge the songs of this run, move their outputs into place, write results.json."""
    results = judge(tracks, kept, report, workspace.outputs, options)
    try:
        workspace.publish(track.name for track in tracks)
        _forget_other_frames(options.results_folder, {song.name for song in results.songs})
        return results, write_results(results, options.results_folder)
    except OSError as error:
        raise ResultsFolderError(
            f"The results of the run could not be written to '{options.results_folder}' ({error.strerror or error}). "
            "Name another folder with --results, or free space."
        ) from error


def _forget_other_frames(results_folder: Path, names: set[str]) -> None:
    """Remove frame scores of songs that results.json does not list: whoever reads the folder would count them."""
    for path in (results_folder / FRAMES_FOLDER).glob("*.json"):
        if path.stem not in names:
            path.unlink()


def _still_valid(options: EvaluationOptions) -> dict[str, SongResult]:
    """Find the earlier results that hold: the same submission, inside today's limits, files that pass the audit.

    Songs that are not selected today keep their rows as they are.
    """
    earlier = read_earlier_run(options.results_folder)
    if earlier.songs and earlier.submission_sha256 != fingerprint(options.run.predict_path):
        logger.warning("The submission has changed since the earlier run: every song is run again.")
        return {}
    selected = {track.name for track in options.tracks}
    others = {name: row for name, row in earlier.songs.items() if name not in selected}
    held = [track.name for track in one_at_a_time(options.tracks) if _holds(track, earlier, options)]
    return others | {name: earlier.songs[name] for name in held}


def _holds(track: Track, earlier: EarlierRun, options: EvaluationOptions) -> bool:
    row = earlier.songs.get(track.name)
    if row is None or not row.ok or row.seconds is None:
        return False
    if row.seconds > options.run.limit.seconds_for(row.duration_seconds):
        return False
    return not has_errors(_audit(track, options.results_folder / track.name))


def _judge_song(track: Track, report: RunReport, outputs: Outputs, options: EvaluationOptions) -> SongResult:
    """Audit and score one song of this run."""
    phase = report.songs.get(track.name, SongPhase(track.name, failure="The song was never begun."))
    begun = any(song.name == track.name for child in report.children for song in child.songs)
    estimates = outputs.songs / track.name
    duration = track.duration_seconds()
    row = SongResult(
        name=track.name,
        duration_seconds=duration,
        limit_seconds=options.run.limit.seconds_for(duration),
        seconds=phase.seconds if begun else None,
        peak_memory_bytes=phase.peak_memory_bytes if begun else None,
        failure=phase.failure,
        audit=_audit(track, estimates) + logged_findings(outputs.logs, track.name),
    )
    if track.has_references and not has_errors(row.audit):
        try:
            row.sdr = score_song(track, estimates)
            row.silent_references = silent_references(track)
        except (KitError, OSError) as error:
            row.audit.append(Finding("warning", MIXTURE, f"not scored: {error}"))
    if row.sdr is not None and options.bss_eval:
        _add_bss_eval(row, track, estimates, outputs.frames / f"{track.name}.json")
    return row


def _add_bss_eval(row: SongResult, track: Track, estimates: Path, frames_path: Path) -> None:
    """Score a song with BSSEval too; where that fails, the song keeps the challenge's score."""
    try:
        frames = bss_eval_song(track, estimates)
    except (KitError, OSError) as error:
        row.audit.append(Finding("warning", MIXTURE, f"not scored with BSSEval: {error}"))
        return
    if frames is not None:
        row.bss_eval = bss_eval_medians(frames)
        row.audit += _keep_frames(frames, frames_path)


def _keep_frames(frames: FrameScores, path: Path) -> list[Finding]:
    """Write the frames of a song that is scored; where its name is too long for a file, say, that is a finding."""
    try:
        write_frame_scores(frames, path)
    except OSError as error:
        return [Finding("warning", MIXTURE, f"the seconds of its BSSEval scores are not kept: {error.strerror}")]
    return []


def _audit(track: Track, estimates: Path) -> list[Finding]:
    """Audit a song; where its mixture can no more be read, or not be decoded onto a full disk, that is the finding."""
    try:
        return audit_song(track.mixture_path, estimates)
    except (KitError, OSError) as error:
        return [Finding("error", MIXTURE, f"not audited: {error}")]


def _collect(rows: list[SongResult], report: RunReport, options: EvaluationOptions) -> Results:
    children = report.children
    predict = options.run.predict_path
    return Results(
        songs=rows,
        limit=options.run.limit.name,
        setup_seconds=children[0].setup_seconds if children else None,
        setups=len(children),
        peak_memory_bytes=max((child.peak_memory_bytes for child in children), default=0),
        network=children[0].network if children else "not run",
        network_attempts=sorted({message for child in children for message in child.network_attempts}),
        submission_sha256=fingerprint(predict),
        plan=read_plan(predict.parent / "my_submission" / "plan.yaml"),
        versions={"python": platform.python_version(), **package_versions()},
        hardware=hardware(),
        data=None if options.data is None else str(options.data),
    )


def read_plan(path: Path) -> dict[str, Any] | None:
    """Read a plan as plain data, None where there is none: it is recorded, never interpreted."""
    if not path.is_file():
        return None
    try:
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        logger.warning("'%s' is no readable YAML; the results do not record it.", path)
        return None
    return plan if isinstance(plan, dict) else None


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that decide scores."""
    versions = {}
    for package in REPORTED_PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions
