"""What a submission would do, and what is refused before anything is done."""

import pytest

from doctor.git_program import ask_git
from submission.carrying_out import carry_out
from submission.errors import SubmitError
from submission.proposal import Request, next_tag, propose
from tests.doctor.related_repositories import make_shallow

LARGE_BYTES = 6 * 1024**2


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "submission-v1"),
        (["submission-v1", "submission-v3", "submission-best", "v9"], "submission-v4"),
        (["submission-v0.1"], "submission-v1"),
        (["submission-v9", "submission-v10"], "submission-v11"),
    ],
)
def test_the_next_tag_has_the_next_number(taken, free):
    assert next_tag(taken) == free


def test_a_clean_clone_is_proposed_whole_without_a_change(clone, state, server):
    before = state()
    proposal = propose(clone.path, Request())
    assert state() == before
    assert (proposal.branch, proposal.tag, proposal.message, proposal.changes) == ("main", "submission-v1", None, ())
    assert (proposal.server.address, proposal.commits) == (str(server.path), 1)
    assert proposal.lfs_files == ("models/weights/large.th",)


@pytest.mark.parametrize(
    ("remote", "address", "says"),
    [
        ("aicrowd", "git@gitlab.aicrowd.com:me/demix.git", None),
        ("mine", "https://gitlab.aicrowd.com/me/demix.git", None),
        ("aicrowd", "https://me@example.org/gitlab.aicrowd.com.git", "'aicrowd' leads to example.org; submissions"),
        ("mine", "ssh://git@example.org/demix.git", "--replace-all remote.mine.pushurl git@gitlab.aicrowd.com:"),
    ],
)
def test_a_remote_that_leads_elsewhere_is_remarked_whatever_its_name(clone, monkeypatch, remote, address, says):
    clone.git("config", f"remote.{remote}.url", address)
    clone.git("config", f"remote.{remote}.pushurl", address)
    monkeypatch.setattr("submission.server.server_references", lambda *asked: {})
    remarks = propose(clone.path, Request(remote=remote)).remarks
    assert len(remarks) == (says is not None)
    assert says is None or (says in remarks[0] and "me@" not in remarks[0])


def test_tags_here_and_on_the_server_are_taken(clone):
    clone.git("tag", "submission-v4")
    clone.git("push", "--quiet", "aicrowd", "HEAD:master", "submission-v4")
    clone.git("tag", "-d", "submission-v4")
    clone.commit()
    clone.git("tag", "submission-v2")
    assert propose(clone.path, Request()).tag == "submission-v5"
    for taken in ("submission-v2", "submission-v4"):
        with pytest.raises(SubmitError, match=f"must be new. Got '{taken}', which is there: submission-v5 is free"):
            propose(clone.path, Request(tag=taken))
    assert propose(clone.path, Request(tag="submission-blend")).tag == "submission-blend"


@pytest.mark.parametrize("tag", ["v1", "submission-a b", "submission-..", "submission-*", ""])
def test_a_tag_that_starts_no_evaluation_or_is_none_is_refused(clone, tag):
    with pytest.raises(SubmitError, match="must begin with 'submission-' and be a name for git. Got"):
        propose(clone.path, Request(tag=tag))


def test_a_commit_that_was_submitted_is_refused_until_there_is_another_one(clone):
    clone.git("tag", "-am", "one", "submission-v1")
    assert propose(clone.path, Request()).tag == "submission-v2"
    clone.git("push", "--quiet", "aicrowd", "HEAD:master", "submission-v1")
    with pytest.raises(SubmitError, match="graded once. Got HEAD, [0-9a-f]{7}, which was submitted as submission-v1"):
        propose(clone.path, Request())
    clone.write("notes.txt", "new")
    assert propose(clone.path, Request(message="new")).commits == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_server_with_other_commits_is_refused_with_the_way_to_merge_them(clone, known):
    clone.git("push", "--quiet", "aicrowd", "HEAD:master")
    clone.commit()
    clone.git("push", "--quiet", "aicrowd", "HEAD:master")
    clone.git("reset", "--quiet", "--hard", "HEAD^")
    if not known:
        clone.git("update-ref", "-d", "refs/remotes/aicrowd/master")
        clone.git("reflog", "expire", "--expire=now", "--all")
        clone.git("gc", "--quiet", "--prune=now")
    with pytest.raises(SubmitError, match=r"nothing is ever forced.*git fetch aicrowd && git merge aicrowd/master"):
        propose(clone.path, Request())


@pytest.mark.parametrize("pushed", [None, "HEAD^"])
def test_a_shallow_clone_whose_push_the_server_would_refuse_is_told_to_fetch_all_commits(clone, server, pushed):
    clone.commit()
    if pushed:
        clone.git("push", "--quiet", "aicrowd", f"{pushed}:refs/heads/master")
    make_shallow(clone)
    with pytest.raises(SubmitError, match=r"hold every commit .* a shallow clone: `git fetch --unshallow origin`"):
        propose(clone.path, Request())
    clone.git("fetch", "--quiet", "--unshallow", "origin")
    assert propose(clone.path, Request()).commits == (2 if pushed else 3)


