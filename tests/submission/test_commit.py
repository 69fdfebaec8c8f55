"""A commit that fails leaves what was staged, what was not, and .gitattributes as they were."""

import os

import pytest

from submission import git_actions
from submission.carrying_out import carry_out
from submission.errors import SubmitError
from submission.proposal import Request, propose

BIG = "models/weights/big.safetensors"


@pytest.fixture
def half_staged(clone):
    """A clone with one part of a file staged and another not, a removal staged, and new files."""
    clone.append("apt.txt", "# staged\n")
    clone.git("add", "apt.txt")
    clone.append("apt.txt", "# not staged\n")
    clone.git("rm", "--quiet", "--cached", "submit.sh")
    clone.write("notes.txt", "new")
    clone.write_sparse(BIG, 6 * 1024**2)
    return clone


def state_of(clone):
    clean = ("-c", "filter.lfs.clean=git-lfs-clean")
    diffs = [clone.git(*clean, *words) for words in (["diff"], ["diff", "--cached"], ["status", "--porcelain"])]
    files = {path: path.read_bytes() for path in clone.path.iterdir() if path.is_file()}
    kept = sorted(path.name for path in (clone.path / ".git").iterdir() if path.name != "lfs-asked")
    return clone.git("rev-parse", "HEAD"), diffs, files, kept


def refuse_in_a_hook(clone, monkeypatch):
    hooks = clone.path.parent / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\ngit add --all\necho too long a line\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    clone.git("config", "core.hooksPath", str(hooks))


def take_the_name_away(clone, monkeypatch):
    clone.git("config", "--unset", "user.name")
    clone.git("config", "user.useConfigOnly", "true")


def break_the_filter(clone, monkeypatch):
    clone.git("config", "filter.lfs.clean", "false")
    clone.git("config", "filter.lfs.required", "true")


def interrupt(command):
    def make(clone, monkeypatch):
        run = git_actions._run

        def stop(root, *arguments, **options):
            if arguments[0] == command:
                raise KeyboardInterrupt
            return run(root, *arguments, **options)

        monkeypatch.setattr("submission.git_actions._run", stop)

    return make


@pytest.mark.parametrize(
    ("fail", "error", "says"),
    [
        (refuse_in_a_hook, SubmitError, "`git commit` must succeed. Got: too long a line"),
        (take_the_name_away, SubmitError, "`git commit` must succeed. Got: .*user.name"),
        (break_the_filter, SubmitError, "`git add` must succeed"),
        (interrupt("add"), KeyboardInterrupt, None),
        (interrupt("commit"), KeyboardInterrupt, None),
    ],
)
def test_a_commit_that_fails_leaves_everything_as_it_was(half_staged, monkeypatch, fail, error, says):
    proposal = propose(half_staged.path, Request(message="more"))
    assert proposal.new_in_lfs == (BIG,)
    fail(half_staged, monkeypatch)
    before = state_of(half_staged)
    with pytest.raises(error, match=says):
        carry_out(proposal)
    assert state_of(half_staged) == before


def test_a_commit_that_is_there_when_ctrl_c_comes_stays_whole(half_staged, monkeypatch):
    proposal = propose(half_staged.path, Request(message="more"))
    run = git_actions._run

    def stop_afterwards(root, *arguments, **options):
        done = run(root, *arguments, **options)
        if arguments[0] == "commit":
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr("submission.git_actions._run", stop_afterwards)
    with pytest.raises(KeyboardInterrupt):
        carry_out(proposal)
    assert half_staged.git("log", "--format=%s", "-1").strip() == "more"
    assert half_staged.git("status", "--porcelain") == ""
    assert BIG in half_staged.git("show", "HEAD:.gitattributes")


@pytest.mark.parametrize(("name", "size_bytes"), [("models/weights/[new] one.th", 1000), (BIG, 6 * 1024**2)])
def test_what_was_staged_before_git_lfs_was_there_is_committed_as_a_pointer(clone, server, name, size_bytes):
    clone.write_sparse(name, size_bytes)
    os.utime(clone.path / name, (1, 1))  # Else git would look at it again.
    clone.git("-c", "filter.lfs.clean=cat", "add", name)
    carry_out(propose(clone.path, Request(message="more")))
    assert f"size {size_bytes}\n" in server.git("show", f"master:{name}")
    assert clone.git("status", "--porcelain") == ""


def test_a_file_that_went_past_git_lfs_all_the_same_is_neither_tagged_nor_pushed(clone, server):
    clone.write("models/weights/new.th", "new" * 100)
    (clone.path / "models/weights/link.th").symlink_to("new.th")
    proposal = propose(clone.path, Request(message="more"))
    clone.git("config", "filter.lfs.clean", "cat")
    with pytest.raises(
        SubmitError, match="must hold a pointer .* Got 'models/weights/new.th' itself.* nothing was tagged"
    ):
        carry_out(proposal)
    assert server.git("for-each-ref") == clone.git("tag") == ""
