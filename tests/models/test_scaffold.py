"""A model that was begun by name: what is written, and that nothing but its forward is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import models
from models.errors import ManifestError, ModelError, ScaffoldError, SettingsError, WeightError
from models.manifest import load_manifest
from models.readiness import readiness
from models.scaffold import REPOSITORY, scaffold_model
from separation import create_separator
from tests.models.scaffold_cases import documented, write_forward
from training.architectures import build_network
from training.recipe import ModelSection
from training.recipe_files import load_recipe
from training.tiny import tiny_recipe

SETTINGS = REPOSITORY / "pyproject.toml"


@pytest.fixture
def clone(tmp_path):
    """The part of a clone that a new model touches."""
    (tmp_path / "models").mkdir()
    (tmp_path / "tests" / "models").mkdir(parents=True)
    shutil.copy(REPOSITORY / "models" / "manifest.yaml", tmp_path / "models")
    return tmp_path


@pytest.fixture
def imported(clone, monkeypatch):
    """The clone as the place that models are looked for in, beside the real one."""
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(clone / "models")])
    for module in ("models.registry", "training.architectures"):
        monkeypatch.setattr(f"{module}.load_manifest", lambda: load_manifest(clone / "models" / "manifest.yaml"))
    yield clone
    sys.modules.pop("models.mine", None)


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run_test(path):
    """Run a written test with all its lengths."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    test = module.test_every_stem_is_finite_and_has_the_shape_of_the_mixture
    for samples in test.pytestmark[0].args[1]:
        test(samples)


def test_the_test_fails_until_forward_is_written_and_then_the_model_separates_and_can_be_trained(imported):
    new = scaffold_model("mine", imported)
    with pytest.raises(ModelError, match=r"must return a tensor of shape .* write it in models/mine\.py"):
        run_test(new.test)
    sys.modules.pop("models.mine")
    write_forward(new.network)
    run_test(new.test)
    mixture = torch.randn(2, 1000, generator=torch.Generator().manual_seed(0))
    stems = create_separator("mine", device="cpu", random_weights=True).separate(mixture)
    assert {name: stem.shape for name, stem in stems.items()} == dict.fromkeys(stems, (2, 1000))
    assert tuple(stems) == ("bass", "drums", "other", "vocals")
    (imported / "mine.yaml").write_text(documented("yaml"))
    recipe = load_recipe(imported / "mine.yaml")
    assert build_network(recipe.model, seed=0).config.filters == 64
    assert build_network(tiny_recipe(recipe).model, seed=0).config.filters == 8


@pytest.mark.parametrize("written", [False, True])
def test_what_is_written_is_clean(clone, written):
    new = scaffold_model("mine", clone)
    if written:
        write_forward(new.network)
    ruff = ["--no-cache", "--config", SETTINGS, new.network, new.test]
    # Without the modules that it imports, which would be read for a minute.
    mypy = ["--config-file", SETTINGS, "--ignore-missing-imports", "--follow-imports=skip", "--cache-dir", os.devnull]
    for command in (["ruff", "check", *ruff], ["ruff", "format", "--check", *ruff], ["mypy", *mypy, new.network]):
        done = subprocess.run([sys.executable, "-m", *command], cwd=clone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_row_follows_all_others_which_stay_as_they_are(clone):
    path = clone / "models" / "manifest.yaml"
    before = path.read_text()
    scaffold_model("my_network_2", clone)
    after = path.read_text()
    assert after.startswith(before)
    assert load_manifest(path).models[:-1] == load_manifest().models
    row = load_manifest(path).models[-1]
    assert (row.name, row.builder) == ("my_network_2", "models.trained:build")
    assert row.architecture["network"] == "models.my_network_2:MyNetwork2Network"


def test_a_model_without_weights_is_told_as_not_trained_and_never_runs_on_random_ones_unasked(imported):
    scaffold_model("mine", imported)
    row = load_manifest(imported / "models" / "manifest.yaml").models[-1]
    assert readiness(row) == "not trained yet"
    with pytest.raises(WeightError, match="The model 'mine' must have a weight file .* --random-weights"):
        create_separator("mine", device="cpu")


@pytest.mark.parametrize("name", ["", "Mine", "my-net", "2nd", "class", "a" * 41, "_mine", "mine.py", "../a", "müll"])
def test_what_is_no_name_of_a_module_is_refused(clone, name):
    before = contents(clone)
    with pytest.raises(ScaffoldError, match="must be a Python name of at most 40 small letters"):
        scaffold_model(name, clone)
    assert contents(clone) == before


@pytest.mark.parametrize("name", ["null", "yes", "auto", "none"])
def test_words_that_a_plan_or_yaml_reads_as_something_else_are_refused(clone, name):
    before = contents(clone)
    with pytest.raises(ScaffoldError, match=f"must mean nothing else in a plan or to YAML. Got '{name}'"):
        scaffold_model(name, clone)
    assert contents(clone) == before


@pytest.mark.parametrize("name", ["umxhq", "default", "a_blend"])
def test_names_of_models_aliases_and_blends_are_taken(clone, name):
    before = contents(clone)
    with pytest.raises(ScaffoldError, match=f"must be free. Got '{name}'"):
        scaffold_model(name, clone, {"a_blend"})
    assert contents(clone) == before


@pytest.mark.parametrize("place", ["models/mine.py", "models/mine/__init__.py", "tests/models/test_mine.py"])
def test_files_that_are_there_are_left_alone(clone, place):
    (clone / place).parent.mkdir(exist_ok=True)
    (clone / place).write_text("kept")
    before = contents(clone)
    with pytest.raises(ScaffoldError, match="must not be there yet"):
        scaffold_model("mine", clone)
    assert contents(clone) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("models: [", "must be a readable YAML file"),
        ("models:\n  - name: umx\n", "breaks its schema"),
        ("models: []\naliases: {}\n", "must end with its list `models`"),
        ("models: []\n", "must end with its list `models`"),
    ],
)
def test_a_manifest_that_can_take_no_row_is_told_and_left_alone(clone, text, told):
    (clone / "models" / "manifest.yaml").write_text(text)
    before = contents(clone)
    with pytest.raises(ManifestError, match=told):
        scaffold_model("mine", clone)
    assert contents(clone) == before


def test_outside_a_clone_the_next_step_is_told(tmp_path):
    with pytest.raises(ScaffoldError, match="must be begun in a clone of the repository"):
        scaffold_model("mine", tmp_path)


def test_a_manifest_that_cannot_be_written_leaves_no_other_file_behind(clone, monkeypatch):
    before = contents(clone)

    def fail(path, text, write=Path.write_text):
        if path.name == "manifest.yaml":
            raise OSError("No space left")
        write(path, text)

    monkeypatch.setattr("models.scaffold.write_text_atomically", fail)
    with pytest.raises(OSError, match="No space left"):
        scaffold_model("mine", clone)
    assert contents(clone) == before


def test_a_trained_row_of_a_known_architecture_is_trained_again_at_its_own_sizes():
    section = ModelSection(architecture="dual_path_unet_fast", config={"blocks": 1})
    assert build_network(section, seed=0).config.widths == (12, 32, 64)


def test_the_config_of_a_new_network_names_the_field_that_is_wrong(imported):
    scaffold_model("mine", imported)
    with pytest.raises(SettingsError, match="The network mine's 'filters' must be at least 1. Got 0"):
        build_network(ModelSection(architecture="mine", config={"filters": 0}), seed=0)
