"""The temporary folder of a rehearsal, which goes whatever ends it.

mdx-rehearse-PID-XXXX/clone/      HEAD, with the grader's files in place
/venv/       the fresh environment
/data/       the songs, mixtures only
/shared/predictions/   what the submission writes
/injected/   what the grader's machine has beside the repository
/channel/    what the submission tells the grader, and the rehearsal
/home/ /tmp/ a home without caches
/logs/ /frames/
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evaluator.workspace import Outputs, remove_abandoned, remove_tree
from rehearsal.report import RehearsalError

_NAME = re.compile(r"mdx-rehearse-(\d+)-")


@dataclass(frozen=True)
class Folder:
    """Where everything of one rehearsal lies."""

    root: Path

    @property
    def clone(self) -> Path:
        """The repository that is rehearsed."""
        return self.root / "clone"

    @property
    def venv(self) -> Path:
        """The fresh environment."""
        return self.root / "venv"

    @property
    def data(self) -> Path:
        """The songs."""
        return self.root / "data"

    @property
    def shared(self) -> Path:
        """Holds `predictions`."""
        return self.root / "shared"

    @property
    def predictions(self) -> Path:
        """Where the submission writes."""
        return self.shared / "predictions"

    @property
    def injected(self) -> Path:
        """Modules that the submission's Python finds before all others."""
        return self.root / "injected"

    @property
    def channel(self) -> Path:
        """Files into which the processes report."""
        return self.root / "channel"

    @property
    def phases_file(self) -> Path:
        """What the rehearsal watches."""
        return self.channel / "phases.jsonl"

    @property
    def events_file(self) -> Path:
        """What the grader would be told."""
        return self.channel / "events.jsonl"

    @property
    def outside_file(self) -> Path:
        """Which files outside of its own folders the submission asked for, and whether they were hidden."""
        return self.channel / "outside.jsonl"

    @property
    def run_log(self) -> Path:
        """Output of the submission."""
        return self.root / "logs" / "run.log"

    @property
    def build_log(self) -> Path:
        """Output of everything that makes the environment."""
        return self.root / "build.log"

    @property
    def outputs(self) -> Outputs:
        """What is judged."""
        return Outputs(self.predictions, self.root / "logs", self.root / "frames")

    @property
    def home(self) -> Path:
        """The home of the submission's user."""
        return self.root / "home"

    @property
    def temporary(self) -> Path:
        """What the submission takes for the system's temporary folder."""
        return self.root / "tmp"

    def make(self) -> None:
        """Make all that is there before the clone."""
        folders = (self.data, self.predictions, self.channel, self.home, self.temporary, self.outputs.logs)
        for folder in (*folders, self.outputs.frames):
            folder.mkdir(parents=True)
        for file in (self.phases_file, self.events_file, self.outside_file, self.build_log):
            file.touch()


@contextmanager
def rehearsal_folder(*, keep: bool) -> Iterator[Folder]:
    """Make the folder; remove it when the block ends, unless it is kept, and those that killed rehearsals left.

    Raises:
        RehearsalError: There is no room for it.
    """
    try:
        remove_abandoned(Path(tempfile.gettempdir()), _NAME)
        owner = "kept" if keep else os.getpid()
        root = Path(tempfile.mkdtemp(prefix=f"mdx-rehearse-{owner}-")).resolve()
    except OSError as error:
        raise RehearsalError(
            f"The temporary folder must be one that can be written. Got '{tempfile.gettempdir()}' "
            f"({error.strerror or error}). Name another one with the variable TMPDIR."
        ) from error
    try:
        folder = Folder(root)
        folder.make()
        yield folder
    finally:
        if not keep:
            remove_tree(root)
