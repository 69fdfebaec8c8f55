"""Which separator gives which part of a song, on machines whose time is made up."""

import pytest
import torch

from audio.stems import STEMS
from benchmarks.virtual_machine import SAMPLE_RATE
from separation.deadline.clock import Deadline
from separation.deadline.live_stems import LiveStems
from separation.deadline.schedule import Schedule, SongPart, Watch
from separation.deadline.stem_stores import MemoryStore
from tests.separation.deadline.stand_ins import DRAFT, PLAN, Run, calm_machine, rung, silent_song


def ladder(machine, **of_draft):
    return [rung(machine, 0.1, DRAFT, **of_draft), rung(machine, 1.0, PLAN)]


def test_with_enough_time_the_plan_alone_runs():
    machine = calm_machine()
    run = Run(machine, ladder(machine), silent_song(60), limit_seconds=60.1)
    assert run.shares == {1: 1.0}
    assert machine.now == pytest.approx(60.0)


def test_where_the_plan_will_be_late_the_draft_takes_the_song_first_and_the_plan_what_time_is_left():
    machine = calm_machine()
    run = Run(machine, ladder(machine), silent_song(60), limit_seconds=37)
    assert run.shares == {1: pytest.approx(0.5, abs=0.001), 0: pytest.approx(0.5, abs=0.001)}
    values = run.values()
    assert set(values[: 29 * SAMPLE_RATE].tolist()) == {PLAN}
    assert torch.equal(values[30 * SAMPLE_RATE :], torch.full((30 * SAMPLE_RATE,), DRAFT))


def test_a_burst_in_the_middle_lets_the_draft_take_the_rest():
    machine = calm_machine()
    plan = ladder(machine)
    spend, spent = machine.spend, []

    def slower_from_the_third_call(seconds):
        spent.append(seconds)
        spend(seconds * (4 if len(spent) > 2 else 1))

    machine.spend = slower_from_the_third_call
    run = Run(machine, plan, silent_song(60), limit_seconds=80)
    assert set(run.shares) == {0, 1}
    assert run.shares[1] > 0.3
    assert torch.all(run.values() > 0)


def test_a_draft_that_would_not_be_done_either_still_improves_what_it_reaches():
    machine = calm_machine()
    run = Run(machine, ladder(machine), silent_song(100), limit_seconds=5.5)
    assert run.shares == {0: pytest.approx(0.5, abs=0.001), -1: pytest.approx(0.5, abs=0.001)}


def test_a_lighter_form_of_the_plan_is_preferred_to_the_draft_where_it_fits():
    machine = calm_machine()
    rungs = [rung(machine, 0.1, DRAFT), rung(machine, 0.3, 0.9), rung(machine, 1.0, PLAN)]
    run = Run(machine, rungs, silent_song(60), limit_seconds=20)
    assert run.shares == {1: 1.0}


def test_a_draft_that_cannot_stream_takes_the_song_whole():
    machine = calm_machine()
    run = Run(machine, ladder(machine, streams=False), silent_song(60), limit_seconds=37)
    assert run.shares == {1: pytest.approx(0.5, abs=0.001), 0: pytest.approx(0.5, abs=0.001)}


def test_a_plan_that_cannot_stream_and_would_be_late_is_not_begun():
    machine = calm_machine()
    rungs = [rung(machine, 0.1, DRAFT), rung(machine, 1.0, PLAN, streams=False)]
    run = Run(machine, rungs, silent_song(60), limit_seconds=40)
    assert run.shares == {0: 1.0}
    assert machine.now == pytest.approx(6.0)


def test_before_a_plan_that_cannot_stream_and_might_be_late_the_draft_is_secured():
    machine = calm_machine()
    rungs = [rung(machine, 0.1, DRAFT), rung(machine, 1.0, PLAN, streams=False)]
    rungs[1].seconds_per_heard_second = 0.8
    late = Run(machine, rungs, silent_song(60), limit_seconds=62)
    assert late.shares == {0: 1.0}
    assert rungs[1].seconds_per_heard_second == pytest.approx(0.9)
    begun = machine.now
    in_time = Run(machine, rungs, silent_song(60), limit_seconds=70)
    assert in_time.shares == {1: 1.0}
    assert machine.now - begun == pytest.approx(66.0)


def test_a_draft_that_cannot_stream_and_would_be_late_leaves_the_time_to_the_plan():
    machine = calm_machine()
    rungs = [rung(machine, 0.2, DRAFT, streams=False), rung(machine, 1.0, PLAN)]
    run = Run(machine, rungs, silent_song(60), limit_seconds=10.5)
    assert run.shares == {1: pytest.approx(1 / 6, abs=0.001), -1: pytest.approx(5 / 6, abs=0.001)}


