"""The guard with real threads and clocks."""

import threading
import time

import pytest
import torch

from audio.sources import TensorSource
from audio.stems import STEMS
from separation.deadline.clock import NO_LIMIT, Deadline
from separation.deadline.guard import FALLBACK_NAME, DeadlineGuard
from separation.deadline.stem_stores import MemoryStore, WavStore
from separation.factory import create_separator
from separation.plan import Plan
from tests.separation.blend_separators import Streaming, noise

FAST = Plan(model="dual_path_unet_fast", random_weights=True, guard={"draft": "none"})


class Failing(Streaming):
    """Cannot run."""

    def __init__(self):
        super().__init__(dict.fromkeys(STEMS, 1.0), 44_100)

    def separate(self, mixture):
        raise MemoryError("no memory")


def in_time(seconds=NO_LIMIT):
    return Deadline(time.monotonic(), seconds)


@pytest.fixture
def plan_separator(monkeypatch):
    """Return a function that puts a separator in the place of the planned one."""

    def put(separator):
        monkeypatch.setattr("separation.deadline.ladder.create_separator", lambda plan: separator)
        return DeadlineGuard(Plan(model="mixture-quarter", guard={"draft": "none"}))

    return put


class Held(Streaming):
    """Streams blocks of a second, each of which waits for a permission once `holding` is set."""

    def __init__(self):
        super().__init__(dict.fromkeys(STEMS, 0.5), 44_100)
        self.holding = False
        self.permission = threading.Semaphore(0)

    def separate(self, mixture):
        return dict.fromkeys(STEMS, 0.5 * mixture)

    def separate_stream(self, source, stems=None, on_progress=lambda share: None):
        for start, block in super().separate_stream(source, stems, on_progress):
            if self.holding:
                self.permission.acquire(timeout=20)
            yield start, block


def test_with_enough_time_the_samples_are_those_of_the_plan_without_a_guard():
    guard = DeadlineGuard(FAST)
    guard.set_up(in_time())
    mixture = noise(30 * 44_100)
    song = TensorSource(mixture, 44_100)
    store = MemoryStore(song)
    outcome = guard.separate(song, store, in_time())
    alone = create_separator(FAST).separate(mixture)
    assert outcome.complete
    assert outcome.shares == {"dual_path_unet_fast": 1.0}
    assert all(torch.equal(store.stems[stem], alone[stem].clamp(-1, 1)) for stem in STEMS)


def test_a_call_that_does_not_come_back_costs_no_more_than_the_limit(plan_separator, tmp_path):
    held = Held()
    guard = plan_separator(held)
    guard.set_up(in_time())
    held.holding = True
    held.permission.release()
    song = TensorSource(noise(5 * 44_100), 44_100)
    started = time.monotonic()
    outcome = guard.separate(song, WavStore(song, tmp_path, "PCM_16"), Deadline(started, 1.0))
    took = time.monotonic() - started
    held.permission.release(100)
    assert 1.0 <= took < 2.0
    assert not outcome.complete
    assert outcome.shares == {"mixture-quarter": pytest.approx(0.196), FALLBACK_NAME: pytest.approx(0.804)}
    before = (tmp_path / "bass.wav").read_bytes()
    held.holding = False
    store = MemoryStore(song)
    assert guard.separate(song, store, in_time()).complete
    assert torch.equal(store.stems["bass"], 0.5 * song.read(0, song.samples))
    assert (tmp_path / "bass.wav").read_bytes() == before


def test_a_set_up_that_takes_too_long_is_not_waited_for_and_used_once_it_is_ready(monkeypatch, caplog):
    ready = threading.Event()

    def build(plan):
        if plan.model == "mixture-quarter":
            ready.wait(20)
        return Streaming(dict.fromkeys(STEMS, 0.25 if plan.model == "classical" else 0.5), 44_100)

    monkeypatch.setattr("separation.deadline.ladder.create_separator", build)
    monkeypatch.setattr(Streaming, "separate", lambda self, mixture: dict.fromkeys(STEMS, mixture))
    guard = DeadlineGuard(Plan(model="mixture-quarter"))
    guard.set_up(in_time(0.3))
    assert "'mixture-quarter' was not ready within the set-up's 0 s" in caplog.text
    song = TensorSource(noise(44_100), 44_100)
    early = guard.separate(song, MemoryStore(song), in_time())
    assert early.shares == {"classical": 1.0}
    assert early.reason == "The planned model was not ready yet."
    assert not early.complete
    ready.set()
    guard.set_up_done.result(timeout=20)
    assert guard.separate(song, MemoryStore(song), in_time()).shares == {"mixture-quarter": 1.0}


def test_a_draft_that_cannot_run_is_told_and_left_out(monkeypatch, caplog):
    def build(plan):
        return Failing() if plan.model == "classical" else Streaming(dict.fromkeys(STEMS, 0.25), 44_100)

    monkeypatch.setattr("separation.deadline.ladder.create_separator", build)
    guard = DeadlineGuard(Plan(model="mixture-quarter"))
    guard.set_up(in_time())
    assert [rung.name for rung in guard.ladder] == ["mixture-quarter"]
    assert "'classical' could not be tried and is left out: no memory" in caplog.text


def test_stems_with_gradients_can_be_handed_in(plan_separator):
    class Learning(Streaming):
        def separate_stream(self, source, stems=None, on_progress=lambda share: None):
            for start, block in super().separate_stream(source, stems, on_progress):
                yield start, {stem: samples.requires_grad_() for stem, samples in block.items()}

    guard = plan_separator(Learning(dict.fromkeys(STEMS, 0.5), 44_100))
    guard.set_up(in_time())
    song = TensorSource(noise(44_100), 44_100)
    store = MemoryStore(song)
    assert guard.separate(song, store, in_time()).complete
    assert not any(samples.requires_grad for samples in store.stems.values())


def test_what_stops_the_plan_from_being_set_up_is_raised(monkeypatch):
    def fail(plan):
        raise ValueError("no such weights")

    monkeypatch.setattr("separation.deadline.ladder.create_separator", fail)
    with pytest.raises(ValueError, match="no such weights"):
        DeadlineGuard(Plan(model="mixture-quarter", guard={"draft": "none"})).set_up(in_time())


def test_an_interrupted_wait_closes_the_stems(plan_separator, monkeypatch):
    held = Held()
    guard = plan_separator(held)
    guard.set_up(in_time())
    held.holding = True

    def interrupt(futures, timeout):
        raise KeyboardInterrupt

    monkeypatch.setattr("separation.deadline.guard.wait", interrupt)
    song = TensorSource(noise(44_100), 44_100)
    store = MemoryStore(song)
    with pytest.raises(KeyboardInterrupt):
        guard.separate(song, store, in_time())
    held.permission.release(100)
    assert torch.equal(store.stems["other"], song.read(0, 44_100) / 4)
