"""`mdx submit` as a user types it."""

import json
import os

import pytest

from mdx.cli import app
from submission.errors import SubmitError
from tests.mdx.test_cli import mdx, runner

ELSEWHERE = (
    "'aicrowd' leads to a folder of this machine; submissions are graded on gitlab.aicrowd.com: `git config "
    "--replace-all remote.aicrowd.url git@gitlab.aicrowd.com:YOUR-NAME/YOUR-REPOSITORY.git`, or name another remote "
    "with --remote."
)


def test_without_yes_everything_is_shown_and_nothing_is_changed(clone, server, state):
    clone.append("apt.txt", "# more\n")
    clone.write_sparse("models/weights/big.safetensors", 6 * 1024**2)
    before = state()
    printed = mdx("submit", clone.path, "--message", "more").stdout
    assert state() == before
    commit = "  changed apt.txt (0.0 MB)\n  new models/weights/big.safetensors (6.3 MB, git-lfs)\n"
    assert f"warning: {ELSEWHERE}\ncommit, as 'more':\n{commit}" in printed
    assert "hand to git-lfs, in .gitattributes: models/weights/big.safetensors\ntag: submission-v1\n" in printed
    assert f"push to aicrowd ({server.path}):\n  main to master, 2 new commits, and submission-v1\n" in printed
    assert "files in git-lfs: models/weights/big.safetensors, models/weights/large.th\n" in printed
    assert printed.endswith("Nothing was changed: --yes does it.\n")


def test_names_that_are_no_text_are_shown_all_the_same(clone):
    (clone.path / os.fsdecode(b"\xfcber.txt")).write_text("new")
    with pytest.raises(SubmitError, match=r"Got 1 files that are in none: '\\xfcber.txt'") as refused:
        mdx("submit", clone.path)
    str(refused.value).encode()
    assert "  new \\xfcber.txt (0.0 MB)\n" in mdx("submit", clone.path, "--message", "more").stdout


def test_with_yes_it_is_done_and_told_where_the_evaluation_appears(clone, server):
    printed = mdx("submit", clone.path, "--tag", "submission-blend", "--yes").stdout
    assert server.git("tag").split() == ["submission-blend"]
    assert "Pushed submission-blend. Its evaluation appears among the issues of your repository" in printed


def test_scripts_get_json(clone, server):
    for done in (False, True):
        options = ["--yes"] if done else []
        printed = json.loads(mdx("submit", clone.path, "--json", *options).stdout)
        assert (printed["done"], printed["doctor"]["passes"]) == (done, True)
        assert (printed["committed"], printed["error"]) == (False, None)
        assert printed["proposal"] == {
            "remote": "aicrowd",
            "address": str(server.path),
            "branch": "master",
            "tag": "submission-v1",
            "message": None,
            "changes": [],
            "commits": 1,
            "lfs_files": ["models/weights/large.th"],
            "new_in_lfs": [],
            "remarks": [ELSEWHERE],
        }
        assert server.git("tag").split() == ["submission-v1"] * done


def test_scripts_get_json_of_a_refusal_too_and_learn_what_was_committed(clone, server):
    def refused(*options):
        done = runner.invoke(app, ["submit", str(clone.path), "--json", *options])
        assert isinstance(done.exception, SubmitError)
        outcome = json.loads(done.stdout)
        assert (outcome["error"], outcome["done"]) == (str(done.exception), False)
        return outcome

    clone.write("notes.txt", "new")
    before = refused()
    assert before["error"].startswith("A submission must be a commit.")
    assert (before["proposal"], before["doctor"], before["committed"]) == (None, None, False)
    hook = server.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    after = refused("--yes", "--message", "new")
    assert after["error"].startswith("`git push` must succeed.")
    assert (after["proposal"]["tag"], after["doctor"]["passes"], after["committed"]) == ("submission-v1", True, True)


def test_what_the_doctor_does_not_pass_is_not_submitted_even_with_yes(clone, state):
    clone.change("aicrowd.json", '"external_dataset_used": true', '"external_dataset_used": false')
    clone.commit()
    before = state()
    done = mdx("submit", clone.path, "--yes", expect=1)
    assert "external_dataset_used" in done.stdout
    assert done.stderr == "Nothing was changed: mend the errors first.\n"
    assert state() == before
