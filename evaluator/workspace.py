"""The folders of one run: outputs come into existence here and are moved beside the older ones when they are judged.

    <results>/.run-PID-XXXX/mixtures/   copies of the songs, so that a submission can spoil nothing of the user's
                           /offered-N/  what the N-th child process sees: links to copies of the songs it shall separate
                           /songs/      where it writes
                           /logs/       its output
                           /frames/     the frames of BSSEval's scores
                           /older/      what a move replaces, until the newer is in place

It lies on the file system of the results, because only there a move is a rename.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from evaluator.results import FRAMES_FOLDER

_NAME = re.compile(r"\.run-(\d+)-")
LOG_PATTERN = "predict-*.log"


class ResultsFolderError(OSError):
    """The results folder cannot take results."""


@dataclass(frozen=True)
class Outputs:
    """Where a run left what is judged."""

    songs: Path
    """One folder of stems for each song."""
    logs: Path
    frames: Path
    """Where the frames of BSSEval's scores go."""


class Workspace:
    """The folders of one run."""

    def __init__(self, results_folder: Path) -> None:
        """Make the folders, and remove those that a killed run left.

        Raises:
            ResultsFolderError: The results folder cannot be written.
        """
        self.results_folder = results_folder
        try:
            results_folder.mkdir(parents=True, exist_ok=True)
            remove_abandoned(results_folder, _NAME)
            self.root = Path(tempfile.mkdtemp(prefix=f".run-{os.getpid()}-", dir=results_folder)).resolve()
            self.songs, self.logs, self.frames = self.root / "songs", self.root / "logs", self.root / "frames"
            self.mixtures, self._older = self.root / "mixtures", self.root / "older"
            for folder in (self.songs, self.logs, self.frames, self.mixtures, self._older):
                folder.mkdir()
        except OSError as error:
            raise ResultsFolderError(
                f"The results folder must be a folder that can be written. Got '{results_folder}' "
                f"({error.strerror or error}). Name another one with --results, or free space."
            ) from error

    @property
    def outputs(self) -> Outputs:
        """What is judged when the run has ended."""
        return Outputs(self.songs, self.logs, self.frames)

    def publish(self, names: Iterable[str]) -> None:
        """Move the outputs of these songs, the frames of their scores, and the logs into the results folder.

        Older outputs of the same songs go, also where this run wrote none: they must not pass for new ones.

        Raises:
            OSError: A move failed; what it would have replaced is back in its place.
        """
        for name in names:
            self._replace(self.songs / name, self.results_folder / name)
            self._replace(self.frames / f"{name}.json", self.results_folder / FRAMES_FOLDER / f"{name}.json")
        logs = sorted(self.logs.glob(LOG_PATTERN)) if self.logs.is_dir() else []
        if logs:
            for log in self.results_folder.glob(LOG_PATTERN):
                log.unlink()
        for log in logs:
            log.rename(self.results_folder / log.name)

    def remove(self) -> None:
        """Remove the folders, whatever permissions the submission gave them."""
        remove_tree(self.root)

    def _replace(self, source: Path, target: Path) -> None:
        self._older.mkdir(parents=True, exist_ok=True)
        older = self._older / str(sum(1 for _ in self._older.iterdir()))
        # This does not raise where a name is too long for the file system: nothing is there then.
        replaces = os.path.lexists(target)
        if replaces:
            target.rename(older)
        if not os.path.lexists(source):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except OSError:
            if replaces:
                older.rename(target)
            raise


def remove_abandoned(parent: Path, names: re.Pattern[str]) -> None:
    """Remove the folders of runs whose process is gone; the first group of `names` is its number."""
    for entry in parent.iterdir():
        match = names.match(entry.name)
        if match and not psutil.pid_exists(int(match[1])):
            remove_tree(entry)


def remove_tree(folder: Path) -> None:
    """Remove a folder, whatever permissions lie in it; what cannot be removed stays."""

    def make_writable(function: Callable[[str], object], path: str, error: object) -> None:
        with contextlib.suppress(OSError):
            for locked in (Path(path).parent, Path(path)):
                locked.chmod(0o700)
            function(path)

    # The newer name of `onerror`, `onexc`, does not exist before Python 3.12.
    shutil.rmtree(folder, onerror=make_writable)
