"""The files of another repository are taken in, and no commit of it is lost."""

import subprocess

import pytest

from doctor.inner_repository import how_to_take_in
from tests.doctor.clean_repository import Clone
from tests.doctor.related_repositories import add_submodule, make_inner_repository

INNER = "vendor/a lib"


@pytest.fixture
def take_in(clone, monkeypatch):
    """Return a function that pastes the command for the inner repository."""
    monkeypatch.setenv("GIT_EDITOR", "sed -i '1s/^/a change/'")

    def run():
        command = how_to_take_in(clone.path, INNER).strip("`")
        subprocess.run(["bash", "-ec", command], cwd=clone.path, check=True, capture_output=True)

    return run


def commit_inner_repository(clone):
    """Return the inner repository, which has two commits and is committed as one of them."""
    inner = make_inner_repository(clone, INNER)
    clone.commit()
    return inner


def name_in_gitmodules(clone, name, path):
    for key, value in (("path", path), ("url", "../lib.git")):
        clone.git("config", "--file", ".gitmodules", f"submodule.{name}.{key}", value)


def test_the_commits_of_an_embedded_repository_move_to_a_free_place_beside_the_clone(clone, take_in):
    inner = commit_inner_repository(clone)
    commits = inner.git("log", "--format=%H")
    (clone.path.parent / "a lib.git").mkdir()
    take_in()
    moved = Clone(clone.path.parent / "a lib1.git")
    assert moved.git("log", "--format=%H") == commits
    assert len(commits.split()) == 2
    assert clone.git("show", f"HEAD:{INNER}/b.txt") == "b"
    assert clone.git("status", "--porcelain") == ""


@pytest.mark.parametrize("others", [(), ("other",)])
def test_the_commits_of_a_submodule_stay_in_the_clone_and_gitmodules_forgets_it_alone(clone, take_in, others):
    inner = commit_inner_repository(clone)
    commits = inner.git("log", "--format=%H")
    for name in ("the lib", *others):
        name_in_gitmodules(clone, name, INNER if name == "the lib" else name)
    clone.commit()
    clone.git("submodule", "absorbgitdirs", INNER)
    take_in()
    kept = next(path.parent for path in (clone.path / ".git" / "modules").rglob("HEAD") if path.parent.name != "logs")
    assert clone.git("--git-dir", str(kept), "-c", "core.worktree=", "log", "--format=%H") == commits
    assert clone.git("show", f"HEAD:{INNER}/b.txt") == "b"
    assert clone.git("status", "--porcelain") == ""
    gitmodules = clone.path / ".gitmodules"
    left = clone.git("config", "--file", str(gitmodules), "--name-only", "--list") if gitmodules.exists() else ""
    assert left.split() == [f"submodule.{name}.{key}" for name in others for key in ("path", "url")]


def test_a_submodule_whose_files_are_not_here_is_fetched_first_and_never_only_removed(clone):
    add_submodule(clone, INNER)
    assert how_to_take_in(clone.path, INNER).startswith(f"Put its files into '{INNER}', then `git rm --cached")
    name_in_gitmodules(clone, "the lib", INNER)
    assert how_to_take_in(clone.path, INNER).startswith(
        f"Its files are not here: `git submodule update --init '{INNER}'`"
    )
