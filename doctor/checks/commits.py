"""Does HEAD hold all that is to be graded?"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator

from doctor.build import APT, DOCKERFILE, ENVIRONMENT, POST_BUILD
from doctor.changes import ASSUME_UNCHANGED, SKIP_WORKTREE, UNMERGED, HiddenFiles
from doctor.declaration_file import DECLARATION
from doctor.findings import Fault, UnreadableError, check, quoted, warning
from doctor.git_facts import SUBMODULE_MODE
from doctor.git_program import SUBJECT
from doctor.inner_repository import how_to_take_in
from doctor.repository import MANIFEST, PLAN, RUN_SCRIPT, Repository
from doctor.secret_files import commit_all, waiting_secrets
from models.validation import did_you_mean

TAG_START = "submission-"


@check("git", "git can read the repository", why="A submission is a tag on a commit.")
def readable(repository: Repository) -> Iterator[Fault]:
    """Find what keeps git from reading it: no git, no repository, a folder within another one."""
    try:
        git = repository.git
    except UnreadableError as error:
        fix = "See what git says; `git fsck` examines the repository."
        if shutil.which("git") is None:
            fix = "`apt install git`"
        elif not repository.has(SUBJECT):
            fix = "`git init && git add --all && git commit`, or change to the folder of your clone."
        yield Fault(error.subject, error.problem, fix)
        return
    if git.head is None:
        yield Fault("HEAD", "There is no commit yet.", f"`{commit_all(repository.path, git.changes)}`")


@check(
    "files-committed",
    "The files that the grader reads are committed",
    why="The grader gets what is committed and nothing else.",
)
def files_committed(repository: Repository) -> Iterator[Fault]:
    """Find entry, declaration and imported files that HEAD does not hold."""
    git = repository.git
    code = [file.path for file in repository.code.files]
    read = _files_of_pins(repository)
    named = [DECLARATION, PLAN, MANIFEST, RUN_SCRIPT, DOCKERFILE, ENVIRONMENT, APT, POST_BUILD, *read, *code]
    for path in dict.fromkeys(name for name in named if repository.has(name)):
        if git.head and path not in git.files:
            rule = git.ignored.get(path)
            hidden = f" {rule} hides it from git." if rule else ""
            yield Fault(
                path, f"It is not in HEAD.{hidden}", f"`git add {'-f ' if rule else ''}{quoted(path)} && git commit`"
            )


def _files_of_pins(repository: Repository) -> list[str]:
    try:
        return sorted({line.file for line in repository.build.lines})
    except UnreadableError:  # The check build-files says so.
        return []


@check(
    "dirty-tree",
    "No change waits for a commit",
    why="The grader gets HEAD: what is changed since then is not graded.",
)
def dirty(repository: Repository) -> Iterator[Fault]:
    """Find changes since HEAD, and files that are in no commit."""
    git = repository.git
    secrets = waiting_secrets(repository.path, git.changes)
    changed = [path for path, code in git.changes.items() if code not in UNMERGED and path not in secrets]
    if git.head and changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        fix = f"`{commit_all(repository.path, git.changes)}`"
        yield warning(changed[0], f"It is changed or new since HEAD{more}.", fix)


@check(
    "hidden-changes",
    "git looks at every file",
    why="A change that git does not see is in no commit, also after `git add --all`: the grader does not get it.",
)
def hidden(repository: Repository) -> Iterator[Fault]:
    """Find files that git is told not to look at, and what a sparse checkout leaves out."""
    found = repository.git.hidden
    for path, code in found.changes.items():
        state = "gone" if "D" in code else "changed"
        yield Fault(path, f"git is told not to look at it, and it is {state} since HEAD.", _show_to_git(found, [path]))
    unchanged = [path for path in found.marks if path not in found.changes]
    if unchanged:
        more = f" and {len(unchanged) - 1} more" if len(unchanged) > 1 else ""
        yield warning(unchanged[0], f"git is told not to look at it{more}.", _show_to_git(found, unchanged))
    if found.left_out:
        yield Fault(
            found.left_out[0],
            f"A sparse checkout leaves it out, {len(found.left_out)} files in all: nothing is known of them.",
            "`git sparse-checkout disable`",
        )


@check("merged", "No merge is under way", why="A file with conflict marks cannot be read by anything.")
def merged(repository: Repository) -> Iterator[Fault]:
    """Find conflicts that nobody has resolved."""
    for path, code in repository.git.changes.items():
        if code in UNMERGED:
            yield Fault(
                path, "It has a conflict of a merge.", f"Resolve it, then `git add {quoted(path)} && git commit`."
            )


@check(
    "links",
    "Symbolic links stay within the repository",
    why="What lies elsewhere on this machine is not on the grader's: the link leads nowhere.",
)
def links(repository: Repository) -> Iterator[Fault]:
    """Find links that lead out of the repository, or to nothing."""
    git = repository.git
    for path, target in git.links.items():
        reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        committed = reached in git.files or any(name.startswith(f"{reached}/") for name in git.files)
        if target.startswith("/") or not (committed or reached == "."):
            yield Fault(path, f"It leads to '{target}', which is not committed.", _replace_link(repository, path))


@check(
    "submodules",
    "The repository has no submodules",
    why="The builder may clone the repository alone: a submodule is then an empty folder.",
)
def submodules(repository: Repository) -> Iterator[Fault]:
    """Find commits of other repositories."""
    for path, file in repository.git.files.items():
        if file.mode == SUBMODULE_MODE:
            yield warning(path, "It is a submodule.", how_to_take_in(repository.path, path))


@check(
    "graded-once",
    "HEAD was not submitted before",
    why="The same commit is not graded twice: a second tag on it starts nothing.",
)
def graded_once(repository: Repository) -> Iterator[Fault]:
    """Find a submission's tag on HEAD."""
    tags = [tag for tag in repository.git.head_tags if tag.startswith(TAG_START)]
    if tags:
        yield Fault(
            tags[0],
            "HEAD carries this tag already.",
            "Commit something first: `git commit --allow-empty -m 'Submit again'`. If the tag was never pushed: "
            f"`git push aicrowd {quoted(tags[0])}`",
        )


