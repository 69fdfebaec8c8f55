"""Does git-lfs hold the large files, all of them, and can it be pushed?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doctor.findings import SERVER, Fault, check, ignoring, quoted, warning
from doctor.large_history import LargeHistory
from doctor.repository import LARGE_BYTES, Repository
from models.files.lfs_pointers import is_pointer_file

MOST_OF_A_FOLDER = 3
"""Files that are told one by one: an environment has hundreds."""
MOST_LFS_BYTES = 10 * 1000**3
MOST_HISTORY_BYTES = 1000**3
BYPASSED = "lfs-bypassed"
_MEGABYTE = 1000**2
_LFS_CONFIG = ".lfsconfig"
_TRACK = "git lfs track --filename"


@check(
    "large-files",
    "Files above 5 MB are in git-lfs",
    why="The challenge asks for it; its server may refuse the push, and every clone carries them for ever.",
)
def large(repository: Repository) -> Iterator[Fault]:
    """Find large files that git itself holds."""
    large = {path: file for path, file in repository.git.files.items() if file.size_bytes > LARGE_BYTES}
    for path, file in large.items():
        history = repository.large_history
        if file.oid in history.in_earlier_commits:
            # All at once: what stays goes along with the new commit.
            paths = [other for other, its in large.items() if its.oid in history.in_earlier_commits]
            fix = _make_one_commit(history, _hand_over(paths))
        else:
            amend = " --amend" if file.oid in history.in_last_commit else ""
            fix = f"`{_hand_over([path])} && git commit{amend}`"
        yield Fault(path, f"git itself holds its {_megabytes(file.size_bytes)}.", fix)


@check(
    "large-history",
    "No commit that is still to be pushed holds a large file that HEAD has not",
    why="A push sends all commits: a file that was added and then removed, or handed to git-lfs later, goes along, and "
    "the server refuses the push.",
)
def large_history(repository: Repository) -> Iterator[Fault]:
    """Find large files of older commits."""
    history = repository.large_history
    more = f" {history.more} other files are like it." if history.more else ""
    for file in history.files:
        yield Fault(
            file.path,
            f"Commit {file.commit} holds its {_megabytes(file.size_bytes)}, and goes along with the next push.{more}",
            _make_one_commit(history),
        )


@check(
    "large-untracked",
    "No large file lies about that git neither holds nor ignores",
    why="The grader does not get it as it lies there; and a commit of everything, as `git add --all` in the kit of "
    "SDX23 or `mdx submit --message` makes it, sends it along.",
)
def large_untracked(repository: Repository) -> Iterator[Fault]:
    """Find large files of which nothing is decided."""
    sizes = {path: _size(repository, path) for path in repository.git.untracked()}
    large = {path: size_bytes for path, size_bytes in sizes.items() if size_bytes > LARGE_BYTES}
    for folder, paths in _by_folder(large).items():
        if len(paths) > MOST_OF_A_FOLDER:
            size = _megabytes(sum(large[path] for path in paths))
            finding = f"{len(paths)} files of {size} in it are neither committed nor ignored."
            yield warning(f"{folder}/", finding, f"`{ignoring(f'{folder}/')}`")
            continue
        for path in paths:
            yield warning(
                path,
                f"It has {_megabytes(large[path])} and is neither committed nor ignored.",
                f"`{_take(repository, path)}`; or name it in .gitignore: `{ignoring(path)}`",
            )


@check(
    "lfs-ready",
    "git-lfs is installed where the repository uses it",
    why="Without it, `git add` puts large files into git itself, and `git push` sends pointers without their files.",
)
def lfs_ready(repository: Repository) -> Iterator[Fault]:
    """Find files for git-lfs on a machine that has none."""
    git = repository.git
    used = sorted({*git.pointers, *(path for path in git.lfs_paths if git.changes.get(path))})
    if not used:
        return
    many = f"'{used[0]}'" + (f" and {len(used) - 1} more" if len(used) > 1 else "")
    if not git.lfs_program:
        yield Fault("git-lfs", f"It is not installed, and holds {many}.", "`apt install git-lfs && git lfs install`")
    elif not git.lfs_filter:
        yield Fault("git-lfs", f"git does not know of it yet, and it holds {many}.", "`git lfs install`")


@check(
    BYPASSED,
    "Every file that .gitattributes hands to git-lfs is a pointer in git",
    why="It was added without git-lfs: git itself holds all of it, and a clone with git-lfs shows it as changed.",
)
def bypassed(repository: Repository) -> Iterator[Fault]:
    """Find files that went past git-lfs."""
    git = repository.git
    # git gives the target of a link to no filter.
    for path in sorted(git.lfs_paths & set(git.files) - set(git.links)):
        if path not in git.pointers and 0 < git.files[path].size_bytes <= LARGE_BYTES:
            yield warning(
                path,
                f".gitattributes hands it to git-lfs, and git itself holds its {git.files[path].size_bytes} bytes.",
                f"`git lfs install && git add --renormalize {quoted(path)} && git commit`",
            )


@check(
    "lfs-attributes",
    "Every committed pointer belongs to git-lfs",
    why="git-lfs fetches only what .gitattributes hands to it: everybody else gets the pointer for ever.",
)
def attributes(repository: Repository) -> Iterator[Fault]:
    """Find pointers that were committed as plain files."""
    git = repository.git
    for path in sorted(set(git.pointers) - git.lfs_paths):
        yield Fault(
            path,
            "It was committed as a git-lfs pointer, and .gitattributes does not hand it to git-lfs.",
            f"Put the file itself there, then `{_TRACK} {quoted(path)} && git add .gitattributes {quoted(path)} && git "
            "commit`",
        )


@check(
    "lfs-content",
    "What git-lfs holds is here",
    why="A push to another server must send the files themselves, and cannot send what is not here.",
)
def content(repository: Repository) -> Iterator[Fault]:
    """Find pointers whose file was never fetched; the plan's own weights have a check of theirs."""
    git = repository.git
    for path in sorted(set(git.pointers) & git.lfs_paths - _weights(repository)):
        if is_pointer_file(repository.path / path) and not git.has_lfs_object(git.pointers[path]):
            yield warning(path, "Only its git-lfs pointer is here.", "`git lfs install && git lfs fetch --all`")


