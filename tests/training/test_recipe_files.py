"""Recipes on disk and their overrides."""

import pytest
import yaml

from tests.training.cases import tiny_content
from training.architectures import ARCHITECTURES, build_config, build_network
from training.errors import RecipeError
from training.recipe import ModelSection
from training.recipe_files import load_recipe, recipe_names, recipe_text


@pytest.fixture
def recipe_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(tiny_content("songs")))
    return path


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_the_kit_follows_the_schema_and_its_name(name):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.model.architecture in ARCHITECTURES
    assert recipe.source


def test_changes_reach_sections_lists_and_sections_that_were_left_out(recipe_file):
    changes = ["data.batch_size=6", "losses.0.weight=0.5", "optimiser.name=sgd", "data.validation=[a, b]"]
    recipe = load_recipe(recipe_file, changes)
    assert (recipe.data.batch_size, recipe.losses[0].weight, recipe.optimiser.name) == (6, 0.5, "sgd")
    assert recipe.data.validation == ("a", "b")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("data.batch_sise=8", "The key 'data.batch_sise' is unknown."),
        ("data.batch_size=0", "The key 'data.batch_size' must be greater than or equal to 1. Got 0."),
        ("data.batch_size=5", "'chunks_per_epoch' must be a multiple of 'batch_size'"),
        ("data.batch_size", "must read dotted.path=value"),
        ("losses.3.name=x", "must be a number from 0 to 0. Got '3'"),
        ("data.folder.x=1", "must lead to a key of a section"),
        ("loop.validation_songs=0", "must be 'valid_loss' where 'loop.validation_songs' is 0"),
        (
            "data={folder: a, plan: aligned, mixture: file, mixed_with: [b], "
            "chunk_seconds: 1, chunks_per_epoch: 1, batch_size: 1}",
            "'mixed_with' goes with 'mixture: sum' only",
        ),
        ("name=[", "must be YAML"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(recipe_file, change, message):
    with pytest.raises(RecipeError) as raised:
        load_recipe(recipe_file, [change])
    assert message in str(raised.value)


def test_a_recipe_written_out_reads_the_same(recipe_file, tmp_path):
    recipe = load_recipe(recipe_file)
    path = tmp_path / "again.yaml"
    path.write_text(recipe_text(recipe))
    assert load_recipe(path) == recipe


def write_recipes(folder, **contents):
    for name, content in contents.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content))


def test_a_recipe_file_changes_what_it_begins_from(tmp_path):
    write_recipes(tmp_path, mine={"base": "umx", "name": "mine", "data": {"batch_size": 8}, "augmentations": []})
    base, mine = load_recipe("umx").model_dump(), load_recipe(tmp_path / "mine.yaml").model_dump()
    expected = {**base, "name": "mine", "data": {**base["data"], "batch_size": 8}, "augmentations": ()}
    assert mine == expected


def test_bases_are_chained_relative_to_their_files_and_changes_come_last(recipe_file, monkeypatch):
    folder = recipe_file.parent
    (folder / "deep").mkdir()
    write_recipes(folder, middle={"base": "mine.yaml", "name": "middle", "model": {"config": {"hidden_size": 16}}})
    write_recipes(folder / "deep", top={"base": "../middle.yaml", "loop": {"max_epochs": 9}, "seed": 5})
    monkeypatch.chdir(folder / "deep")
    recipe = load_recipe("top.yaml", ["seed=6"])
    assert (recipe.name, recipe.seed, recipe.loop.max_epochs, recipe.loop.precision) == ("middle", 6, 9, "32-true")
    assert recipe.model.config == {**tiny_content("songs")["model"]["config"], "hidden_size": 16}


def test_bases_that_go_in_a_circle_are_named(tmp_path):
    write_recipes(tmp_path, one={"base": "two.yaml"}, two={"base": "three.yaml"}, three={"base": "two.yaml"})
    circle = r"Got '.*two\.yaml' -> '.*three\.yaml' -> '.*two\.yaml'"
    with pytest.raises(RecipeError, match=rf"must come to an end\. {circle}"):
        load_recipe(tmp_path / "one.yaml")


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("umxx", r"The key 'base' of '.*mine\.yaml' is not usable\. .*Did you mean 'umx'\?"),
        (["umx"], r"The key 'base' of '.*mine\.yaml' must be the name or the file of a recipe\. Got \['umx'\]"),
    ],
)
def test_a_base_that_cannot_be_found_names_the_file_that_asks_for_it(tmp_path, base, message):
    write_recipes(tmp_path, mine={"base": base})
    with pytest.raises(RecipeError, match=message):
        load_recipe(tmp_path / "mine.yaml")


def test_an_unknown_recipe_is_answered_with_the_names():
    with pytest.raises(RecipeError, match=r"Got 'made_upp'\. Did you mean 'made_up'\?"):
        load_recipe("made_upp")


def test_lists_of_yaml_become_the_tuples_of_a_config():
    section = ModelSection(architecture="scnet", config={"widths": [8, 12], "stems": ["vocals"]})
    assert build_config(section).widths == (8, 12)


def test_mappings_of_yaml_change_fields_of_configs_inside_a_config():
    section = ModelSection(architecture="mu_law_wavenet", config={"scale": {"levels": 64}})
    assert build_config(section).scale.levels == 64


def test_published_sizes_need_not_be_the_defaults_of_a_config():
    assert build_config(ModelSection(architecture="music_translation_pooled")).pool_samples == 800
    assert build_config(ModelSection(architecture="music_translation_domains")).domains == 9
    assert build_config(ModelSection(architecture="mu_law_wavenet_regression")).units == "leaky"


def test_a_field_that_a_config_lacks_is_named():
    with pytest.raises(RecipeError, match=r"Got 'hidden_sise'\. Did you mean 'hidden_size'\?"):
        build_config(ModelSection(architecture="xumx", config={"hidden_sise": 8}))


def test_the_seed_decides_the_first_weights():
    section = ModelSection(architecture="conv_tasnet", config={"filters": 4, "blocks": 1, "repeats": 1})
    first, second = (build_network(section, seed).state_dict() for seed in (0, 0))
    other = build_network(section, 1).state_dict()
    assert all(first[name].equal(second[name]) for name in first)
    assert any(not first[name].equal(other[name]) for name in first)
