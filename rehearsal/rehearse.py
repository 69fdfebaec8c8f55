"""The rehearsal, step by step: clone, environment, songs, run, judgement.

What would fail at the grader too ends in the report; only bad input is raised.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from audio.sample_tracks import write_sample_tracks
from doctor.repository import Repository
from evaluator.evaluate import EvaluationOptions, judge, read_plan
from evaluator.process import count_cpus, read_tail
from evaluator.runner import RunOptions, RunReport
from evaluator.subsets import songs_to_evaluate
from evaluator.tracks import Track
from evaluator.watch import ChildReport
from rehearsal.clone import clone_head, find_repository, resolve_lfs_files, uncommitted_remarks
from rehearsal.committed_files import judge_links, judge_run_script, judge_submodules
from rehearsal.events import check_events, error_text, read_events
from rehearsal.folder import Folder, rehearsal_folder
from rehearsal.launch import Stage, run_submission
from rehearsal.outputs import check_output, keep_outputs
from rehearsal.outside_reports import judge_outside_files, read_outside_files
from rehearsal.preparation import Challenge, EnvironmentKind, Preparation
from rehearsal.report import BuildError, Remark, Report, Step
from rehearsal.stage import contents, offer_songs
from rehearsal.verdict import (
    hints,
    judge_fallbacks,
    judge_left_out,
    judge_network,
    judge_songs,
    judge_songs_folder,
    uncommitted_files,
)
from separation.limits import TimeLimit

_SEARCHED_LINES = 1000
"""At the end of a log that may explain a failure."""


@dataclass(frozen=True)
class RehearsalOptions:
    """What is rehearsed, and how."""

    path: Path
    """A repository, or a folder in it."""
    limit: TimeLimit
    challenge: Challenge | None = None
    """None for the one that the committed aicrowd.json names, MDX21 where it names none."""
    environment: EnvironmentKind = "fresh"
    cpus: int | None = 4
    memory_limit_bytes: int | None = 16_000_000_000
    data: Path | None = None
    """Songs; None for the repository's data/test, or the sample tracks where there is none."""
    songs: Sequence[str] | None = None
    output: Path | None = None
    """Where the report, the logs and the stems go; None for nowhere."""
    keep: bool = False
    """Leave the temporary folder."""


def rehearse(options: RehearsalOptions, on_step: Callable[[str], None] = lambda name: None) -> Report:
    """Rehearse a submission.

    Args:
        options: What, how.
        on_step: Called with the name of each step that begins.

    Raises:
        RehearsalError: The folder is no repository, or git tracks files in the output.
        UnreadableError: git refuses to clone it.
        TrackError: There are no such songs.
        AudioError: A mixture is no audio file.
        UnwritableError: The output cannot be written.
        OSError: There is no room for temporary files.
    """
    repository = find_repository(options.path)
    if options.output:
        check_output(options.output)
    with rehearsal_folder(keep=options.keep) as folder:
        report = Report(str(repository), kept_folder=str(folder.root) if options.keep else None)
        rehearsal = _Rehearsal(options, repository, folder, report, on_step)
        try:
            rehearsal.perform()
        except BuildError as error:
            report.remarks.append(Remark("error", "environment", str(error)))
        finally:
            rehearsal.close()
        if options.output:
            keep_outputs(report, folder, options.output)
    return report


