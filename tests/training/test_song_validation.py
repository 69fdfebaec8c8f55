"""Whole songs that are scored."""

import pytest
import torch

from audio.datasets import open_dataset
from audio.stems import STEMS
from tests.training.cases import tiny_parts, tiny_recipe
from training import run
from training.callbacks.song_validation import score_song
from training.errors import RecipeError
from training.recipe_files import checked_recipe
from training.songs import open_songs


class Quarter:
    """Separates as cheaply as can be."""

    stems = STEMS

    def separate(self, mixture, on_progress):
        return dict.fromkeys(STEMS, mixture / 4)


@pytest.fixture
def instrumental(tmp_path, make_track):
    make_track(tmp_path / "songs" / "train" / "A")
    make_track(tmp_path / "songs" / "valid" / "B", silent=("vocals",), seed=1)
    return tmp_path / "songs"


def test_a_stem_of_a_song_that_is_silent_throughout_has_no_score(instrumental):
    (song,) = open_dataset(instrumental).split("valid").tracks
    scores = score_song(Quarter(), song)
    assert set(scores) == {"bass", "drums", "other"}


def test_silent_stems_do_not_choose_the_best_epoch(instrumental, tmp_path):
    recipe = tiny_recipe(instrumental, data={"chunk_seconds": 0.05}, loop={"max_epochs": 1})
    measured = run.train(recipe, tmp_path / "run", parts=tiny_parts(recipe)).callback_metrics
    assert "valid_sdr_vocals" not in measured
    others = torch.stack([measured[f"valid_sdr_{stem}"] for stem in ("bass", "drums", "other")])
    torch.testing.assert_close(measured["valid_sdr"], others.mean())


def test_an_estimate_that_is_no_number_is_named_and_does_not_end_the_run(songs, tmp_path, monkeypatch, caplog):
    no_numbers = dict.fromkeys(STEMS, float("nan"))
    monkeypatch.setattr("training.callbacks.song_validation.sdr", lambda references, estimates: no_numbers)
    recipe = tiny_recipe(songs, loop={"patience": 3})
    assert run.train(recipe, tmp_path, parts=tiny_parts(recipe)).current_epoch == 2
    assert "for the validation song 'song 2' must hold finite numbers" in caplog.text


def test_songs_that_are_all_for_validation_are_refused(songs):
    section = tiny_recipe(songs, data={"validation": ["song 0", "song 1", "song 2"]}).data
    with pytest.raises(RecipeError, match="A run must have training songs. Got none"):
        open_songs(section, 44_100)


def test_songs_at_another_rate_name_the_command_that_makes_copies(songs):
    section = tiny_recipe(songs, data={"cache": "my copies"}).data
    with pytest.raises(Exception, match="Run `mdx data cache FOLDER --rate 22050 --cache 'my copies'` first"):
        open_songs(section, 22_050)


def test_a_run_that_would_never_validate_is_refused(songs):
    content = tiny_recipe(songs).model_dump()
    content["loop"] |= {"max_epochs": 2, "validate_every_epochs": 3}
    with pytest.raises(RecipeError, match="'validate_every_epochs' must be at most 'max_epochs'"):
        checked_recipe(content, "The recipe")


def test_a_device_that_the_machine_has_not_is_an_error_of_one_sentence(songs, tmp_path):
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        pytest.skip("this machine has one")
    recipe = tiny_recipe(songs, loop={"accelerator": "gpu", "devices": 2})
    with pytest.raises(run.RunError, match="The machine must have what the recipe's 'loop' asks for."):
        run.train(recipe, tmp_path, parts=tiny_parts(recipe))
