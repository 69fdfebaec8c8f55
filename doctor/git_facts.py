"""Everything that the checks ask of git, gathered once: HEAD's files, changes, tags, branches, remotes, LFS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from doctor.changes import HiddenFiles, find_hidden_files, read_changes
from doctor.findings import UnreadableError
from doctor.git_program import SUBJECT, as_stdin, ask_git, fields_of, lines_of
from doctor.lfs_store import objects_folder, stored_file
from models.files.lfs_pointers import LONGEST_POINTER_BYTES, Pointer, read_pointer

_BRANCHES = "refs/heads/"
_FETCHED_FROM, _PUSHED_TO = " (fetch)", " (push)"
PLAIN_MODE, PROGRAM_MODE, LINK_MODE, SUBMODULE_MODE = "100644", "100755", "120000", "160000"
_SHORTEST_POINTER_BYTES = 100
"""Version line and hash alone have more."""
_KIBIBYTE = 1024
_ADDRESS_KEY = re.compile(r"remote\..+\.(push)?url$")


@dataclass(frozen=True)
class CommittedFile:
    """One file of HEAD."""

    mode: str
    oid: str
    size_bytes: int
    """Of what git itself holds: of a pointer where git-lfs holds the rest; 0 for a submodule."""


@dataclass(frozen=True)
class GitFacts:
    """What git knows of a repository. Paths are relative, with slashes."""

    head: str | None
    """HEAD's commit; None before the first one."""
    branch: str | None
    """None where HEAD is detached."""
    is_shallow: bool
    """Whether commits before some that are here were left out when it was cloned."""
    branches: tuple[str, ...]
    head_tags: tuple[str, ...]
    """Tags that lead to HEAD."""
    remotes: Mapping[str, str]
    """Name -> where it is pushed to, as git's configuration rewrites it."""
    addresses: tuple[tuple[str, str], ...]
    """Setting and address, such as `remote.aicrowd.url`: all that remotes have, for fetching and for pushing."""
    reached: tuple[tuple[str, str], ...]
    """Remote and address: what git makes of the same, for `url.<base>.insteadOf` rewrites addresses."""
    changes: Mapping[str, str]
    """Path -> the two letters of `git status --porcelain`: what is not committed, ignored files left out."""
    hidden: HiddenFiles
    """What git is told not to look at."""
    files: Mapping[str, CommittedFile]
    """Of HEAD."""
    pointers: Mapping[str, Pointer]
    """Those of HEAD that are LFS pointers."""
    links: Mapping[str, str]
    """Symbolic links of HEAD -> where they lead."""
    lfs_paths: frozenset[str]
    """Files, committed or not, that .gitattributes hands to git-lfs."""
    lfs_objects: Path
    """Folder of what git-lfs has fetched."""
    lfs_program: bool
    """Whether git-lfs is installed."""
    lfs_filter: bool
    """Whether `git lfs install` was run."""
    history_bytes: int
    """Of all commits together, compressed."""
    ignored: Mapping[str, str]
    """Files that a submission may need, but that a rule hides from git -> the rule, as FILE:LINE:PATTERN."""

    def untracked(self) -> list[str]:
        """Return the files that git neither holds nor ignores."""
        return [path for path, code in self.changes.items() if code == "??"]

    def lfs_kept_bytes(self) -> int:
        """Return how much git-lfs has fetched and added, for whatever commit."""
        return sum(path.stat().st_size for path in self.lfs_objects.rglob("*") if path.is_file())

    def has_lfs_object(self, pointer: Pointer) -> bool:
        """Tell whether the content behind a pointer is here."""
        stored = stored_file(self.lfs_objects, pointer)
        return stored is not None and stored.is_file()


