"""The default model is in every clone, opens without a network, and separates a real song well."""

from __future__ import annotations

import subprocess

import pytest
import torch
from safetensors.torch import load_file

from audio import STEMS
from audio.made_up_songs import SAMPLE_SONGS, make_song
from audio.sample_tracks import find_packaged_song, read_stem_container
from audio.stems import MIXTURE
from evaluator.metrics import mean_sdr, sdr
from models.files.checkpoints import REPOSITORY_FOLDER
from models.files.weight_files import sha256_of
from models.registry import list_models, model_entry
from separation.factory import create_separator

MOST_BYTES = 4_500_000
SHIPPED = [name for name in list_models() if name.startswith("dual_path_unet")]


@pytest.fixture(scope="module")
def separator():
    return create_separator("default", device="cpu")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_small_half_precision_and_what_their_row_says(name):
    (file,) = model_entry(name).weights
    path = REPOSITORY_FOLDER / file.name
    assert path.stat().st_size <= MOST_BYTES
    assert sha256_of(path) == file.sha256
    assert {tensor.dtype for tensor in load_file(path).values()} == {torch.float16}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_ordinary_files_of_git(name):
    (file,) = model_entry(name).weights
    path = REPOSITORY_FOLDER / file.name
    command = ["git", "check-attr", "filter", "--", path.name]
    told = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=True).stdout
    assert told.strip().endswith("filter: unspecified")


def test_shipped_models_count_as_external_data():
    assert {model_entry(name).leaderboards for name in SHIPPED} == {("B",)}


def test_estimates_add_up_to_the_mixture_at_any_length_and_with_an_offset(separator):
    for samples in (1, 4096, 700_001):
        mixture = 0.05 + 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(samples))
        estimates = separator.separate(mixture)
        assert set(estimates) == set(STEMS)
        torch.testing.assert_close(sum(estimates.values()), mixture, rtol=0, atol=1e-5)


def test_silence_stays_silent(separator):
    for estimate in separator.separate(torch.zeros(2, 44_100)).values():
        assert estimate.abs().max() < 1e-4


def test_a_song_at_half_its_level_gives_stems_at_half_their_level(separator, made_up):
    mixture = made_up[MIXTURE]
    whole, half = separator.separate(mixture), separator.separate(0.5 * mixture)
    for stem in STEMS:
        torch.testing.assert_close(2 * half[stem], whole[stem], rtol=0, atol=1e-3)


@pytest.fixture(scope="module")
def made_up():
    stems = make_song(next(iter(SAMPLE_SONGS.values())))
    return {**stems, MIXTURE: sum(stems.values())}


def test_the_real_song_is_separated_better_than_by_signal_processing(separator):
    song = {name: audio.samples for name, audio in read_stem_container(find_packaged_song()).items()}
    scores = _scores(song, separator)
    assert mean_sdr(scores) > mean_sdr(_scores(song, create_separator("classical"))) + 0.5


def test_a_made_up_song_is_separated_far_better_than_into_quarters(separator, made_up):
    scores, floor = _scores(made_up, separator), _scores(made_up, create_separator("mixture-quarter"))
    assert mean_sdr(scores) > mean_sdr(floor) + 2.5


def _scores(song, separator):
    return sdr({stem: song[stem] for stem in STEMS}, separator.separate(song[MIXTURE]))
