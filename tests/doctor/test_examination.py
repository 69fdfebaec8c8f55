"""An examination ends with a verdict whatever is broken, and says what it could not look at."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest
from rich.console import Console

from doctor.catalogue import CHECKS, GROUPS
from doctor.document import BEGIN, END, check_table, with_table
from doctor.examination import examine
from doctor.findings import Challenge, Check, Level
from doctor.repository import DoctorError, Repository
from doctor.table import print_examination


def printed(examination, width=100, **options):
    console = Console(width=width, force_terminal=False, record=True)
    with console.capture() as capture:
        print_examination(examination, console, **options)
    return capture.get()


def test_an_empty_folder_is_diagnosed(tmp_path):
    (tmp_path / "empty").mkdir()
    examination = examine(Repository(tmp_path / "empty"), CHECKS)
    assert not examination.passes
    found = {finding.check for finding in examination.findings}
    assert {"declaration-readable", "plan-readable", "git", "build-files", "entry", "run-script"} <= found


def test_a_path_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(DoctorError, match="must be a folder. Got '.*nowhere'. Name a clone"):
        Repository(tmp_path / "nowhere")


def test_a_check_that_could_not_look_says_why_and_does_not_pass(clone):
    clone.write("my_submission/plan.yaml", "model: [")
    examination = examine(Repository(clone.path), CHECKS)
    states = {result.check.name: result for result in examination.results}
    assert states["plan-readable"].state == "error"
    assert states["plan-device"].state == "not made"
    assert states["plan-device"].not_made.startswith("'my_submission/plan.yaml': ")
    assert states["apt"].state == "ok"
    assert "checks could not be made; --verbose says which" in printed(examination)


def test_a_defect_of_one_check_is_a_finding_and_the_others_go_on(clone):
    def fail(repository):
        raise KeyError("oops")

    broken = Check("broken", "It works", "It must.", fail)
    examination = examine(Repository(clone.path), (broken, *CHECKS))
    (finding,) = examination.findings
    assert (finding.check, finding.finding) == ("broken", "The check itself failed: KeyError: 'oops'")


def test_a_folder_that_may_not_be_entered_is_an_error_in_words(clone):
    def refuse(repository):
        raise PermissionError(13, "Permission denied", str(clone.path / "models" / "a.th"))

    (finding,) = examine(Repository(clone.path), (Check("broken", "It works", "It must.", refuse),)).findings
    assert (finding.subject, finding.finding) == ("models/a.th", "It cannot be read: Permission denied.")


def test_errors_come_first_and_the_verdict_last(clone):
    clone.declare({})
    clone.write("aicrowd.yaml", "")
    examination = examine(Repository(clone.path), CHECKS)
    levels = [finding.level for finding in examination.findings]
    assert levels == sorted(levels, key=list(Level).index)
    lines = printed(examination).splitlines()
    assert lines[0].startswith("error ")
    assert re.fullmatch(r"Not to be submitted yet\. \d+ errors, \d+ warnings?, \d+ of \d+ checks pass.*", lines[-1])


def test_a_command_stands_in_one_line_however_narrow_the_screen_is(clone):
    clone.git("remote", "remove", "aicrowd")
    lines = printed(examine(Repository(clone.path), CHECKS), width=30).splitlines()
    assert "  fix: `git remote add aicrowd git@gitlab.aicrowd.com:YOUR-NAME/YOUR-REPOSITORY.git`" in lines


def test_checks_that_pass_have_a_line_each_only_when_asked_for(clone):
    examination = examine(Repository(clone.path), CHECKS)
    assert len(printed(examination).splitlines()) == 1
    made = [check for check in CHECKS if Challenge.MDX21 in check.challenges]
    lines = " ".join(printed(examination, verbose=True).split())
    assert all(f"ok {check.name}: " in lines for check in made)


def test_the_plain_values_hold_everything_that_was_found(clone):
    clone.declare({"authors": []})
    examination = examine(Repository(clone.path), CHECKS)
    document = json.loads(json.dumps(examination.as_dict()))
    assert document["passes"] is False
    assert document["findings"] == [
        {**asdict(finding), "level": finding.level.value} for finding in examination.findings
    ]
    assert [row["name"] for row in document["checks"]] == [result.check.name for result in examination.results]


def test_the_challenge_is_that_of_aicrowd_json_unless_another_is_asked_for(clone):
    assert Repository(clone.path).challenge is Challenge.MDX21
    clone.write("aicrowd.json", '{"labelnoise": true}')
    assert Repository(clone.path).challenge is Challenge.SDX23
    examination = examine(Repository(clone.path, Challenge.MDX21), CHECKS)
    assert examination.challenge is Challenge.MDX21
    assert "grader_id" in {finding.subject for finding in examination.findings}


def test_every_check_has_a_name_and_sentences_of_its_own():
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert all(check.title and not check.title.endswith(".") for check in CHECKS)
    assert all(check.why.endswith(".") for check in CHECKS)
    assert all(check.challenges for check in CHECKS)


def test_the_table_of_checks_goes_between_its_marks():
    assert check_table().count("\n") + 1 == 2 + len(CHECKS) + len(GROUPS)
    document = f"before\n{BEGIN}\nstale\n{END}\nafter\n"
    written = with_table(document)
    assert written == with_table(written)
    assert "stale" not in written
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    with pytest.raises(ValueError, match="must hold"):
        with_table("no marks")
