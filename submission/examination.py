"""The one place where `mdx submit` asks `mdx doctor`."""

from __future__ import annotations

from pathlib import Path

from doctor.catalogue import CHECKS
from doctor.examination import Examination, examine
from doctor.repository import Repository

ANSWERED_BY_THE_SERVER = frozenset({"graded-once"})
"""A tag that was never pushed keeps no commit from being graded; the server says which ones were."""
ASKED_OF_ONE_REMOTE = frozenset({"remote"})
"""A submission looks at the remote that it goes to."""
MENDED_BY_A_COMMIT = frozenset({"dirty-tree", "files-committed", "large-untracked", "weights-committed"})


def examine_submission(root: Path, *, before_commit: bool) -> Examination:
    """Make the checks of `mdx doctor` on a clone that is about to be submitted.

    Args:
        root: The clone.
        before_commit: Whether all that is not in HEAD will be committed first; the checks that this answers are left
            out, and made when it is done.
    """
    left_out = ANSWERED_BY_THE_SERVER | ASKED_OF_ONE_REMOTE | (MENDED_BY_A_COMMIT if before_commit else frozenset())
    return examine(Repository(root), [check for check in CHECKS if check.name not in left_out])