def test_a_song_that_was_handed_in_before_its_turn_is_not_begun():
    machine = calm_machine()
    song = silent_song(60)
    live = LiveStems(MemoryStore(song), song.sample_rate)
    live.close()
    Schedule([rung(machine, 1.0, PLAN, streams=False)], song, live, Deadline(0.0, 1000, clock=machine.clock)).run()
    assert machine.now == 0.0


def test_a_separator_that_tells_no_progress_is_judged_by_what_it_gave():
    machine = calm_machine()
    rungs = ladder(machine)
    stream = rungs[1].separator.separate_stream
    rungs[1].separator.separate_stream = lambda source, stems=None, on_progress=None: stream(source, stems)
    rungs[1].seconds_per_heard_second = 0.5
    run = Run(machine, rungs, silent_song(60), limit_seconds=40)
    assert run.shares[0] > 0.3
    assert run.shares[0] + run.shares[1] == pytest.approx(1.0)


class Failing:
    """A streaming separator that fails after a number of blocks."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def __init__(self, blocks, block=None):
        self.blocks = blocks
        self.block = block

    def separate(self, mixture):
        raise AssertionError("streams")

    def separate_stream(self, source, stems=None, on_progress=lambda share: None):
        for start in range(self.blocks):
            yield start * 500, dict.fromkeys(STEMS, torch.full((2, 500), PLAN))
        if self.block is None:
            raise MemoryError("no memory")
        yield self.blocks * 500, self.block


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (None, "'worth 1' failed: MemoryError: no memory"),
        (dict.fromkeys(STEMS, torch.full((2, 500), torch.nan)), "must be finite"),
        (dict.fromkeys(STEMS, torch.zeros(2, 10)), "must be as long as its mixture, 3000 samples. Got 1010"),
        (dict.fromkeys(STEMS, torch.zeros(1, 500)), r"must have the shape (2, 500). Got (1, 500)"),
    ],
)
def test_where_the_plan_fails_the_draft_takes_over_from_there(block, message):
    machine = calm_machine()
    rungs = ladder(machine)
    rungs[1].separator = Failing(2, block)
    run = Run(machine, rungs, silent_song(60), limit_seconds=1000)
    assert run.shares[1] == pytest.approx(20 / 60, abs=0.01)
    assert run.shares[0] == pytest.approx(40 / 60, abs=0.01)
    assert message in run.schedule.errors[0]


def test_where_everything_fails_the_fallback_stays():
    machine = calm_machine()
    rungs = ladder(machine)
    for one in rungs:
        one.separator = Failing(0)
    run = Run(machine, rungs, silent_song(60), limit_seconds=1000)
    assert run.shares == {-1: 1.0}
    assert len(run.schedule.errors) == 2


def test_a_rung_learns_its_pace_from_a_song_and_from_a_part_of_one():
    machine = calm_machine()
    whole, part = rung(machine, 1.0, PLAN), rung(machine, 1.0, PLAN)
    whole.seconds_per_heard_second = part.seconds_per_heard_second = 3.0
    Run(machine, [whole], silent_song(60), limit_seconds=1000)
    assert whole.seconds_per_heard_second == pytest.approx(2.0)
    Run(machine, [part], silent_song(60), limit_seconds=30.5)
    assert part.seconds_per_heard_second == pytest.approx(2.0, abs=0.2)


def test_a_watch_predicts_by_the_slower_of_the_mean_and_the_recent_pace():
    machine = calm_machine()
    watch = Watch(100.0, machine.clock)
    assert watch.expected_rest_seconds() == 100.0
    for step, seconds in enumerate([10.0, 10.0, 30.0], start=1):
        with watch.running():
            machine.spend(seconds)
            watch.step(0.1 * step)
    recent = 100 + 0.3 * (300 - 100)
    assert watch.own_seconds == 50.0
    assert watch.expected_rest_seconds() == pytest.approx(0.7 * max(50 / 0.3, recent))


def test_a_part_of_a_song_is_silent_before_its_beginning():
    song = silent_song(2)
    part = SongPart(type(song)(torch.arange(200.0).reshape(2, 100), SAMPLE_RATE), 40)
    assert part.samples == 60
    assert part.read(-3, 2)[0].tolist() == [0, 0, 0, 40, 41]
    assert part.read(58, 62)[1].tolist() == [198, 199, 0, 0]
    assert part.read(-5, -2).tolist() == [[0] * 3] * 2
