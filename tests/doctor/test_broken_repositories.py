"""Broken repositories are diagnosed, each by the right check on the right subject; the clean one raises no alarm."""

from __future__ import annotations

import re

import pytest

from doctor.catalogue import CHECKS
from doctor.findings import Challenge, Level
from tests.doctor.broken_commits import COMMITS
from tests.doctor.broken_submissions import SUBMISSIONS
from tests.doctor.broken_surroundings import SURROUNDINGS
from tests.doctor.broken_weights import LARGE_FILES, WEIGHT_FILES
from tests.doctor.clean_repository import SDX23

CASES = {**SUBMISSIONS, **WEIGHT_FILES, **LARGE_FILES, **COMMITS, **SURROUNDINGS}
NOT_BY_A_COMMAND_ALONE = {
    "git is not installed": "installs a program",
    "git-lfs is not installed": "installs a program",
    "git lfs install was not run": "git-lfs is a stand-in",
    "a pointer for weights": "asks a server",
    "content that was never fetched": "asks a server",
    "too much in git-lfs": "somebody must choose what goes",
    "too much in git-lfs for older commits": "the same",
    "weights from a server": "somebody must fetch the file",
    "a pointer as a plain file": "somebody must bring the file itself",
    "a conflict": "somebody must resolve it",
    "a token that git's configuration writes into an address": "somebody must choose the file",
    "a submodule whose files are not here": "somebody must bring the files",
    "a script that pushes master": "somebody must change the script",
}
"""Broken repositories whose fix begins with what somebody must do by hand."""
COMMAND = re.compile(r"`((?:git|cp|rm|sed|printf) [^`]*)`")
TOLD_AFTERWARDS = {"files-committed"}
"""Checks that find what a command brought back and nobody has committed yet."""
SEEN_ELSEWHERE = {"measured-time"}
"""Checks of what lies outside of a repository; a test of their own breaks it."""


@pytest.fixture
def programs(clone, tmp_path, monkeypatch, without_git_lfs):
    """Lets a broken repository take programs away."""
    clone.without_git_lfs = without_git_lfs
    clone.without_git = lambda: monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("name", CASES)
def test_a_broken_repository_is_diagnosed_alone_and_mended_by_the_command_that_is_named(
    name, clone, findings_in, paste
):
    case = CASES[name]
    case.change(clone)
    if case.is_committed:
        clone.commit()
    found = findings_in(clone.path)
    expected = [finding for finding in found if (finding.check, finding.subject) == (case.check, case.subject)]
    assert expected, found
    assert case.level in {finding.level for finding in expected}
    assert any(case.says in finding.finding for finding in expected), expected
    assert {finding.check for finding in found} == {case.check, *case.also}, found
    command = COMMAND.search(expected[0].fix)
    if command and name not in NOT_BY_A_COMMAND_ALONE:
        paste(clone, command[1])
        left = findings_in(clone.path)
        assert (case.check, case.subject) not in {(finding.check, finding.subject) for finding in left}, command[1]
        errors = {finding.check for finding in left if finding.level is Level.ERROR}
        assert errors <= {finding.check for finding in found} | TOLD_AFTERWARDS, command[1]


def test_every_check_has_a_repository_that_it_finds_broken():
    assert {check.name for check in CHECKS} == {case.check for case in CASES.values()} | SEEN_ELSEWHERE
    assert len(CASES) >= 35


@pytest.mark.parametrize("challenge", Challenge)
def test_the_clean_repository_raises_no_alarm(challenge, clone, findings_in):
    if challenge is Challenge.SDX23:
        clone.declare(SDX23)
        clone.commit()
    assert findings_in(clone.path) == ()


def test_no_finding_says_a_secret(clone, findings_in):
    for name, user in (("one", "oauth2:hunter2"), ("two", "ghp_hunter2")):
        clone.git("remote", "add", name, f"https://{user}@gitlab.aicrowd.com/a/b.git")
    clone.append("requirements-grader.txt", "a @ https://me:hunter2@example.org/a.zip\nb @ git+https://h:hunter2@x/b\n")
    clone.append("requirements-grader.txt", f"--extra-{'index'}-url https://me:hunter2@example.org/p\n")
    clone.git("config", "--add", "remote.two.pushurl", "https://x.org/a/b.git?private_token=hunter2")
    clone.write("postBuild", "pip install git+https://oauth2:hunter2@x.org/c\ncurl -H 'PRIVATE-TOKEN: hunter2' x.org\n")
    clone.append("Dockerfile", "RUN curl -H 'Authorization: Bearer hunter2' https://x.org/w\n")
    clone.write(".lfsconfig", '[lfs]\n    url = "https://me:hunter2@x.org/lfs"\n')
    found = findings_in(clone.path)
    assert {"remote-secret", "requirement-lines", "lfs-server", "build-fetches"} <= {finding.check for finding in found}
    assert sum(finding.check == "remote-secret" for finding in found) == 3
    assert "hunter2" not in repr(found)


def test_every_finding_has_a_reason_and_a_next_step(clone, findings_in):
    clone.remove("aicrowd.json", "Dockerfile", "run.sh")
    found = findings_in(clone.path)
    assert {finding.level for finding in found} == {Level.ERROR, Level.WARNING}
    assert all(text.strip() for finding in found for text in (finding.why, finding.fix, finding.finding))


def test_the_commands_that_bring_weights_leave_no_archive_in_the_clone(clone, findings_in):
    clone.remove("models/weights/small.safetensors")
    (finding,) = (one for one in findings_in(clone.path) if one.check == "weights-present")
    assert finding.fix.endswith(
        "mdx models pack weights.tar small && mdx models unpack weights.tar --to models/weights && rm weights.tar && "
        "git add models/weights`"
    )
