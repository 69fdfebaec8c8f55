"""The folder that `--output` names: what may be one, and what of a rehearsal goes there."""

from __future__ import annotations

import shutil
from pathlib import Path

from audio.atomic import write_text_atomically
from doctor.findings import UnreadableError
from doctor.git_program import ask_git, fields_of
from evaluator.workspace import remove_tree
from evaluator.writable import check_writable
from rehearsal.folder import Folder
from rehearsal.report import RehearsalError, Report

REPORT_NAME = "rehearsal.json"


def check_output(output: Path) -> None:
    """Make the folder; refuse one that is part of some repository's content.

    Raises:
        RehearsalError: Files in it are tracked by git.
        UnwritableError: It cannot be made or written.
    """
    tracked = _tracked_files(output) if output.is_dir() else []
    if tracked:
        raise RehearsalError(
            f"The report of a rehearsal must go into a folder without files that git tracks. Got '{output}', which "
            f"holds '{tracked[0]}'. Name another one with --output, such as 'rehearsed'."
        )
    check_writable(output, "The report of a rehearsal", "--output")


def keep_outputs(report: Report, folder: Folder, output: Path) -> None:
    """Write the report, the logs, the events and the stems into a folder, in place of those of an earlier rehearsal.

    Raises:
        OSError: There is no room for them; the report comes first.
    """
    holds_earlier = (output / REPORT_NAME).is_file()
    write_text_atomically(output / REPORT_NAME, report.as_json() + "\n")
    for file in (folder.run_log, folder.build_log, folder.events_file):
        if file.is_file():
            shutil.copyfile(file, output / file.name)
    if holds_earlier:
        remove_tree(output / "stems")
    # The submission may have removed it, or put a link there.
    if folder.predictions.is_dir() and not folder.predictions.is_symlink():
        shutil.copytree(folder.predictions, output / "stems", ignore=_no_files, dirs_exist_ok=True)


def _tracked_files(folder: Path) -> list[str]:
    try:
        return fields_of(ask_git(folder, "ls-files", "-z", "--", "."))
    except UnreadableError:
        # A folder in no repository.
        return []


def _no_files(folder: str, names: list[str]) -> list[str]:
    """List links, pipes and devices, which a submission may have made and nobody copies."""
    entries = {name: Path(folder, name) for name in names}
    return [name for name, path in entries.items() if path.is_symlink() or not (path.is_file() or path.is_dir())]
