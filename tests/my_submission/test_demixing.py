"""What both adapters share: the set-up, the report of a song, the files."""

import logging

import pytest
import torch

from audio import SAMPLE_RATE, STEMS
from my_submission.demixing import log_outcome, set_up_guard, write_stems
from separation.deadline.clock import Deadline
from separation.deadline.guard import Outcome
from separation.plan import Plan


@pytest.mark.parametrize(
    ("outcome", "level", "text"),
    [
        (Outcome({"default": 1.0}, 1.5, True), "INFO", "Separated 'song' in 1.5 s of 60.0 s."),
        (
            Outcome({"default": 0.75, "draft": 0.25}, 57.0, False, reason="Too slow."),
            "WARNING",
            "GUARD: 'song' is 75.0% by 'default', 25.0% by 'draft', after 57.0 s of 60.0 s. Too slow.",
        ),
        (Outcome({"draft": 1.0}, 2.0, False, ("'default' failed: ValueError: NaN",)), "ERROR", "ValueError: NaN"),
    ],
)
def test_a_song_is_reported_with_what_it_became(caplog, outcome, level, text):
    with caplog.at_level(logging.INFO):
        log_outcome(outcome, "'song'", Deadline(0.0, 60.0))
    assert caplog.records[0].levelname == level
    assert text in caplog.text


def test_the_set_up_builds_and_tries_the_plan(caplog):
    with caplog.at_level(logging.INFO):
        guard = set_up_guard(Plan(model="mixture-quarter"), Deadline(0.0, 900.0, clock=lambda: 1.0))
    assert guard.ladder[-1].name == "mixture-quarter"
    assert "'mixture-quarter' is ready after 1.0 s." in caplog.text


def test_every_stem_becomes_a_file(tmp_path):
    write_stems(dict.fromkeys(STEMS, torch.zeros(2, 100)), SAMPLE_RATE, tmp_path, "PCM_16")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f"{stem}.wav" for stem in STEMS)
