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
    assert [finding.check for finding in after.findings] == ["dirty-tree"]
    assert before.findings == ()


def test_what_the_commit_will_hold_is_no_finding_before_it(clone):
    clone.git("rm", "--quiet", "--cached", "predict.py", "run.sh", "models/weights/small.safetensors")
    clone.git("commit", "--quiet", "--message", "gone")
    assert not examine_submission(clone.path, before_commit=False).passes
    assert examine_submission(clone.path, before_commit=True).findings == ()


def test_what_the_commit_cannot_take_is_a_finding_before_it_and_git_takes_it_as_the_finding_says(clone):
    clone.append(".gitignore", "dist/\n/models/weights/small.safetensors\n")
    clone.git("rm", "--quiet", "--cached", "models/weights/small.safetensors")
    for name in ("__init__.py", "net.py"):
        clone.write(f"models/dist/{name}", "")
    clone.append("my_submission/predictor.py", "from models.dist import net\n")
    found = examine_submission(clone.path, before_commit=True).findings
    assert [finding.subject for finding in found] == [
        "models/weights/small.safetensors",
        "models/dist/__init__.py",
        "models/dist/net.py",
    ]
    assert ".gitignore:2:dist/ hides it from git." in found[1].finding
    assert found[2].fix == "`git add -f models/dist/net.py && git commit`"


def test_what_is_large_and_not_of_the_plan_stays_a_warning(clone):
    for name in ("musdb/song.wav", "models/weights/small.safetensors"):
        (clone.path / name).parent.mkdir(exist_ok=True)
        clone.write_sparse(name, 6 * 1024**2)
    clone.git("rm", "--quiet", "--cached", "models/weights/small.safetensors")
    clone.git("commit", "--quiet", "--message", "gone")
    (song,) = [
        finding
        for finding in examine_submission(clone.path, before_commit=True).findings
        if finding.check == "large-untracked"
    ]
    assert (song.subject, song.level.value) == ("musdb/song.wav", "warning")