def gather_git_facts(root: Path, hideable: list[str]) -> GitFacts:
    """Ask git for everything.

    Args:
        root: The repository's folder.
        hideable: Files on disk that a submission may need, relative to it.

    Raises:
        UnreadableError: It is no repository, lies within another one, or git is not installed or refuses.
    """
    _refuse_folders_within(root)
    head = ask_git(root, "rev-parse", "--verify", "--quiet", "HEAD", may_fail=True).decode().strip() or None
    # Short names are longer where a tag is called like a branch.
    branch = ask_git(root, "symbolic-ref", "--quiet", "HEAD", may_fail=True).decode().strip() or None
    files = _committed_files(root) if head else {}
    lfs_program = bool(ask_git(root, "lfs", "version", may_fail=True))
    contents = _small_contents(root, files)
    found = {path: read_pointer(content) for path, content in contents.items()}
    pointers = {path: pointer for path, pointer in found.items() if pointer is not None}
    changes = read_changes(root, pointers, has_lfs=lfs_program)
    reached = _reached(root)
    pairs = _settings(root)
    settings = dict(pairs)
    return GitFacts(
        head=head,
        branch=branch and branch.removeprefix(_BRANCHES),
        is_shallow=ask_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true",
        branches=lines_of(ask_git(root, "for-each-ref", "--format=%(refname:lstrip=2)", _BRANCHES)),
        head_tags=lines_of(ask_git(root, "tag", "--points-at", "HEAD")) if head else (),
        remotes=_remotes(reached),
        addresses=tuple((key, value) for key, value in pairs if _ADDRESS_KEY.match(key)),
        reached=tuple((name, address) for name, address, _ in reached),
        changes=changes,
        files=files,
        pointers=pointers,
        links={path: contents[path].decode(errors="replace") for path in contents if files[path].mode == LINK_MODE},
        hidden=find_hidden_files(root, pointers, has_lfs=lfs_program),
        lfs_paths=_lfs_paths(root, [*files, *(path for path in changes if path not in files)]),
        lfs_objects=objects_folder(root),
        lfs_program=lfs_program,
        lfs_filter=bool(settings.get("filter.lfs.process") or settings.get("filter.lfs.clean")),
        history_bytes=_history_bytes(root),
        ignored=_ignored(root, hideable),
    )


def _refuse_folders_within(root: Path) -> None:
    top = Path(ask_git(root, "rev-parse", "--show-toplevel").decode(errors="surrogateescape").rstrip("\n"))
    if top.resolve() != root.resolve():
        raise UnreadableError(SUBJECT, f"This folder is no repository of its own, but part of '{top}'.")


def _settings(root: Path) -> list[tuple[str, str]]:
    """Return keys and values of git's configuration; of several values of a key the last one counts mostly."""
    pairs = (field.partition("\n") for field in fields_of(ask_git(root, "config", "--list", "-z")))
    return [(key, value) for key, _, value in pairs]


def _reached(root: Path) -> list[tuple[str, str, str]]:
    """Return remotes with their addresses, and whether they are fetched from or pushed to."""
    found = []
    for line in lines_of(ask_git(root, "remote", "--verbose")):
        name, _, address = line.partition("\t")
        for use in (_FETCHED_FROM, _PUSHED_TO):
            if address.endswith(use):
                found.append((name, address.removesuffix(use), use))
    return found


def _remotes(reached: list[tuple[str, str, str]]) -> dict[str, str]:
    """Return name -> the first address that it is pushed to."""
    remotes: dict[str, str] = {}
    for name, address, use in reached:
        if use == _PUSHED_TO:
            remotes.setdefault(name, address)
    return remotes


def _committed_files(root: Path) -> dict[str, CommittedFile]:
    files = {}
    for field in fields_of(ask_git(root, "ls-tree", "-r", "-l", "-z", "HEAD")):
        facts, _, path = field.partition("\t")
        mode, _, oid, size = facts.split()
        files[path] = CommittedFile(mode, oid, int(size) if size.isdigit() else 0)
    return files


def _small_contents(root: Path, files: Mapping[str, CommittedFile]) -> dict[str, bytes]:
    """Read links, and the files of HEAD that are as small as a pointer."""
    paths = [
        path
        for path, file in files.items()
        if file.mode == LINK_MODE or _SHORTEST_POINTER_BYTES <= file.size_bytes <= LONGEST_POINTER_BYTES
    ]
    asked = "".join(f"{files[path].oid}\n" for path in paths).encode()
    answer = ask_git(root, "cat-file", "--batch", stdin=asked) if paths else b""
    contents, start = {}, 0
    for path in paths:
        start = answer.index(b"\n", start) + 1
        end = start + files[path].size_bytes
        contents[path] = answer[start:end]
        start = end + 1
    return contents


def _lfs_paths(root: Path, paths: list[str]) -> frozenset[str]:
    fields = fields_of(ask_git(root, "check-attr", "-z", "--stdin", "filter", stdin=as_stdin(paths)))
    return frozenset(path for path, value in zip(fields[::3], fields[2::3], strict=True) if value == "lfs")


def _history_bytes(root: Path) -> int:
    counts = dict(line.split(": ", 1) for line in lines_of(ask_git(root, "count-objects", "-v")))
    return (int(counts["size"]) + int(counts["size-pack"])) * _KIBIBYTE


def _ignored(root: Path, paths: list[str]) -> dict[str, str]:
    answer = ask_git(root, "check-ignore", "--verbose", "-z", "--stdin", stdin=as_stdin(paths), may_fail=True)
    fields = [field.decode(errors="surrogateescape") for field in answer.split(b"\0")]
    quads = zip(fields[::4], fields[1::4], fields[2::4], fields[3::4], strict=False)
    return {path: f"{source}:{line}:{pattern}" for source, line, pattern, path in quads if not pattern.startswith("!")}
