"""What the terminal shows: the front, the pick, what was left out, and what speaks against the times."""

from dataclasses import replace

from tests.tuning.test_page import candidate
from tuning.outcome import Outcome
from tuning.table import busy_warning, front_table, tally


def outcome_of(*candidates):
    return Outcome(candidates)


def test_the_front_stands_best_first_with_a_star_at_the_pick():
    outcome = outcome_of(candidate(0, 20, 5.0), candidate(1, 90, 6.5), candidate(2, 100, 4.0, on_front=False))
    rows = front_table(outcome, outcome.candidates[0]).splitlines()[1:]
    assert [row.split()[:3] for row in rows] == [["1", "6.50", "90.0"], ["*", "0", "5.00"]]
    assert "18.0 and 22.0" in rows[1]


def test_the_tally_tells_what_was_scored_what_was_not_and_what_is_missing():
    slow = candidate(1, 400, reason="may take 183% of the limit")
    failed = replace(slow, cost=None, reason="does not run")
    outcome = outcome_of(candidate(0, 20, 5.0), slow, failed)
    assert tally(outcome, 3) == "3 trials: 1 scored, 1 too slow and never separated, 1 that could not be run."
    assert "The rest of 5 runs in another process" in tally(outcome, 5)


def test_times_of_a_busy_machine_are_doubted_unless_they_are_processor_time():
    one = candidate(0, 20, 5.0)
    busy = outcome_of(replace(one, cost=replace(one.cost, busy_share=0.6)))
    assert "Other programs had up to 60% of the processors" in busy_warning(busy, "wall")
    assert busy_warning(busy, "own") is None
    assert busy_warning(outcome_of(one), "wall") is None