@check(
    "tag-names",
    "HEAD carries no tag that only resembles a submission's",
    why="Only a tag that begins with 'submission-' starts an evaluation; any other is ignored in silence.",
)
def tag_names(repository: Repository) -> Iterator[Fault]:
    """Find tags that somebody meant for a submission."""
    for tag in repository.git.head_tags:
        if not tag.startswith(TAG_START) and did_you_mean(tag.lower()[: len(TAG_START)], [TAG_START]):
            fix = f"`git tag -d {quoted(tag)}`; `mdx submit` makes the right one."
            yield warning(tag, f"It does not begin with '{TAG_START}'.", fix)


def _replace_link(repository: Repository, path: str) -> str:
    """Return the command that puts what a link leads to in its place."""
    name, copy = quoted(path), quoted(f"{path}.copy")
    if not (repository.path / path).exists():
        return f"`git rm {name} && git commit`, or put the file itself there."
    return f"`cp -RL {name} {copy} && rm {name} && mv {copy} {name} && git add {name} && git commit`"


def _show_to_git(found: HiddenFiles, paths: list[str]) -> str:
    """Return the command after which git looks at files again."""
    commands = []
    for mark in (ASSUME_UNCHANGED, SKIP_WORKTREE):
        marked = [quoted(path) for path in paths if mark in found.marks[path]]
        if marked:
            commands.append(f"git update-index --no-{mark} -- {' '.join(marked)}")
    return f"`{' && '.join(commands)}`"


CHECKS = (readable, files_committed, dirty, hidden, merged, links, submodules, graded_once, tag_names)