def test_a_shallow_clone_that_holds_what_the_server_has_is_submitted(clone, server):
    make_shallow(clone)
    server.git("fetch", "--quiet", str(clone.path.parent / "origin.git"), "main:master")
    clone.commit()
    assert propose(clone.path, Request()).commits == 1
    carry_out(propose(clone.path, Request()))
    assert server.git("tag").split() == ["submission-v1"]


@pytest.mark.parametrize("switch", [["-c", "try"], ["--detach"]])
def test_only_main_and_master_are_submitted(clone, switch):
    clone.git("switch", "--quiet", *switch)
    with pytest.raises(
        SubmitError, match="must be made from the branch main or master. Got (try|no branch).*switch main"
    ):
        propose(clone.path, Request())
    clone.git("switch", "--quiet", "-c", "master")
    assert propose(clone.path, Request()).branch == "master"


def test_files_that_are_in_no_commit_are_listed_unless_a_message_commits_them(clone):
    clone.append("apt.txt", "# more\n")
    clone.remove("Dockerfile")
    clone.write("notes/a b.txt", "new")
    clone.write("data/ignored.txt", "new")
    with pytest.raises(SubmitError, match="Got 3 files that are in none: 'Dockerfile', 'apt.txt', 'notes/a b.txt'"):
        propose(clone.path, Request())
    proposal = propose(clone.path, Request(message="more"))
    assert proposal.message == "more"
    assert sorted(map(str, proposal.changes)) == [
        "changed apt.txt (0.0 MB)",
        "new notes/a b.txt (0.0 MB)",
        "removed Dockerfile",
    ]


def test_large_files_and_those_of_gitattributes_are_for_git_lfs(clone):
    clone.write_sparse("models/weights/big one.safetensors", LARGE_BYTES)
    clone.write("models/weights/second.th", b"weights")
    proposal = propose(clone.path, Request(message="more"))
    assert proposal.new_in_lfs == ("models/weights/big one.safetensors",)
    assert proposal.lfs_files == (
        "models/weights/big one.safetensors",
        "models/weights/large.th",
        "models/weights/second.th",
    )
    assert "new models/weights/big one.safetensors (6.3 MB, git-lfs)" in map(str, proposal.changes)


@pytest.mark.parametrize(("installed", "told"), [(True, "`git lfs install`"), (False, "install it, then")])
def test_without_git_lfs_what_it_must_hold_is_refused(clone, monkeypatch, installed, told):
    def ask(root, *words, **options):
        return b"" if words[0] == "lfs" else ask_git(root, *words, **options)

    if installed:
        clone.git("config", "--unset", "filter.lfs.clean")
    else:
        monkeypatch.setattr("doctor.git_facts.ask_git", ask)
    with pytest.raises(SubmitError, match=f"must go through git-lfs. Got 'models/weights/large.th' and .*{told}"):
        propose(clone.path, Request())


def test_conflicts_and_repositories_within_are_refused(clone):
    (clone.path / "inner").mkdir()
    clone.git("init", "--quiet", "inner")
    with pytest.raises(SubmitError, match="no other repository. Got 'inner/'"):
        propose(clone.path, Request(message="more"))
    clone.remove("inner")
    clone.make_conflict("a b.txt")
    with pytest.raises(SubmitError, match="no conflict of a merge. Got one in 'a b.txt': .*`git add 'a b.txt' && git"):
        propose(clone.path, Request(message="more"))


def test_a_folder_without_a_repository_or_a_commit_is_refused(tmp_path, clone):
    with pytest.raises(SubmitError, match="must be made in a clone"):
        propose(tmp_path, Request())
    with pytest.raises(SubmitError, match="must be made in a clone"):
        propose(clone.path / "models", Request())
    clone.git("update-ref", "-d", "HEAD")
    with pytest.raises(SubmitError, match="Got a clone without one"):
        propose(clone.path, Request())


@pytest.mark.parametrize("name", [".env", "keys/id_ed25519", "server.pem"])
def test_a_new_file_that_looks_like_a_secret_is_refused_until_it_is_ignored(clone, name):
    clone.write(name, "BEGIN PRIVATE KEY hunter2")
    clone.write("notes.txt", "new")
    with pytest.raises(SubmitError, match=f"must hold no secret. Got the new file '{name}'"):
        propose(clone.path, Request(message="new"))
    clone.git("add", name)
    with pytest.raises(SubmitError, match="must hold no secret"):
        propose(clone.path, Request(message="new"))
    clone.git("rm", "--quiet", "--cached", name)
    clone.append(".gitignore", f"/{name}\n")
    changes = propose(clone.path, Request(message="new")).changes
    assert [change.path for change in changes] == [".gitignore", "notes.txt"]
