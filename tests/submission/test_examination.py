"""Which checks of `mdx doctor` a submission waits for."""

from doctor.catalogue import CHECKS
from submission.examination import (
    ANSWERED_BY_THE_SERVER,
    ASKED_OF_ONE_REMOTE,
    MENDED_BY_A_COMMIT,
    examine_submission,
)


def names(examination):
    return {result.check.name for result in examination.results}


def test_every_check_that_is_left_out_is_one():
    assert {check.name for check in CHECKS} >= ANSWERED_BY_THE_SERVER | ASKED_OF_ONE_REMOTE | MENDED_BY_A_COMMIT


def test_what_a_commit_mends_is_asked_after_it(clone):
    clone.write("notes.txt", "new")
    before = examine_submission(clone.path, before_commit=True)
    after = examine_submission(clone.path, before_commit=False)
    assert names(after) - names(before) == MENDED_BY_A_COMMIT
    assert [finding.check for finding in after.findings if finding.check in MENDED_BY_A_COMMIT] == ["dirty-tree"]
