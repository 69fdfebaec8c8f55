"""Work on all cores keeps the order of its items, raises their errors, and leaves torch's threads as they were."""

from __future__ import annotations

import time

import pytest
import torch

from evaluator.bsseval.workers import map_on_cores

CPU = torch.device("cpu")


@pytest.fixture
def settings(monkeypatch):
    """Give torch two threads, and the second of them a slow start; returns what the number was set to, in order."""
    found: list[int] = []
    begun: list[int] = []

    def set_num_threads(threads):
        begun.append(threads)
        if begun == [1, 1]:
            time.sleep(0.5)
        found.append(threads)

    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", set_num_threads)
    return found


def work(item):
    time.sleep(0.05)
    if item == "bad":
        raise ValueError("a bad item")
    return item


def test_a_thread_that_begins_after_the_last_item_does_not_have_the_last_word_on_the_number(settings):
    assert map_on_cores(work, [3, 1], CPU) == [3, 1]
    assert settings == [1, 1, 2]


def test_an_error_reaches_the_caller_and_the_number_is_restored(settings):
    with pytest.raises(ValueError, match="a bad item"):
        map_on_cores(work, ["bad", "good"], CPU)
    assert settings[-1] == 2
