"""Names lead to rows, rows to builders, and listing loads none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from models import registry
from models.errors import ModelUnavailableError, UnknownModelError
from models.manifest import Manifest, ModelEntry
from models.registry import BuildOptions, build_model, list_models, model_aliases, model_entry

OPTIONS = BuildOptions(device=torch.device("cpu"))

HEAVY_PACKAGES = ("openunmix", "demucs", "torchaudio", "librosa", "lightning", "optuna", "pandas", "plotly")


def _row(builder, requires=()):
    return ModelEntry(
        name="tiny",
        builder=builder,
        summary="A row for tests.",
        licence="MIT",
        training_data="none",
        leaderboards=("A", "B"),
        requires=requires,
    )


@pytest.fixture
def only_row(monkeypatch):
    def install(row):
        monkeypatch.setattr(registry, "load_manifest", lambda: Manifest(models=(row,)))

    return install


def test_the_weight_free_models_come_first():
    assert list_models()[:2] == ("mixture-quarter", "classical")


def test_aliases_are_not_listed_twice():
    assert not set(model_aliases()) & set(list_models())


def test_an_alias_leads_to_the_row_of_its_model():
    assert model_entry("default") is model_entry("dual_path_unet")


def test_an_unknown_name_lists_all_names_and_the_closest_one():
    with pytest.raises(
        UnknownModelError, match=r"one of default, mixture-quarter.*Got 'htdemux'.*'htdemucs'\?.*mdx mod"
    ):
        model_entry("htdemux")


def test_the_builder_is_given_its_row_and_the_options(only_row, monkeypatch):
    module = type(sys)("tiny_model")
    module.build = lambda entry, options: (entry.name, options.seed)
    monkeypatch.setitem(sys.modules, "tiny_model", module)
    only_row(_row("tiny_model:build"))
    assert build_model("tiny", BuildOptions(device=torch.device("cpu"), seed=7)) == ("tiny", 7)


def test_a_missing_package_is_named_with_the_next_step(only_row):
    only_row(_row("package_that_is_not_there:build", requires=("package_that_is_not_there",)))
    with pytest.raises(ModelUnavailableError, match=r"'tiny' needs to import: package_that_is_not_there.*requirements"):
        build_model("tiny", OPTIONS)


def test_looking_names_up_loads_no_model_package():
    program = (
        "import sys, models.registry, models.manifest, models.files.checkpoints, separation.factory\n"
        "models.registry.model_entry('htdemucs')\n"
        f"print([name for name in {HEAVY_PACKAGES!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
