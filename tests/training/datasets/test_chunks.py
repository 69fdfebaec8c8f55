"""Chunks as a data loader takes them: the right samples, whatever the number of workers and processes."""

import pickle
from dataclasses import replace

import pytest
import torch
from torch.utils.data import DataLoader

from audio import MIXTURE, STEMS, read_audio
from audio.datasets import DatasetError, open_dataset
from tests.audio.datasets.dataset_writers import SAMPLES, make_sounds
from training.datasets import AlignedPlan, ChunkDataset, ChunkSampler, ChunkSettings, MixedPlan
from training.datasets.activity import ActivityTable, measure_dataset
from training.datasets.cache import CacheSettings, build_cache, plan_cache, with_cache
from training.datasets.plans import SoundRule

SETTINGS = ChunkSettings(chunk_samples=1000, chunks_per_epoch=6, stems=(*STEMS, MIXTURE), seed=1)


def test_a_chunk_holds_the_samples_of_its_place(musdb_hq):
    tracks = open_dataset(musdb_hq).split("train").tracks
    dataset = ChunkDataset(AlignedPlan(tracks, SETTINGS))
    assert len(dataset) == 6
    for number in (0, 5, 600):
        chunk, places = dataset[number], dataset.plan.places(number)
        assert set(chunk) == {*STEMS, MIXTURE}
        for stem, samples in chunk.items():
            place = places[stem]
            whole = read_audio(place.track.files[stem].path).samples
            assert torch.equal(samples, whole[:, place.start : place.start + 1000])
            assert samples.dtype == torch.float32


def test_a_chunk_is_read_with_its_song_around_it(musdb_hq):
    tracks = open_dataset(musdb_hq).split("train").tracks
    plain = AlignedPlan(tracks, SETTINGS)
    dataset = ChunkDataset(AlignedPlan(tracks, replace(SETTINGS, samples_before=SAMPLES, samples_after=SAMPLES + 7)))
    for number in range(3):
        place = plain.places(number)["bass"]
        whole = read_audio(place.track.files["bass"].path).samples
        expected = torch.nn.functional.pad(whole, (SAMPLES, SAMPLES + 7))
        chunk = dataset[number]["bass"]
        assert torch.equal(chunk, expected[:, place.start : place.start + 2 * SAMPLES + 1007])
        assert dataset.plan.places(number) == plain.places(number)


def test_context_is_not_negative():
    with pytest.raises(DatasetError, match="'samples_before' must be at least 0. Got -1"):
        replace(SETTINGS, samples_before=-1)


def test_a_chunk_says_where_it_comes_from(musdb_hq):
    dataset = ChunkDataset(AlignedPlan(open_dataset(musdb_hq).tracks, SETTINGS))
    song, seconds = dataset.describe(3)["bass"]
    assert song in {track.name for track in open_dataset(musdb_hq).tracks}
    assert seconds == dataset.plan.places(3)["bass"].start / 44_100


def test_a_short_song_ends_in_silence(musdb_hq):
    settings = ChunkSettings(chunk_samples=SAMPLES + 500, chunks_per_epoch=1)
    chunk = ChunkDataset(AlignedPlan(open_dataset(musdb_hq).tracks, settings))[0]
    assert chunk["bass"].shape == (2, SAMPLES + 500)
    assert chunk["bass"][:, SAMPLES:].abs().max() == 0


def test_the_accompaniment_is_summed_where_a_track_has_no_file_of_it(musdb_hq, ccmixter):
    settings = ChunkSettings(chunk_samples=SAMPLES, chunks_per_epoch=1, stems=("vocals", "accompaniment"))
    tracks = [*open_dataset(musdb_hq).tracks, *open_dataset(ccmixter).tracks]
    dataset = ChunkDataset(AlignedPlan(tracks, settings))
    by_name = {dataset.describe(number)["vocals"][0]: dataset[number] for number in range(5)}
    assert len(by_name) == 5
    sounds = make_sounds(0)
    rest = sounds["bass"] + sounds["drums"] + sounds["other"]
    torch.testing.assert_close(by_name["Alpha - One"]["accompaniment"], rest, atol=1e-4, rtol=0)


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_do_not_depend_on_the_number_of_workers(musdb_hq, workers):
    dataset = ChunkDataset(MixedPlan(open_dataset(musdb_hq).tracks, ChunkSettings(1000, 6, seed=1)))
    sampler = ChunkSampler(6)
    sampler.set_epoch(2)
    batches = list(DataLoader(dataset, batch_size=3, sampler=sampler, num_workers=workers))
    assert [batch["bass"].shape for batch in batches] == [(3, 2, 1000)] * 2
    for position, number in enumerate(range(12, 18)):
        for stem in STEMS:
            assert torch.equal(batches[position // 3][stem][position % 3], dataset[number][stem])


def test_chunks_travel_to_workers_that_are_started_anew(musdb_hq, tmp_path):
    settings = CacheSettings(tmp_path / "cache", everything=True)
    opened = open_dataset(musdb_hq)
    list(build_cache(plan_cache(opened, settings), settings))
    copied = with_cache(opened, settings)
    rule = SoundRule(ActivityTable(dict(measure_dataset(copied, ActivityTable({})))), ("bass",))
    dataset = ChunkDataset(MixedPlan(copied.tracks, ChunkSettings(1000, 6, seed=1), rule))
    sent = pickle.loads(pickle.dumps(dataset))
    assert all(torch.equal(sent[3][stem], dataset[3][stem]) for stem in STEMS)


def test_epochs_follow_one_another_without_a_gap():
    sampler = ChunkSampler(4)
    numbers = []
    for epoch in range(3):
        sampler.set_epoch(epoch)
        numbers += list(sampler)
    assert numbers == list(range(12))


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_batches_of_all_processes_together_are_those_of_one(processes):
    batch_size = 6 // processes
    shares = [list(ChunkSampler(24, rank, processes)) for rank in range(processes)]
    for batch in range(4):
        together = {n for share in shares for n in share[batch * batch_size : (batch + 1) * batch_size]}
        assert together == set(range(6 * batch, 6 * batch + 6))


def test_what_does_not_divide_is_left_out_so_that_processes_have_equal_shares():
    assert [len(ChunkSampler(7, rank, 2)) for rank in (0, 1)] == [3, 3]


def test_a_resumed_epoch_leaves_out_what_was_done():
    sampler = ChunkSampler(6)
    sampler.set_epoch(1, done=4)
    assert list(sampler) == [10, 11]
    assert len(sampler) == 2
    sampler.set_epoch(2)
    assert list(sampler) == [12, 13, 14, 15, 16, 17]


def test_a_rank_out_of_range_is_refused():
    with pytest.raises(DatasetError, match="Got rank 2 of 2 with 6 chunks"):
        ChunkSampler(6, 2, 2)
