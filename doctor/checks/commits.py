"""Does HEAD hold all that is to be graded?"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from doctor.build import APT, DOCKERFILE, ENVIRONMENT, POST_BUILD
from doctor.declaration_file import DECLARATION
from doctor.findings import Fault, UnreadableError, check, warning
from doctor.git_facts import SUBMODULE_MODE
from doctor.repository import MANIFEST, PLAN, RUN_SCRIPT, Repository
from models.validation import did_you_mean

TAG_START = "submission-"
_UNMERGED = frozenset({"DD", "AU", "UD", "UA", "DU", "AA", "UU"})


@check("git", "git can read the repository", why="A submission is a tag on a commit.")
def readable(repository: Repository) -> Iterator[Fault]:
    """Find what keeps git from reading it: no git, no repository, a folder within another one."""
    try:
        git = repository.git
    except UnreadableError as error:
        yield Fault(error.subject, error.problem, "`git init && git add --all && git commit`, or install git.")
        return
    if git.head is None:
        yield Fault("HEAD", "There is no commit yet.", "`git add --all && git commit`")


@check(
    "files-committed",
    "The files that the grader reads are committed",
    why="The grader gets what is committed and nothing else.",
)
def files_committed(repository: Repository) -> Iterator[Fault]:
    """Find entry, declaration and imported files that HEAD does not hold."""
    git = repository.git
    code = [file.path for file in repository.code.files]
    requirements = sorted(path.name for path in repository.path.glob("requirements*.txt"))
    named = [DECLARATION, PLAN, MANIFEST, RUN_SCRIPT, DOCKERFILE, ENVIRONMENT, APT, POST_BUILD, *requirements, *code]
    for path in dict.fromkeys(name for name in named if repository.has(name)):
        if git.head and path not in git.files:
            rule = git.ignored.get(path)
            hidden = f" {rule} hides it from git." if rule else ""
            yield Fault(path, f"It is not in HEAD.{hidden}", f"`git add {'-f ' if rule else ''}{path} && git commit`")


@check(
    "dirty-tree",
    "No change waits for a commit",
    why="The grader gets HEAD: what is changed since then is not graded.",
)
def dirty(repository: Repository) -> Iterator[Fault]:
    """Find changes since HEAD, and files that are in no commit."""
    git = repository.git
    changed = [path for path, code in git.changes.items() if code not in _UNMERGED]
    if git.head and changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        yield warning(changed[0], f"It is changed or new since HEAD{more}.", "`git add --all && git commit`")


@check("merged", "No merge is under way", why="A file with conflict marks cannot be read by anything.")
def merged(repository: Repository) -> Iterator[Fault]:
    """Find conflicts that nobody has resolved."""
    for path, code in repository.git.changes.items():
        if code in _UNMERGED:
            yield Fault(path, "It has a conflict of a merge.", f"Resolve it, then `git add {path} && git commit`.")


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
            yield Fault(path, f"It leads to '{target}', which is not committed.", f"Copy the file to {path}; git add.")


@check(
    "submodules",
    "The repository has no submodules",
    why="The builder may clone the repository alone: a submodule is then an empty folder.",
)
def submodules(repository: Repository) -> Iterator[Fault]:
    """Find commits of other repositories."""
    for path, file in repository.git.files.items():
        if file.mode == SUBMODULE_MODE:
            yield warning(
                path, "It is a submodule.", f"`git rm --cached {path} && rm -rf {path}/.git && git add {path}`"
            )


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
            f"`git push aicrowd {tags[0]}`",
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
            name = f"{TAG_START}v1"
            yield warning(tag, f"It does not begin with '{TAG_START}'.", f"`git tag -am {name} {name}`")


CHECKS = (readable, files_committed, dirty, merged, links, submodules, graded_once, tag_names)
