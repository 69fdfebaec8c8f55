"""Layers of better samples over worse ones, handed in at any moment."""

import threading

import pytest
import torch

from audio.sources import TensorSource
from audio.stems import STEMS
from separation.deadline.live_stems import LiveStems, OutOfTimeError
from separation.deadline.stem_stores import MemoryStore

RATE = 1000
SEAM = 20


@pytest.fixture
def store():
    return MemoryStore(TensorSource(torch.zeros(2, 5000), RATE))


def block(samples, value=1.0):
    return dict.fromkeys(STEMS, torch.full((2, samples), value))


def test_a_whole_layer_replaces_everything_to_the_sample(store):
    live = LiveStems(store, RATE)
    layer = live.layer(0, 0)
    noise = torch.rand(2, 5000)
    for start in range(0, 5000, 777):
        layer.add(dict.fromkeys(STEMS, noise[:, start : start + 777]))
    layer.finish()
    live.close()
    assert all(torch.equal(store.stems[stem], noise) for stem in STEMS)
    assert live.shares(5000) == {0: 1.0}


def test_a_layer_that_stops_fades_into_what_was_there(store):
    live = LiveStems(store, RATE)
    live.layer(0, 0).add(block(1000))
    live.close()
    samples = store.stems["bass"][0]
    assert torch.equal(samples[: 1000 - SEAM], torch.ones(1000 - SEAM))
    assert torch.all(samples[1000 - SEAM : 1000].diff() < 0)
    assert samples.diff().abs().max() < 1.1 / SEAM
    assert not samples[1000:].any()


def test_a_layer_that_waits_fades_into_the_one_that_took_the_rest(store):
    live = LiveStems(store, RATE)
    waiting = live.layer(1, 0)
    waiting.add(block(1000, 1.0))
    rest = live.layer(0, waiting.settled)
    rest.add(block(5000 - waiting.settled, 0.5))
    rest.finish()
    waiting.add(block(1000, 1.0))
    live.close()
    samples = store.stems["vocals"][1]
    assert torch.equal(samples[: 2000 - SEAM], torch.ones(2000 - SEAM))
    assert torch.equal(samples[2000:], torch.full((3000,), 0.5))
    assert samples.diff().abs().max() < 0.55 / SEAM
    assert live.shares(5000) == {1: pytest.approx((2000 - SEAM) / 5000), 0: pytest.approx((3000 + SEAM) / 5000)}


def test_after_closing_nothing_changes_any_more(store):
    live = LiveStems(store, RATE)
    layer = live.layer(0, 0)
    live.close()
    live.close()
    with pytest.raises(OutOfTimeError):
        layer.add(block(5000))
    assert not store.stems["drums"].any()


def test_closing_waits_for_a_second_of_sound_and_not_for_the_whole_block():
    writing, go_on, written = threading.Event(), threading.Event(), []

    class SlowStore(MemoryStore):
        def write(self, stem, start, samples):
            written.append((stem, samples.shape[-1]))
            writing.set()
            go_on.wait(5)
            super().write(stem, start, samples)

    live = LiveStems(SlowStore(TensorSource(torch.zeros(2, 5000), RATE)), RATE)
    layer = live.layer(0, 0)
    stopped = []

    def add():
        try:
            layer.add(block(5000))
        except OutOfTimeError:
            stopped.append(True)

    worker = threading.Thread(target=add)
    worker.start()
    assert writing.wait(5)
    closing = threading.Thread(target=live.close)
    closing.start()
    go_on.set()
    closing.join(5)
    worker.join(5)
    assert not closing.is_alive()
    assert all(samples <= RATE for _, samples in written)
    assert stopped == [True] or layer.settled == 5000 - SEAM
