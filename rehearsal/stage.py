"""Set the stage: the grader's own files over the clone, its packages beside it, the songs where it keeps them."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from evaluator import contract_events, network_guard
from evaluator.tracks import Track, copy_mixtures
from evaluator.workspace import remove_tree
from rehearsal import outside_files
from rehearsal.folder import Folder
from rehearsal.isolation import View
from rehearsal.view import SYSTEM

GRADER_FILES = Path(__file__).parent / "grader"
INJECTED = ("aicrowd_api", "rehearsal_channel", "sitecustomize.py", "sdx23_evaluator.py")
Contents = dict[str, tuple[int, int]]
"""Name of a file or folder -> its size in bytes, and the time of its last change in ns."""
_EVERYBODY_READS, _EVERYBODY_ENTERS = 0o444, 0o555


def replace_graders_files(clone: Path, challenge: str) -> None:
    """Do to the clone what the grader does: put its own files in place of those of the same name."""
    if challenge == "sdx23":
        wrapper = Path("my_submission", "aicrowd_wrapper.py")
        (clone / wrapper).parent.mkdir(exist_ok=True)
        shutil.copyfile(GRADER_FILES / wrapper, clone / wrapper)
        return
    # The whole folder goes: a submission must need nothing of it that the grader does not bring.
    if (clone / "evaluator").is_symlink():
        (clone / "evaluator").unlink()
    elif (clone / "evaluator").exists():
        remove_tree(clone / "evaluator")
    _copy(GRADER_FILES / "evaluator", clone / "evaluator")
    shutil.copyfile(GRADER_FILES / "watched_evaluator.py", clone / "evaluator" / "__init__.py")


def inject_packages(folder: Folder, view: View) -> None:
    """Put beside the clone what the submission's Python finds there: the package for events, and our channel.

    Args:
        folder: Of the rehearsal.
        view: Files that it does not show are noticed when they are opened.
    """
    folder.injected.mkdir()
    for name in INJECTED:
        _copy(GRADER_FILES / name, folder.injected / name)
    channel = folder.injected / "rehearsal_channel"
    for module in (contract_events, network_guard, outside_files):
        shutil.copy(str(module.__file__), channel)
    if view.hidden:
        system = [f"/{name}" for name in sorted(SYSTEM)]
        watched = outside_files.Watched(system, view.hidden, view.kept, began=time.time())
        (channel / "watched.json").write_text(json.dumps(asdict(watched)), encoding="utf-8")


def offer_songs(tracks: Iterable[Track], data: Path) -> None:
    """Copy the mixtures, and nothing else, to where they can be read only.

    Raises:
        OSError: There is no room for them.
    """
    copy_mixtures(tracks, data)
    for path in sorted(data.rglob("*")):
        path.chmod(_EVERYBODY_ENTERS if path.is_dir() else _EVERYBODY_READS)
    data.chmod(_EVERYBODY_ENTERS)


def contents(data: Path) -> Contents:
    """List the files and folders below one."""
    found = {str(path.relative_to(data)): path.lstat() for path in sorted(data.rglob("*"))}
    return {name: (status.st_size, status.st_mtime_ns) for name, status in found.items()}


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