@check(
    "lfs-server",
    "git-lfs keeps its files beside the repository",
    why="The builder may not be let in on another server: it then gets pointers.",
)
def lfs_server(repository: Repository) -> Iterator[Fault]:
    """Find a configuration that leads to another server."""
    for line in repository.optional_text(_LFS_CONFIG).splitlines():
        key, _, url = (part.strip() for part in line.partition("="))
        if key.endswith("url") and SERVER not in url:
            yield warning(
                _LFS_CONFIG,
                f"It leads git-lfs to {url}.",
                f"`rm {_LFS_CONFIG}`; fetch what lies there first: `git lfs fetch --all`",
            )


@check(
    "size-totals",
    "The repository is small enough for a server's usual quota",
    why="A push above the quota is refused; a clone above the quota for traffic gets pointers in place of files.",
)
def totals(repository: Repository) -> Iterator[Fault]:
    """Find too much in git-lfs, or in git's history."""
    git = repository.git
    lfs_bytes = sum(pointer.size_bytes for pointer in git.pointers.values())
    if lfs_bytes > MOST_LFS_BYTES:
        yield warning(
            "git-lfs",
            f"Its files have {_megabytes(lfs_bytes)}; {_megabytes(MOST_LFS_BYTES)} are a usual quota.",
            "Remove weights that no plan uses: `git lfs ls-files --size`, then `git rm`.",
        )
    elif (kept_bytes := git.lfs_kept_bytes()) > MOST_LFS_BYTES:
        yield warning(
            "git-lfs",
            f"It keeps {_megabytes(kept_bytes)} here, and a push sends what any commit names; "
            f"{_megabytes(MOST_LFS_BYTES)} are a usual quota.",
            "Make one commit of those that no server has, `git rebase --interactive`; then `git lfs prune`.",
        )
    if git.history_bytes > MOST_HISTORY_BYTES:
        yield warning(
            "history",
            f"All commits have {_megabytes(git.history_bytes)} together, large files that were removed among them.",
            "`git lfs migrate import --above=5MB --everything` in a copy, or push one commit: "
            "`git checkout --orphan submission`",
        )


def _hand_over(paths: Iterable[str]) -> str:
    """Return the command that stages committed files as pointers of git-lfs."""
    names = " ".join(map(quoted, paths))
    return f"git lfs install && {_TRACK} {names} && git add .gitattributes && git add --renormalize {names}"


def _make_one_commit(history: LargeHistory, *staging: str) -> str:
    """Return the command that puts one commit in the place of those that are still to be pushed."""
    begin = f"git reset --soft {history.base}" if history.base else "git update-ref -d HEAD"
    command = " && ".join(["git branch with-large-files", *staging, begin, "git commit"])
    return (
        f"Put one commit in the place of all that the server lacks; a branch keeps them: `{command}`. If it has them: "
        "`git fetch --all`"
    )


def _weights(repository: Repository) -> set[str]:
    if not repository.runs_plan:
        return set()
    return {repository.relative(needed.path) for needed in repository.weights if needed.path}


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return folder at the top -> its paths; each file at the top stands for itself."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.partition("/")[0], []).append(path)
    return folders


def _take(repository: Repository, path: str) -> str:
    """Return the command that adds a file to what git-lfs holds."""
    if path in repository.git.lfs_paths:
        return f"git add {quoted(path)}"
    return f"{_TRACK} {quoted(path)} && git add .gitattributes {quoted(path)}"


def _size(repository: Repository, path: str) -> int:
    try:
        return (repository.path / path).stat().st_size
    except OSError:
        return 0


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / _MEGABYTE:.1f} MB"


CHECKS = (large, large_history, large_untracked, lfs_ready, bypassed, attributes, content, lfs_server, totals)
