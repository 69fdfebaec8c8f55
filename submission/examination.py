"""The one place where `mdx submit` asks `mdx doctor`."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from doctor.catalogue import CHECKS
from doctor.examination import Examination, examine
from doctor.findings import UnreadableError
from doctor.git_facts import LINK_MODE, PLAIN_MODE, PROGRAM_MODE, CommittedFile, GitFacts
from doctor.repository import Repository

ANSWERED_BY_THE_SERVER = frozenset({"graded-once"})
"""A tag that was never pushed keeps no commit from being graded; the server says which ones were."""
ASKED_OF_ONE_REMOTE = frozenset({"remote"})
"""A submission looks at the remote that it goes to."""
MENDED_BY_A_COMMIT = frozenset({"dirty-tree"})


class _OnceCommitted(Repository):
    """A clone as it will be when everything that git does not ignore is committed."""

    @cached_property
    def git(self) -> GitFacts:
        """What git will know: all changes are in HEAD, and large weights of the plan are no surprise."""
        git = super().git
        removed = {path for path, code in git.changes.items() if "D" in code}
        new = git.changes.keys() - git.files.keys() - removed
        files = {path: file for path, file in git.files.items() if path not in removed}
        weights = self._planned_weights()
        return replace(
            git,
            files=files | {path: CommittedFile(_mode(self.path / path), "", 0) for path in sorted(new)},
            changes={path: code for path, code in git.changes.items() if path not in weights},
        )

    def _planned_weights(self) -> set[str]:
        try:
            return {self.relative(needed.path) for needed in self.weights if needed.path}
        except UnreadableError:
            return set()


def examine_submission(root: Path, *, before_commit: bool) -> Examination:
    """Make the checks of `mdx doctor` on a clone that is about to be submitted.

    Args:
        root: The clone.
        before_commit: Whether all that git does not ignore will be committed first; the clone is examined as if it
            were, and again when it is done.
    """
    left_out = ANSWERED_BY_THE_SERVER | ASKED_OF_ONE_REMOTE | (MENDED_BY_A_COMMIT if before_commit else frozenset())
    repository = _OnceCommitted(root) if before_commit else Repository(root)
    return examine(repository, [check for check in CHECKS if check.name not in left_out])


def _mode(file: Path) -> str:
    """Return what git will call a file."""
    if file.is_symlink():
        return LINK_MODE
    return PROGRAM_MODE if os.access(file, os.X_OK) else PLAIN_MODE
