"""Batches of a recipe's chunks."""

import pytest

from training.datasets import ChunkSampler
from training.errors import RunError
from training.loading import ResumableLoader, ResumableSampler


def make_loader(batches_had=0, rank=0, processes=1, chunks=12):
    sampler = ResumableSampler(ChunkSampler(chunks, rank, processes))
    return sampler, ResumableLoader(sampler, lambda: batches_had, dataset=list(range(1000)), batch_size=2)


def numbers(loader):
    return [batch.tolist() for batch in loader]


def test_a_loader_goes_on_after_the_batches_that_its_state_counts():
    _, loader = make_loader()
    loader.load_state_dict(make_loader(batches_had=8)[1].state_dict())
    assert numbers(loader) == [[16, 17], [18, 19], [20, 21], [22, 23]]


def test_an_epoch_that_lightning_asks_for_does_not_undo_the_resumed_place():
    sampler, loader = make_loader(batches_had=8)
    loader.load_state_dict(loader.state_dict())
    for epoch in (0, 1):
        sampler.set_epoch(epoch)
        assert numbers(loader)[0] == [16, 17]
    sampler.set_epoch(2)
    assert numbers(loader)[0] == [24, 25]


def test_the_length_is_that_of_a_whole_epoch():
    _, loader = make_loader(batches_had=8)
    loader.load_state_dict(loader.state_dict())
    assert len(loader) == 6


def test_each_process_resumes_its_own_share():
    _, loader = make_loader(batches_had=4, rank=1, processes=2)
    loader.load_state_dict(loader.state_dict())
    assert numbers(loader) == [[17, 19], [21, 23]]


def test_epochs_of_another_length_are_refused():
    _, longer = make_loader(chunks=16)
    with pytest.raises(RunError, match="of 6 batches. Got 8"):
        longer.load_state_dict(make_loader()[1].state_dict())
