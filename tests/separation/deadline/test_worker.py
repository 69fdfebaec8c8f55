"""A thread and its queue."""

import threading

import pytest

from separation.deadline.worker import Worker


def test_jobs_are_done_in_their_order_and_their_errors_reach_who_waits():
    worker, done = Worker("test"), []
    first = worker.submit(lambda: done.append(1))
    failing = worker.submit(lambda: 1 / 0)
    last = worker.submit(lambda: done.append(2) or "last")
    assert last.result(timeout=10) == "last"
    assert first.done()
    assert done == [1, 2]
    with pytest.raises(ZeroDivisionError):
        failing.result()


def test_a_job_that_waits_can_be_cancelled():
    worker, go_on = Worker("test"), threading.Event()
    held = worker.submit(lambda: go_on.wait(20))
    waiting = worker.submit(lambda: "done")
    assert waiting.cancel()
    go_on.set()
    assert held.result(timeout=10)
    assert worker.submit(lambda: "next").result(timeout=10) == "next"


def test_the_end_waits_for_the_job_that_is_under_way_and_not_for_ever(monkeypatch):
    monkeypatch.setattr("separation.deadline.worker.LONGEST_WAIT_SECONDS", 0.05)
    worker, go_on = Worker("test"), threading.Event()
    held = worker.submit(lambda: go_on.wait(20))
    worker.stop()
    assert not held.done()
    go_on.set()
    assert held.result(timeout=10)
