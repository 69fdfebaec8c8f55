"""Does the submission give away passwords or keys?"""

from __future__ import annotations

from collections.abc import Iterator

from doctor.findings import Fault, check, ignoring, quoted, warning
from doctor.repository import Repository
from doctor.secret_files import is_added, looks_secret, waiting_secrets


@check(
    "secret-files",
    "No file with passwords or keys is committed, or waits for `git add --all`",
    why="A push sends it to the server, where everybody with access to the repository reads it.",
)
def secret_files(repository: Repository) -> Iterator[Fault]:
    """Find files such as .env, in HEAD and beside it."""
    git = repository.git
    for path in git.files:
        if "D" not in git.changes.get(path, "") and looks_secret(repository.path, path):
            yield Fault(
                path,
                "It is committed, and its name is that of a file with passwords or keys.",
                f"`git rm --cached -- {quoted(path)} && {ignoring(path)} && git add .gitignore && git commit`, and "
                "revoke what it holds, for older commits keep it; or rename it if it holds nothing of the kind.",
            )
    for path in waiting_secrets(repository.path, git.changes):
        if path not in git.files:
            unstage = f"git rm --cached -- {quoted(path)} && " if is_added(git.changes[path]) else ""
            yield warning(
                path,
                "It is not ignored, and its name is that of a file with passwords or keys.",
                f"`{unstage}{ignoring(path)}`, or rename it if it holds nothing of the kind.",
            )


CHECKS = (secret_files,)
