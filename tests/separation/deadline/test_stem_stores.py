"""Stems in files and in memory: valid from the first moment, replaced in place."""

import pytest
import soundfile
import torch

from audio.reading import read_audio
from audio.sources import TensorSource
from audio.stems import STEMS
from audio.writing import write_audio
from separation.deadline.stem_stores import MemoryStore, WavStore

RATE = 48_000


def song(samples=3000):
    noise = torch.rand(2, samples, generator=torch.Generator().manual_seed(0)) - 0.5
    return TensorSource(12 * noise, RATE)


@pytest.fixture(params=["files", "memory"])
def store(request, tmp_path):
    made = WavStore(song(), tmp_path, "FLOAT") if request.param == "files" else MemoryStore(song())
    yield made
    made.close()


def test_a_store_begins_with_a_quarter_of_the_mixture_clamped_to_full_scale(store):
    share = (song().read(0, 3000) / 4).clamp(-1, 1)
    assert all(torch.equal(store.read(stem, 0, 3000), share) for stem in STEMS)
    assert share.abs().max() == 1.0


def test_what_is_replaced_in_one_stem_leaves_all_else_as_it_was(store):
    before = {stem: store.read(stem, 0, 3000).clone() for stem in STEMS}
    store.write("bass", 100, torch.full((2, 50), 0.25))
    after = {stem: store.read(stem, 0, 3000) for stem in STEMS}
    assert all(torch.equal(before[stem], after[stem]) for stem in STEMS if stem != "bass")
    assert torch.equal(after["bass"][:, 100:150], torch.full((2, 50), 0.25))
    assert torch.equal(after["bass"][:, :100], before["bass"][:, :100])
    assert torch.equal(after["bass"][:, 150:], before["bass"][:, 150:])


@pytest.mark.parametrize("encoding", ["PCM_16", "PCM_24", "FLOAT"])
def test_files_that_were_replaced_piece_by_piece_hold_what_one_write_gives(tmp_path, encoding):
    stem = song().read(0, 3000).clamp(-1, 1)
    store = WavStore(song(), tmp_path / "pieces", encoding)
    for start in range(0, 3000, 700):
        store.write("vocals", start, stem[:, start : start + 700])
    store.close()
    write_audio(tmp_path / "whole.wav", stem, RATE, encoding)
    pieces, whole = tmp_path / "pieces" / "vocals.wav", tmp_path / "whole.wav"
    assert torch.equal(read_audio(pieces).samples, read_audio(whole).samples)
    assert soundfile.info(pieces).subtype == encoding
    if encoding != "FLOAT":  # libsndfile writes the time into the header of floats.
        assert pieces.read_bytes() == whole.read_bytes()


def test_a_file_is_whole_at_every_moment(tmp_path):
    store = WavStore(song(), tmp_path, "PCM_16")
    for start in range(0, 3000, 1000):
        store.write("drums", start, torch.zeros(2, 1000))
        read = read_audio(tmp_path / "drums.wav").samples
        assert read.shape == (2, 3000)
        assert not read[:, : start + 1000].any()
    store.close()
