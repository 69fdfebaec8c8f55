"""How much networks are given for a song: whole chunks, overlaps, context, and what is cut at the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.workload import Chunking, Workload


def test_a_song_taken_whole_is_heard_once():
    assert Chunking().heard_samples(1000) == 1000
    assert Chunking().longest_call_samples(1000) == 1000


@pytest.mark.parametrize(("samples", "heard"), [(1, 1), (75, 75), (76, 76 + 1), (100, 100 + 25), (160, 100 + 85 + 10)])
def test_chunks_overlap_and_the_last_ones_end_with_the_song(samples, heard):
    assert Chunking(chunk_samples=100, stride_samples=75).heard_samples(samples) == heard


def test_a_padded_chunk_costs_the_same_however_short():
    padded = Chunking(chunk_samples=100, stride_samples=100, shortest_input_samples=100)
    assert [padded.heard_samples(samples) for samples in (1, 100, 101, 200)] == [100, 100, 200, 200]


def test_context_comes_with_every_chunk_and_a_lead_before_the_song():
    chunking = Chunking(chunk_samples=100, stride_samples=100, lead_samples=50, context_samples=7)
    assert chunking.heard_samples(150) == 2 * 107


@pytest.mark.parametrize(("samples", "longest"), [(40, 40), (100, 100), (250, 200), (1000, 300)])
def test_a_call_takes_as_many_whole_chunks_as_there_are_and_fit(samples, longest):
    chunking = Chunking(chunk_samples=100, stride_samples=100, chunks_per_call=3)
    assert chunking.longest_call_samples(samples) == longest


def test_a_network_that_works_in_grains_fills_each_chunk_up():
    chunking = Chunking(chunk_samples=100, stride_samples=100, grain_samples=30)
    assert [chunking.heard_samples(samples) for samples in (1, 30, 31, 100, 101)] == [30, 30, 60, 120, 150]


def test_passes_add_up_in_time_and_the_longest_call_counts_for_memory():
    workload = Workload(10, (Chunking(chunk_samples=20), Chunking()))
    assert workload.heard_seconds(6.0) == 12.0
    assert workload.longest_call_seconds(6.0) == 6.0


def test_at_another_rate_the_same_seconds_are_heard():
    workload = Workload(100, (Chunking(200, 150, 10, 20, 30, grain_samples=10), Chunking()))
    doubled = workload.at_rate(200)
    assert doubled.sample_rate == 200
    assert doubled.heard_seconds(7.3) == pytest.approx(workload.heard_seconds(7.3))
    assert doubled.longest_call_seconds(7.3) == pytest.approx(workload.longest_call_seconds(7.3))


@given(
    st.integers(1, 300), st.integers(1, 300), st.integers(0, 50), st.integers(0, 400), st.integers(0, 30),
    st.integers(1, 40), st.integers(1, 2000),
)  # fmt: skip
def test_a_longer_song_is_never_less_work(chunk, stride, lead, shortest, context, grain, samples):
    chunking = Chunking(chunk, min(stride, chunk), lead, shortest, context, grain_samples=grain)
    assert chunking.heard_samples(samples) <= chunking.heard_samples(samples + 1)
    assert chunking.heard_samples(samples) >= samples
