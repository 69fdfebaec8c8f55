"""Run predict.py over songs: one child process as long as all goes well, a new one after each failure.

The original evaluator ends the whole run at the first failing song. Here the failure is recorded, and the songs that
are left go to a new child, whose set-up is paid and reported again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from evaluator.process import OnSong, count_cpus, read_tail, run_child
from evaluator.tracks import Track, copy_mixtures, offer_tracks
from evaluator.watch import ChildOptions, ChildReport, SongPhase
from evaluator.workspace import Workspace
from separation.limits import TimeLimit

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOptions:
    """How the child processes are run."""

    predict_path: Path
    limit: TimeLimit
    memory_limit_bytes: int | None = None
    """Resident memory of the whole process tree."""
    cpus: int | None = None
    cut_network: bool = True

    def for_child(
        self, data_folder: Path, results_folder: Path, log_path: Path, song_limits_seconds: dict[str, float]
    ) -> ChildOptions:
        """Make the options of one child process."""
        return ChildOptions(
            predict_path=self.predict_path.resolve(),
            data_folder=data_folder,
            results_folder=results_folder,
            log_path=log_path,
            setup_limit_seconds=self.limit.setup_seconds,
            song_limits_seconds=song_limits_seconds,
            memory_limit_bytes=self.memory_limit_bytes,
            cpus=self.cpus,
            cut_network=self.cut_network,
        )


@dataclass
class RunReport:
    """What became of every song, and of every child."""

    songs: dict[str, SongPhase] = field(default_factory=dict)
    children: list[ChildReport] = field(default_factory=list)


def run_songs(
    tracks: list[Track], workspace: Workspace, options: RunOptions, report: RunReport, on_song: OnSong
) -> None:
    """Separate songs through predict.py, whatever it holds.

    Args:
        tracks: The songs.
        workspace: Where the outputs and the logs go.
        options: Limits and isolation.
        report: Filled with one phase for each song, failed or not, and one report for each child; an interruption
            leaves in it what had ended.
        on_song: Called with each song that ended.
    """
    if options.cpus and options.cpus > count_cpus():
        logger.warning(
            "Asked for %d CPUs, this machine has %d: times here are those of fewer.", options.cpus, count_cpus()
        )
    limits = {track.name: options.limit.seconds_for(track.duration_seconds()) for track in tracks}
    pending = list(tracks)
    copy_mixtures(tracks, workspace.mixtures)
    while pending:
        child = ChildReport()
        report.children.append(child)
        log_path = workspace.logs / f"predict-{len(report.children)}.log"
        offered = workspace.root / f"offered-{len(report.children)}"
        offer_tracks(pending, workspace.mixtures, offered)
        song_limits = {track.name: limits[track.name] for track in pending}
        try:
            run_child(options.for_child(offered, workspace.songs, log_path, song_limits), child, on_song)
        finally:
            begun = {song.name: song for song in child.songs}
            report.songs |= begun
        _explain(child, log_path)
        pending = [track for track in pending if track.name not in begun]
        if pending and not begun:
            # A set-up that fails, or a program that never reaches the songs, would fail for each of them again.
            reason = child.failure or "predict.py ended without separating this song."
            report.songs |= {track.name: SongPhase(track.name, failure=reason) for track in pending}
            break


def _explain(child: ChildReport, log_path: Path) -> None:
    """Say who asked for the network, and show the end of the log where something failed: it holds the traceback."""
    for message in child.network_attempts:
        logger.warning("%s", message)
    failures = [f"'{song.name}': {song.failure}" for song in child.songs if song.failure]
    if child.failure:
        failures.append(child.failure)
    for failure in failures:
        logger.error("%s The end of its output:\n%s", failure, read_tail(log_path))
