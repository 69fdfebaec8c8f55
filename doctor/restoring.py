"""How a file gets back to what it was when it was last committed."""

from __future__ import annotations

from pathlib import Path

from doctor.findings import UnreadableError, quoted
from doctor.git_program import ask_git

_FROM_THE_KIT = "Copy it from a new clone of the kit"


def how_to_restore(root: Path, name: str) -> str:
    """Return the command that puts the last committed state of a file there which is not the one on disk.

    Args:
        root: The repository's folder.
        name: The file.
    """
    try:
        is_as_in_head = not ask_git(root, "diff", "--name-only", "HEAD", "--", name)
        is_in_head = bool(ask_git(root, "ls-tree", "HEAD", "--", name))
        if is_in_head and not is_as_in_head:
            return f"`git checkout HEAD -- {quoted(name)}`"
        last = ask_git(root, "rev-list", "--max-count=1", "HEAD", "--", name).decode().strip()
        if last and ask_git(root, "ls-tree", f"{last}^", "--", name):
            return f"`git checkout {last[:12]}^ -- {quoted(name)}`"
    except UnreadableError:
        pass  # No repository, or no earlier commit.
    return _FROM_THE_KIT
