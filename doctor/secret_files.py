"""Files that by their names hold passwords, tokens or keys, and a commit of everything that leaves them out."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from doctor.findings import quoted

_NAMES = (".env", ".env.*", ".netrc", ".pypirc", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519")
_EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist")
_KEY_FILES = ("*.pem", "*.key")
"""Certificates, which are public, and slides have such names, too."""
_KEY_MARK = b"PRIVATE KEY"
_LOOKED_AT_BYTES = 64 * 1024


def looks_secret(root: Path, path: str) -> bool:
    """Tell whether a file mostly holds what nobody else may read.

    Args:
        root: The repository's folder.
        path: Of the file, relative to it.

    Raises:
        OSError: It may not be read.
    """
    name, file = Path(path).name, root / path
    if any(fnmatch(name, pattern) for pattern in _NAMES):
        return name not in _EXAMPLES
    return any(fnmatch(name, pattern) for pattern in _KEY_FILES) and file.is_file() and _KEY_MARK in _beginning(file)


def waiting_secrets(root: Path, changes: Mapping[str, str]) -> list[str]:
    """Return those that a commit of everything would hold.

    Args:
        root: The repository's folder.
        changes: Path -> the two letters of `git status --porcelain`.
    """
    return [path for path, code in changes.items() if "D" not in code and looks_secret(root, path)]


def commit_all(root: Path, changes: Mapping[str, str]) -> str:
    """Return the command that commits all changes but those of secret files; the arguments are the same."""
    secrets = waiting_secrets(root, changes)
    if not secrets:
        return "git add --all && git commit"
    staged = [quoted(path) for path in secrets if is_added(changes[path])]
    unstage = f"git rm --quiet --cached -- {' '.join(staged)} && " if staged else ""
    without = " ".join(quoted(f":(exclude,literal){path}") for path in secrets)
    return f"{unstage}git add --all -- {without} && git commit"


def is_added(code: str) -> bool:
    """Tell whether git has been told to take a file that no commit holds, by the letters of its status."""
    return code.startswith("A")


def _beginning(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_LOOKED_AT_BYTES)
