"""`mdx train` as a user types it."""

import shlex
import signal
import sys
from types import SimpleNamespace

import pytest
import yaml
from typer.testing import CliRunner

from mdx.cli import StopError, app
from tests.training.cases import tiny_content
from training import extras, run, tiny
from training.errors import RecipeError
from training.parts import MissingExtraError
from training.stopping import RunStopped


@pytest.fixture
def recipe_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(tiny_content("songs")))
    return path


def call(*arguments):
    return CliRunner().invoke(app, ["train", *map(str, arguments)])


def test_show_prints_the_whole_recipe_with_its_changes(recipe_file):
    shown = yaml.safe_load(call(recipe_file, "--show", "--set", "data.batch_size=6").stdout)
    assert shown["data"]["batch_size"] == 6
    assert shown["loop"]["monitor"] == "valid_sdr"


def test_show_prints_what_a_file_takes_from_its_base_too(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("base: umx\nname: mine\n")
    shown = yaml.safe_load(call(path, "--show").stdout)
    assert (shown["name"], shown["model"]["architecture"]) == ("mine", "umx")
    assert "base" not in shown


def test_a_wrong_change_is_an_error_that_names_the_key(recipe_file):
    result = call(recipe_file, "--set", "loop.max_epoch=6")
    assert isinstance(result.exception, RecipeError)
    assert "The key 'loop.max_epoch' is unknown." in str(result.exception)


def test_the_run_is_told_recipe_folder_and_resume_and_the_model_is_named(recipe_file, tmp_path, monkeypatch):
    def train(recipe, folder, *, resume):
        assert (recipe.loop.max_epochs, folder, resume) == (7, tmp_path / "run", True)
        (folder / "model").mkdir(parents=True)
        (folder / "model" / "tiny.yaml").touch()
        return SimpleNamespace(is_global_zero=True, current_epoch=7, global_step=21)

    monkeypatch.setattr(run, "train", train)
    result = call(recipe_file, "--set", "loop.max_epochs=7", "--output", tmp_path / "run", "--resume")
    assert result.exit_code == 0, result.exception
    assert "Done: 7 epochs, 21 steps." in result.stdout
    assert "tiny.yaml" in result.stdout


def test_a_stop_says_how_to_go_on(recipe_file, tmp_path, monkeypatch):
    def train(recipe, folder, *, resume):
        raise RunStopped("Stopped after step 3; 'last.ckpt' holds the run.", signal.SIGTERM)

    monkeypatch.setattr(run, "train", train)
    song = "data.validation=[Rock 'n' Roll]"
    result = call(recipe_file, "--set", "seed=4", "--set", song, "--output", tmp_path / "run")
    assert isinstance(result.exception, StopError)
    assert result.exception.args == (signal.SIGTERM,)
    command = shlex.split(result.stderr.strip().splitlines()[-1].removeprefix("Go on with: "))
    changes = ["--set", "seed=4", "--set", song]
    assert command == ["mdx", "train", str(recipe_file), *changes, "--output", str(tmp_path / "run"), "--resume"]


def test_tiny_makes_a_recipe_small_and_changes_come_after_it():
    result = call("umx", "--tiny", "--show", "--set", "loop.max_epochs=7")
    shown = yaml.safe_load(result.stdout)
    assert (shown["name"], shown["model"]["size"], shown["loop"]["max_epochs"]) == ("umx-tiny", "tiny", 7)


def test_a_tiny_run_prepares_its_songs_and_goes_on_as_one(tmp_path, monkeypatch):
    prepared = []

    def train(recipe, folder, *, resume):
        assert prepared == [recipe]
        raise RunStopped("Stopped after step 3; 'last.ckpt' holds the run.", signal.SIGINT)

    monkeypatch.setattr(run, "train", train)
    monkeypatch.setattr(tiny, "prepare_songs", prepared.append)
    result = call("umx", "--tiny", "--output", tmp_path / "run")
    assert f"mdx train umx --tiny --output {tmp_path / 'run'} --resume" in result.stderr


def test_a_missing_package_is_an_error_that_names_the_extra(recipe_file, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "lightning" else sys.modules)
    result = call(recipe_file)
    assert isinstance(result.exception, MissingExtraError)
    assert str(result.exception).startswith("Training needs the package 'lightning'")
    assert 'Install the extra: uv pip install -e ".[training]"' in str(result.exception)
