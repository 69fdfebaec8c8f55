"""Other repositories that a test's clone has to do with: inner ones, and the one that it comes from."""

from __future__ import annotations

from tests.doctor.clean_repository import Clone


def make_inner_repository(clone: Clone, name: str) -> Clone:
    """Make a repository with two commits within another one."""
    inner = Clone(clone.path / name)
    inner.path.mkdir(parents=True)
    inner.git("init", "--quiet", "--template=")
    for key in ("user.name", "user.email"):
        inner.git("config", key, clone.git("config", key).strip())
    for letter in "ab":
        inner.write(f"{letter}.txt", letter)
        inner.commit()
    return inner


def add_submodule(clone: Clone, name: str) -> None:
    """Commit the commit of another repository whose files are not here."""
    (clone.path / name).mkdir(parents=True)
    head = clone.git("rev-parse", "HEAD").strip()
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{head},{name}")
    clone.git("commit", "--quiet", "--message", "a submodule")


def make_shallow(clone: Clone) -> None:
    """Leave HEAD's last commit alone here; the remote `origin` has those before it."""
    clone.commit()
    origin = clone.path.parent / "origin.git"
    clone.git("clone", "--quiet", "--bare", "--template=", ".", str(origin))
    clone.git("remote", "add", "origin", f"file://{origin}")
    clone.git("fetch", "--quiet", "--depth=1", "origin")
