"""The songs of a recipe: one folder or several, with their caches, levels and validation songs."""

import pytest
import yaml
from typer.testing import CliRunner

from audio import SAMPLE_RATE, STEMS
from audio.datasets import DatasetError
from mdx.cli import app
from tests.audio.datasets.dataset_writers import make_sounds, write_container, write_song
from tests.training.cases import tiny_recipe, write_songs
from training.datasets import ChunkDataset, ChunkSettings
from training.recipe_files import checked_recipe, recipe_text
from training.songs import open_songs, training_plan

SETTINGS = ChunkSettings(chunk_samples=1000, chunks_per_epoch=12, stems=STEMS)


def mdx_data(*arguments):
    done = CliRunner().invoke(app, ["data", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output


def section(*folders, **keys):
    return tiny_recipe("", data={"folder": [str(folder) for folder in folders], **keys}).data


@pytest.fixture(autouse=True)
def user_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))


@pytest.fixture
def more(tmp_path):
    """Another dataset, of another layout: one song to train with as stem.mp4."""
    write_container(tmp_path / "more" / "train" / "A - B.stem.mp4", make_sounds(20))
    return tmp_path / "more"


def test_songs_of_several_folders_are_drawn_equally_often(songs, more):
    mdx_data("cache", more)
    recipe = section(songs, more)
    plan = training_plan(recipe, open_songs(recipe, SAMPLE_RATE), SETTINGS)
    drawn = [ChunkDataset(plan).describe(number)["bass"][0] for number in range(12)]
    assert {name: drawn.count(name) for name in drawn} == {"song 0": 4, "song 1": 4, "A - B": 4}


def test_one_cache_may_serve_several_folders(songs, more, tmp_path):
    cache = tmp_path / "one cache"
    for folder in (songs, more):
        mdx_data("cache", folder, "--all", "--cache", cache)
        mdx_data("stats", folder, "--cache", cache)
    recipe = section(songs, more, cache=str(cache), sound={"stems": ["vocals"]})
    dataset = open_songs(recipe, SAMPLE_RATE)
    files = [file for track in dataset.tracks for file in track.files.values()]
    assert all(file.array.is_relative_to(cache) for file in files)
    assert len(training_plan(recipe, dataset, SETTINGS).tracks) == 3


def test_the_levels_of_several_folders_are_used_together(songs, more):
    mdx_data("cache", more)
    mdx_data("stats", songs)
    recipe = section(songs, more, sound={"stems": ["vocals"]})
    dataset = open_songs(recipe, SAMPLE_RATE)
    with pytest.raises(DatasetError, match=r"levels of '.*A - B.stem.mp4' must be known"):
        training_plan(recipe, dataset, SETTINGS)
    mdx_data("stats", more)
    assert len(training_plan(recipe, dataset, SETTINGS).tracks) == 3


def test_copies_that_keep_everything_are_trained_with(songs, more):
    mdx_data("cache", more, "--encoding", "float32")
    track = next(track for track in open_songs(section(songs, more), SAMPLE_RATE).tracks if track.name == "A - B")
    assert track.files["bass"].array.name.endswith("-float32.npy")


def test_a_folder_may_begin_with_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_songs(tmp_path / "songs")
    write_song(tmp_path / "songs" / "valid" / "another", make_sounds(3))
    recipe = tiny_recipe("~/songs", data={"cache": "~/cache"}).data
    assert len(open_songs(recipe, SAMPLE_RATE).tracks) == 4


def test_several_folders_survive_being_written_and_read(songs, more):
    recipe = tiny_recipe("", data={"folder": [str(songs), str(more)]})
    text = recipe_text(recipe)
    assert f"  folder:\n  - {songs}\n  - {more}\n" in text
    assert checked_recipe(yaml.safe_load(text), "it") == recipe


def test_a_recipe_must_name_a_folder():
    with pytest.raises(ValueError, match="folder"):
        section()
