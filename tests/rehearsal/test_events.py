"""What a grader may be told, and what is said of anything else."""

from __future__ import annotations

import json

import pytest

from rehearsal.events import check_events, read_events

PREFIX = "airborne_detection:"
START = ["AICROWD_EVENT_INFO", "execution_started", {"event_type": PREFIX + "execution_started"}, False]
PROGRESS = [
    "AICROWD_EVENT_INFO",
    "execution_progress",
    {"event_type": PREFIX + "execution_progress", "progress": 0.0},
    False,
]
SUCCESS = [
    "AICROWD_EVENT_SUCCESS",
    "execution_success",
    {"event_type": PREFIX + "execution_success", "predictions_output_path": "/out/"},
    True,
]
ERROR = [
    "AICROWD_EVENT_ERROR",
    "execution_error",
    {"event_type": PREFIX + "execution_error", "error": "Traceback\nKeyError: 'a'\n"},
    True,
]


def told(events, exit_code=0):
    return [remark.message for remark in check_events(events, exit_code, "/out/")]


def test_a_run_that_succeeds_leaves_nothing_to_say():
    assert told([START, PROGRESS, SUCCESS]) == []
    assert told([START, PROGRESS, [*PROGRESS[:2], {**PROGRESS[2], "progress": 0.5}, False], SUCCESS]) == []


@pytest.mark.parametrize(
    ("events", "exit_code", "words"),
    [
        ([], 0, "ended with exit code 0 without a word"),
        ([], None, "was stopped without a word"),
        ([START, PROGRESS], 0, "ended without telling the grader, which waits on. Its last event: execution_progress"),
        ([PROGRESS, SUCCESS], 0, "must announce its start once, and first"),
        ([START, START, PROGRESS, SUCCESS], 0, "must announce its start once, and first"),
        ([START, SUCCESS], 0, "must announce its progress"),
        ([START, PROGRESS, SUCCESS, PROGRESS], 0, "Nothing may follow the end"),
        ([START, PROGRESS, ERROR, SUCCESS], 1, "Nothing may follow the end"),
        ([START, PROGRESS, ERROR], 0, "failed although run.sh ended with exit code 0: KeyError: 'a'."),
        ([START, PROGRESS, SUCCESS], 3, "told the grader of success, and then run.sh ended with exit code 3"),
        ([START, ["x", "done", {}, False], PROGRESS, SUCCESS], 0, "knows the events execution_started"),
        ([START, [*PROGRESS[:2], {**PROGRESS[2], "progress": 7}, False], SUCCESS], 0, "between 0 and 1. Got 7"),
        ([START, PROGRESS, [*SUCCESS[:3], False]], 0, "execution_success must be ('AICROWD_EVENT_SUCCESS', True"),
        ([START, PROGRESS, [*SUCCESS[:2], {}, True]], 0, "'predictions_output_path': '/out/'"),
    ],
)
def test_each_other_order_or_content_is_named(events, exit_code, words):
    assert any(words in message for message in told(events, exit_code)), told(events, exit_code)


def test_lines_that_are_no_events_are_kept_and_judged(tmp_path):
    (tmp_path / "events").write_text('garbage\n["AICROWD_EVENT_INFO"]\n')
    events = read_events(tmp_path / "events")
    assert [event[1] for event in events] == ["garbage", '["AICROWD_EVENT_INFO"]']
    assert any("Got 'garbage'" in message for message in told(events))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('["a", "execution_error", "text", true]', 'Got \'["a", "execution_error", "text", true]\''),
        ('["a", ["execution_error"], {}, true]', "The grader knows the events"),
        ("[" * 100_000, "The grader knows the events"),
        ('["AICROWD_EVENT_INFO", "execution_progress", {"progress": NaN}, false]', "'progress': 'NaN'"),
        ('["AICROWD_EVENT_INFO", "execution_progress", {"progress": 1e999}, false]', "'progress': '1e999'"),
    ],
)
def test_whatever_a_submission_registers_can_be_judged_and_written_as_json(tmp_path, line, words):
    (tmp_path / "events").write_text(f"{line}\n")
    events = read_events(tmp_path / "events")
    assert any(words in message for message in told(events))
    assert json.loads(json.dumps(events, allow_nan=False)) == events


def test_events_whose_file_was_removed_are_none(tmp_path):
    assert read_events(tmp_path / "events") == []
