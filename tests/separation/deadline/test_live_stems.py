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
        live.append(layer, dict.fromkeys(STEMS, noise[:, start : start + 777]))
    live.finish(layer)
    live.close()
    assert all(torch.equal(store.stems[stem], noise) for stem in STEMS)
    assert live.shares(5000) == {0: 1.0}


def test_a_layer_that_stops_fades_into_what_was_there(store):
    live = LiveStems(store, RATE)
    live.append(live.layer(0, 0), block(1000))
    live.close()
    samples = store.stems["bass"][0]
    assert torch.equal(samples[: 1000 - SEAM], torch.ones(1000 - SEAM))
    assert torch.all(samples[1000 - SEAM : 1000].diff() < 0)
    assert samples.diff().abs().max() < 1.1 / SEAM
    assert not samples[1000:].any()


def test_a_layer_that_waits_fades_into_the_one_that_took_the_rest(store):
    live = LiveStems(store, RATE)
    waiting = live.layer(1, 0)
    live.append(waiting, block(1000, 1.0))
    rest = live.layer(0, waiting.settled)
    live.append(rest, block(5000 - waiting.settled, 0.5))
    live.finish(rest)
    live.append(waiting, block(1000, 1.0))
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
        live.append(layer, block(5000))
    assert not store.stems["drums"].any()


class Gated(MemoryStore):
    """Memory whose writes wait for a permission each; keeps how many samples went into each."""

    def __init__(self, song):
        super().__init__(song)
        self.permission = threading.Semaphore(0)
        self.writing = threading.Event()
        self.written = []

    def write(self, stem, start, samples):
        self.writing.set()
        assert self.permission.acquire(timeout=20)
        self.written.append(samples.shape[-1])
        super().write(stem, start, samples)


def test_closing_waits_for_a_second_of_sound_and_not_for_the_whole_block_which_fades_where_it_stops():
    store = Gated(TensorSource(torch.zeros(2, 5000), RATE))
    live = LiveStems(store, RATE)
    layer = live.layer(0, 0)
    stopped = []

    def add():
        try:
            live.append(layer, block(5000))
        except OutOfTimeError:
            stopped.append(True)

    worker, closing = threading.Thread(target=add), threading.Thread(target=live.close)
    worker.start()
    assert store.writing.wait(20)
    closing.start()
    # The second slice is begun only after closing was asked for.
    while not live.closing:
        pass
    store.permission.release(1000)
    closing.join(20)
    worker.join(20)
    assert stopped == [True]
    assert store.written == [RATE] * len(STEMS) + [SEAM] * len(STEMS)
    samples = store.stems["bass"][0]
    assert torch.equal(samples[:RATE], torch.ones(RATE))
    assert torch.all(samples[RATE : RATE + SEAM].diff() < 0)
    assert not samples[RATE + SEAM :].any()
    assert live.shares(5000) == {0: pytest.approx(0.2), -1: pytest.approx(0.8)}


def test_a_seam_that_cannot_be_read_leaves_the_stems_as_they_are(store, caplog):
    def fail(stem, start, stop):
        raise OSError("the disk is gone")

    store.read = fail
    live = LiveStems(store, RATE)
    live.append(live.layer(0, 0), block(1000))
    live.close()
    assert "could not be faded" in caplog.text
    with pytest.raises(OutOfTimeError):
        live.check_open()


def test_blocks_shorter_than_a_seam_add_up(store):
    live = LiveStems(store, RATE)
    layer = live.layer(0, 0)
    for _ in range(5000 // 5):
        live.append(layer, block(5))
    live.finish(layer)
    live.close()
    assert torch.equal(store.stems["bass"], torch.ones(2, 5000))
