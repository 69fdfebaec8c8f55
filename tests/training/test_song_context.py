"""Chunks with their song around them."""

import pytest
import torch

from audio.stems import MIXTURE
from tests.training.cases import MeanError, tiny_recipe
from training.architectures import build_network
from training.assembly import unchanged
from training.augment.shift import Shift
from training.data_module import SongData
from training.datasets.reading import read_stem
from training.module import SeparationModule

FEW_CLASSES = {"stems": ["vocals", "bass"], "scale": {"levels": 8}}
CLASS_LOSS = {"name": "mu_law_cross_entropy", "settings": {"classes": 8}}
TINY = {
    "wavenet_end_to_end": ({}, {"name": "time_l1"}),
    "mu_law_wavenet": (FEW_CLASSES, CLASS_LOSS),
    "mu_law_wavenet_regression": (FEW_CLASSES, {"name": "time_l2"}),
    "music_translation": (FEW_CLASSES, CLASS_LOSS),
}
"""Architecture -> fields of its tiny config that differ, and a loss that fits."""


def prepare(songs, architecture, augment=unchanged, **data):
    config, loss = TINY[architecture]
    model = {"architecture": architecture, "size": "tiny", "config": {**config, "sample_rate": 44_100}}
    recipe = tiny_recipe(songs, model=model, data={"context": "song", **data}, losses=[loss])
    module = SeparationModule(recipe, build_network(recipe.model, 0).eval(), MeanError(), augment)
    return module, SongData(recipe, module.separator)


def whole_song(module, track):
    """What the network gives for the whole song with silence around it."""
    stems = {stem: read_stem(track, stem)[None] for stem in module.separator.stems}
    silence = module.recipe.data.model_copy(update={"context": "silence"})
    recipe = module.recipe.model_copy(update={"data": silence})
    return SeparationModule(recipe, module.network, module.loss, unchanged).compare(stems)


@pytest.mark.parametrize("architecture", TINY)
def test_a_chunk_equals_the_whole_song_cut_there(songs, architecture):
    module, data = prepare(songs, architecture)
    samples = 4410
    for number in range(2):
        chunk = data.training_chunks[number]
        place = data.training_chunks.plan.places(number)["vocals"]
        with torch.no_grad():
            compared = module.compare({stem: sound[None] for stem, sound in chunk.items()})
            whole = whole_song(module, place.track)
        for stem in module.separator.stems:
            cut = slice(place.start, place.start + samples)
            torch.testing.assert_close(compared.estimates[stem], whole.estimates[stem][..., cut], atol=1e-5, rtol=0)
            torch.testing.assert_close(compared.references[stem], whole.references[stem][..., cut], atol=1e-5, rtol=0)


def test_outside_the_song_is_silence(songs):
    module, data = prepare(songs, "wavenet_end_to_end", chunk_seconds=1.5)
    reach = module.network.network.reach_samples
    for number in range(3):
        chunk = data.training_chunks[number]["vocals"]
        assert chunk.shape == (2, 66_150 + 2 * reach)
        assert chunk[:, :reach].eq(0).all()
        assert chunk[:, -reach:].eq(0).all()
        assert chunk[:, reach:-reach].ne(0).any()


def test_mixed_stems_have_the_context_of_their_own_songs(songs):
    module, data = prepare(songs, "wavenet_end_to_end", plan="mixed")
    reach = module.network.network.reach_samples
    chunk, places = data.training_chunks[5], data.training_chunks.plan.places(5)
    for stem, place in places.items():
        expected = read_stem(place.track, stem, place.start - reach, place.start + 4410 + reach)
        assert torch.equal(chunk[stem], expected)


def test_augmentations_take_from_the_chunk_and_leave_context(songs):
    shift = Shift(shift_seconds=0.02)
    module, data = prepare(songs, "wavenet_end_to_end", augment=shift)
    stems = shift({stem: sound[None] for stem, sound in data.training_chunks[0].items()}, torch.Generator())
    compared = module.compare(stems)
    assert compared.estimates["vocals"].shape[-1] == 4410 - 882
    reach = module.network.network.reach_samples
    torch.testing.assert_close(compared.references["vocals"], stems["vocals"][..., reach:-reach])


def test_validation_chunks_have_the_song_around_them_too(songs):
    module, data = prepare(songs, "wavenet_end_to_end")

    class Attached:
        global_rank, world_size = 0, 1

    data.trainer = Attached()
    batch = next(iter(data.val_dataloader()))
    assert batch["stems"]["bass"].shape[-1] == 4410 + 2 * module.network.network.reach_samples
    assert module.compare(batch["stems"]).estimates["bass"].shape == (4, 2, 4410)


def test_without_it_the_context_is_silence(songs):
    module, data = prepare(songs, "wavenet_end_to_end", context="silence")
    chunk = {stem: sound[None] for stem, sound in data.training_chunks[0].items()}
    assert chunk["bass"].shape[-1] == 4410
    reach = module.network.network.reach_samples
    mixture = sum(chunk[stem] for stem in module.separator.stems)
    padded = torch.nn.functional.pad(mixture, (reach, reach))
    with torch.no_grad():
        estimates = module.compare(chunk).estimates
        expected = module.network(padded)[..., reach:-reach]
    for index, stem in enumerate(module.separator.stems):
        torch.testing.assert_close(estimates[stem], expected[:, index])


def test_stems_that_are_mixed_with_come_from_the_chunk_s_own_place(songs):
    model = {"architecture": "mu_law_wavenet", "size": "tiny", "config": {"stems": ["bass"], "sample_rate": 44_100}}
    recipe = tiny_recipe(
        songs,
        model=model,
        losses=[{"name": "mu_law_cross_entropy"}],
        data={"mixed_with": ["drums", "accompaniment"]},
    )
    data = SongData(recipe, build_network(recipe.model, 0))
    place = data.training_chunks.plan.places(0)["bass"]
    chunk = data.training_chunks[0]
    assert list(chunk) == ["bass", "drums", "accompaniment"]
    for stem, sound in chunk.items():
        assert torch.equal(sound, read_stem(place.track, stem, place.start, place.start + 4410))
    assert data.songs[0].sources(MIXTURE)
