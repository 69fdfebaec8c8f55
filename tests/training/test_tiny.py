"""Every recipe of the kit, run small from songs to an exported model."""

import pytest
import torch

from audio.made_up_songs import MadeUpSong, make_song
from audio.stems import MIXTURE, SAMPLE_RATE
from audio.writing import write_audio
from tests.training.cases import tiny_recipe as recipe_for_tests
from training import run
from training.errors import RecipeError
from training.recipe_files import load_recipe, recipe_names, with_changes
from training.tiny import SONGS_FOLDER, TRAINING_SONGS, VALIDATION_SONG, prepare_songs, tiny_recipe

ONE_BATCH = ("loop.max_epochs=1", "data.chunks_per_epoch=4")


@pytest.fixture(scope="session")
def samples_folder(tmp_path_factory):
    """A folder of work with songs where `mdx samples` writes its own, shorter than those."""
    place = tmp_path_factory.mktemp("tiny runs")
    for number, name in enumerate((VALIDATION_SONG, *TRAINING_SONGS)):
        stems = make_song(MadeUpSong(seed=number, duration_seconds=1.5))
        for stem, sound in {MIXTURE: torch.stack(list(stems.values())).sum(dim=0), **stems}.items():
            write_audio(place / SONGS_FOLDER / name / f"{stem}.wav", sound, SAMPLE_RATE, "PCM_16")
    return place


@pytest.fixture
def at_samples(samples_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(samples_folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_the_kit_runs_tiny_from_songs_to_a_model(name, at_samples, tmp_path):
    recipe = with_changes(tiny_recipe(load_recipe(name)), ONE_BATCH)
    prepare_songs(recipe)
    trainer = run.train(recipe, tmp_path / "run")
    assert (trainer.current_epoch, trainer.global_step) == (1, 1)
    assert {"train_loss", "valid_loss", "valid_sdr"} <= set(trainer.callback_metrics)
    assert (tmp_path / "run" / "model" / f"{name}-tiny.safetensors").is_file()


def test_levels_are_measured_where_chunks_must_hold_sound(at_samples, tmp_path):
    recipe = with_changes(tiny_recipe(load_recipe("wave_u_net")), (*ONE_BATCH, "data.sound={stems: [vocals]}"))
    prepare_songs(recipe)
    assert run.train(recipe, tmp_path / "run").global_step == 1


def test_sizes_are_left_to_the_tiny_config_and_what_is_separated_stays():
    config = {"stems": ["vocals"], "sample_rate": 22050, "bidirectional": False, "hidden_size": 300}
    recipe = tiny_recipe(recipe_for_tests("songs", model={"architecture": "umx", "config": config}))
    assert recipe.model.config == {"stems": ["vocals"], "sample_rate": 22050, "bidirectional": False}
    assert recipe.model.size == "tiny"


def test_channels_of_sound_stay_and_channels_of_a_network_do_not():
    sound = recipe_for_tests("songs", model={"architecture": "umx", "config": {"channels": 1}})
    width = recipe_for_tests("songs", model={"architecture": "hdemucs", "config": {"channels": 64}})
    assert (tiny_recipe(sound).model.config, tiny_recipe(width).model.config) == ({"channels": 1}, {})


def test_augmentations_that_cut_leave_something_of_a_tiny_chunk():
    steps = [{"name": "shift", "settings": {"same_for_all_stems": True}}, {"name": "gain"}, {"name": "random_chunk"}]
    recipe = tiny_recipe(recipe_for_tests("songs", augmentations=steps))
    assert [step.settings for step in recipe.augmentations] == [
        {"same_for_all_stems": True, "shift_seconds": 0.25},
        {},
        {"chunk_seconds": 0.25},
    ]


def test_the_rest_of_a_recipe_stays():
    before = load_recipe("scnet")
    after = tiny_recipe(before)
    assert (after.losses, after.optimiser, after.scheduler, after.seed) == (
        before.losses,
        before.optimiser,
        before.scheduler,
        before.seed,
    )
    assert after.loop.ema_decay == before.loop.ema_decay
    assert before == load_recipe("scnet")


def test_a_missing_folder_of_songs_is_an_error_that_names_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError, match=r"songs of `mdx samples`. Got none in 'data/test'\. Run `mdx samples` first"):
        prepare_songs(tiny_recipe(load_recipe("umx")))
