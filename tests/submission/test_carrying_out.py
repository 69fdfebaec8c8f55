"""What `--yes` does: commit, tag, push, all of it or told why not."""

import pytest

from submission.carrying_out import carry_out, check
from submission.errors import SubmitError
from submission.proposal import Request, propose

LARGE_BYTES = 6 * 1024**2


def commit_of(repository, name):
    return repository.git("rev-parse", f"{name}^{{commit}}").strip()


def test_branch_and_tag_arrive_and_no_other_tag_even_where_git_is_told_to_send_all(clone, server):
    clone.git("config", "push.followTags", "true")
    clone.git("tag", "-am", "old", "submission-old", "HEAD")
    carry_out(propose(clone.path, Request()))
    head = commit_of(clone, "HEAD")
    assert commit_of(server, "master") == commit_of(server, "submission-v1") == head
    assert server.git("tag").split() == ["submission-v1"]
    assert server.git("cat-file", "-t", "submission-v1").strip() == "tag"
    assert (clone.path / ".git" / "lfs-asked").read_text() == "push aicrowd main\n"
    with pytest.raises(SubmitError, match="which was submitted as submission-v1"):
        propose(clone.path, Request())


def test_changes_are_committed_with_large_files_as_pointers(clone, server):
    clone.write_sparse("models/weights/big.safetensors", LARGE_BYTES)
    clone.append("apt.txt", "# more\n")
    carry_out(propose(clone.path, Request(message="A larger one")))
    assert server.git("log", "--format=%s", "-1", "master").strip() == "A larger one"
    assert f"size {LARGE_BYTES}" in server.git("show", "master:models/weights/big.safetensors")
    assert server.git("show", "master:apt.txt").endswith("# more\n")
    assert clone.git("status", "--porcelain") == ""


def test_a_second_submission_follows_the_first(clone, server):
    carry_out(propose(clone.path, Request()))
    clone.append("apt.txt", "# more\n")
    carry_out(propose(clone.path, Request(message="more")))
    assert server.git("tag").split() == ["submission-v1", "submission-v2"]
    assert commit_of(server, "submission-v2^") == commit_of(server, "submission-v1")


def test_a_server_that_refuses_the_branch_gets_no_tag_and_leaves_none_here(clone, server):
    proposal = propose(clone.path, Request())
    hook = server.path / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\n[ "$1" != refs/heads/master ] || { echo over quota; exit 1; }\n')
    hook.chmod(0o755)
    with pytest.raises(SubmitError, match="`git push` must succeed. Got: .*over quota"):
        carry_out(proposal)
    assert server.git("for-each-ref") == ""
    assert clone.git("tag") == ""
    hook.unlink()
    carry_out(propose(clone.path, Request()))
    assert server.git("tag").split() == ["submission-v1"]


def test_commits_that_arrive_in_between_are_never_overwritten(clone, server, tmp_path):
    carry_out(propose(clone.path, Request()))
    clone.commit()
    proposal = propose(clone.path, Request())
    server.git("clone", "--quiet", "--branch", "master", ".", str(tmp_path / "other"))
    other = type(clone)(tmp_path / "other")
    other.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "theirs")
    other.git("push", "--quiet", "origin", "HEAD:master")
    with pytest.raises(SubmitError, match="`git push` must succeed"):
        carry_out(proposal)
    assert server.git("log", "--format=%s", "-1", "master").strip() == "theirs"
    assert clone.git("tag").split() == ["submission-v1"]


def test_a_commit_that_a_hook_made_unfit_is_neither_tagged_nor_pushed(clone, server, tmp_path):
    hook = tmp_path / "hooks" / "pre-commit"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\ngit rm --quiet --cached models/weights/small.safetensors\n")
    hook.chmod(0o755)
    clone.git("config", "core.hooksPath", str(hook.parent))
    clone.write("notes.txt", "new")
    proposal = propose(clone.path, Request(message="without weights"))
    assert check(proposal).passes
    with pytest.raises(SubmitError, match="must pass `mdx doctor`. Got: .* nothing was tagged or pushed"):
        carry_out(proposal)
    assert server.git("for-each-ref") == clone.git("tag") == ""
    assert clone.git("log", "--format=%s", "-1").strip() == "without weights"