@dataclass
class _Rehearsal:
    """One rehearsal under way."""

    options: RehearsalOptions
    repository: Path
    folder: Folder
    report: Report
    on_step: Callable[[str], None]
    preparation: Preparation = field(init=False)

    def __post_init__(self) -> None:
        """Take what is to be prepared."""
        self.preparation = Preparation(self.options.environment, self.folder, self.repository, self.report)

    def perform(self) -> None:
        """Go through all steps, as far as they go.

        Raises:
            BuildError: The environment could not be made.
        """
        with self._step("clone"):
            self._clone()
        if not self.report.may_go_on:
            return
        with self._step("songs"):
            tracks = self._find_songs()
            offer_songs(tracks, self.folder.data)
        with self._step("environment"):
            stage = self.preparation.make_stage()
        run = RunOptions(
            predict_path=self.folder.clone / "predict.py",
            limit=self.options.limit,
            memory_limit_bytes=self.options.memory_limit_bytes,
            cpus=self.options.cpus,
        )
        with self._step("run"):
            child = self._run(stage, tracks, run)
        with self._step("judgement"):
            self._judge(stage, tracks, run, child)

    def close(self) -> None:
        """Remove what lies outside the folder."""
        if not self.options.keep:
            self.preparation.remove_image()

    def _clone(self) -> None:
        self.report.commit = clone_head(self.repository, self.folder.clone)
        self.report.remarks += uncommitted_remarks(self.repository)
        self.report.remarks += resolve_lfs_files(self.repository, self.folder.clone)
        self.report.remarks += judge_links(self.folder.clone)
        self.report.remarks += judge_submodules(self.folder.clone)
        self.report.challenge = self.options.challenge or Repository(self.folder.clone).challenge.value
        if self.report.challenge == "mdx21":
            self.report.remarks += judge_run_script(self.folder.clone)

    def _find_songs(self) -> list[Track]:
        data = self.options.data
        if data is None:
            data = self.repository / "data" / "test"
            if not data.is_dir():
                data = self.folder.root / "samples"
                write_sample_tracks(data)
        return songs_to_evaluate(data, names=self.options.songs)

    def _run(self, stage: Stage, tracks: list[Track], run: RunOptions) -> ChildReport:
        child = ChildReport()
        if run.cpus and run.cpus > count_cpus():
            message = f"Asked for {run.cpus} CPUs, this machine has {count_cpus()}: times here are those of fewer."
            self.report.remarks.append(Remark("warning", "run", message))
        limits = {track.name: run.limit.seconds_for(track.duration_seconds()) for track in tracks}
        folder = self.folder
        options = run.for_child(folder.data, folder.predictions, folder.run_log, limits)
        before = contents(folder.data)
        run_submission(stage, options, child, lambda song: self.on_step(f"separated '{song.name}'"))
        self.report.remarks += judge_songs_folder(before, contents(folder.data))
        if stage.container:
            child.network = "a container without one"
            self.report.others_hidden = True
        else:
            outside = read_outside_files(folder.outside_file)
            self.report.others_hidden = outside.hidden
            self.report.remarks += judge_outside_files(outside)
        return child

    def _judge(self, stage: Stage, tracks: list[Track], run: RunOptions, child: ChildReport) -> None:
        report = self.report
        evaluation = EvaluationOptions(run, tracks, self.folder.predictions, bss_eval=False, data=self.options.data)
        songs = RunReport(songs={song.name: song for song in child.songs}, children=[child])
        report.events = read_events(self.folder.events_file)
        results = judge(tracks, {}, songs, self.folder.outputs, evaluation)
        plan = read_plan(self.folder.clone / "my_submission" / "plan.yaml")
        report.results = dataclasses.replace(results, plan=plan, versions=report.versions)
        report.exit_code = child.exit_code
        report.remarks += judge_songs(report.results)
        report.remarks += judge_fallbacks(self.folder.outputs.logs, [track.name for track in tracks])
        report.remarks += judge_network(child.network)
        if child.failure and not error_text(report.events):
            report.remarks.append(Remark("error", "run", child.failure))
        if report.challenge == "mdx21":
            report.remarks += check_events(report.events, child.exit_code, stage.places.predictions)
        if not report.ok:
            self._explain()

    def _explain(self) -> None:
        """Add what helps to mend a run that failed."""
        self.report.log_tail = read_tail(self.folder.run_log)
        told = [remark.message for remark in self.report.remarks if remark.subject not in ("git", "events")]
        log = read_tail(self.folder.run_log, lines=_SEARCHED_LINES)
        texts = [error_text(self.report.events), *told, log]
        self.report.remarks += hints(texts, uncommitted_files(self.repository))
        self.report.remarks += judge_left_out(texts, self.preparation.left_out)

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Time a step, also one that fails."""
        self.on_step(name)
        started = time.monotonic()
        try:
            yield
        finally:
            self.report.steps.append(Step(name, time.monotonic() - started))
