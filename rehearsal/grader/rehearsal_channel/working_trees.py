"""Forget the kit's installation, where it is a working tree of another folder.

Python would find in that what the clone lacks: files that nobody committed, and those of `evaluator/` that the grader
does not bring.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def forget_working_trees(kept: Sequence[str], folders: list[str], finders: list[Any]) -> None:
    """Drop working trees of the kit that are not the submission's own; one that it installs for editing is.

    Args:
        kept: Folders that a submission may use, without links on the way.
        folders: As `sys.path`; changed.
        finders: As `sys.meta_path`; changed.
    """
    own = tuple(f"{folder}/" for folder in kept)

    def is_own(path: str) -> bool:
        return f"{os.path.realpath(path)}/".startswith(own)

    folders[:] = [folder for folder in folders if is_own(folder) or not Path(folder, "run.sh").is_file()]
    finders[:] = [finder for finder in finders if all(map(is_own, _installed_for_editing(finder)))]


def _installed_for_editing(finder: Any) -> list[str]:
    """List the folders and files to which a finder of setuptools leads; nothing for all others."""
    module = getattr(finder, "__module__", "")
    if not module.startswith("__editable__"):
        return []
    return list(getattr(sys.modules.get(module), "MAPPING", {}).values())
