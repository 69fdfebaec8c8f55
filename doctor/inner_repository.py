"""How the files of another repository become files of this one, without the loss of a commit of either.

A repository that lies within this one is a submodule to git, whether or not .gitmodules names it.
Reference: https://git-scm.com/docs/gitsubmodules
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

from doctor.findings import quoted
from doctor.git_program import ask_git, fields_of

_GITMODULES = ".gitmodules"
_PATHS_OF_SUBMODULES = r"^submodule\..*\.path$"


def how_to_take_in(root: Path, path: str) -> str:
    """Return the command that puts the files of a submodule in its place, or what must be done before.

    Args:
        root: The repository's folder.
        path: The submodule, relative to it.
    """
    name, inner = quoted(path), root / path
    names = _names_in_gitmodules(root)
    if (inner / ".git").is_dir():
        detach = f"mv {name}/.git {quoted(_free_place(root, inner.name))}"
    elif (inner / ".git").exists():
        # A file that leads to .git/modules, where the commits stay.
        detach = f"rm {name}/.git"
    elif path in names:
        return f"Its files are not here: `git submodule update --init {name}`, then examine the repository again."
    else:
        return f"Put its files into '{path}', then `git rm --cached {name} && git add {name} && git commit`."
    steps = [*_forget(names, path), f"git rm --cached {name}", detach, f"git add {name}", "git commit"]
    return f"`{' && '.join(steps)}`"


def _names_in_gitmodules(root: Path) -> dict[str, str]:
    """Return path -> the submodule's name."""
    asked = ("config", "--file", _GITMODULES, "-z", "--get-regexp", _PATHS_OF_SUBMODULES)
    pairs = (field.partition("\n") for field in fields_of(ask_git(root, *asked, may_fail=True)))
    return {path: key.removeprefix("submodule.").removesuffix(".path") for key, _, path in pairs}


def _forget(names: dict[str, str], path: str) -> list[str]:
    """Return the commands after which .gitmodules no longer names a submodule."""
    if path not in names:
        return []
    if len(names) == 1:
        return [f"git rm --force {_GITMODULES}"]
    section = quoted(f"submodule.{names[path]}")
    return [f"git config --file {_GITMODULES} --remove-section {section}", f"git add {_GITMODULES}"]


def _free_place(root: Path, name: str) -> str:
    """Return a place beside the repository where nothing is: within it, the next `git add --all` would commit it."""
    names = (f"{name}{number or ''}.git" for number in count())
    return next(f"../{free}" for free in names if not (root.resolve().parent / free).exists())
