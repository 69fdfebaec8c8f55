"""What a model still needs is told without loading it."""

import sys

import pytest
from packaging.requirements import Requirement

from models.manifest import MANIFEST_PATH, load_manifest
from models.readiness import _EXTRAS, describe, readiness
from models.registry import model_entry

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture(autouse=True)
def alone(bare_machine):
    """No weights anywhere."""


def test_models_without_weights_are_ready():
    assert readiness(model_entry("mixture-quarter")) == "ready"


def test_missing_weights_are_told_with_their_size():
    assert readiness(model_entry("umxhq")) == "downloads 142 MB"


def test_models_are_ready_when_every_file_is_there(tmp_path, monkeypatch):
    entry = model_entry("umxhq")
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(tmp_path))
    for file in entry.weights[1:]:
        (tmp_path / file.name).touch()
    assert readiness(entry).startswith("downloads 3")
    (tmp_path / entry.weights[0].name).touch()
    assert readiness(entry) == "ready"


def test_a_missing_package_is_named():
    entry = model_entry("umxhq").model_copy(update={"requires": ("no_such_package",)})
    assert readiness(entry) == "needs no_such_package"


def test_a_missing_package_of_an_extra_is_told_by_the_name_of_the_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert readiness(model_entry("kuielab_a_tdf")) == "needs the extra onnx"
    assert readiness(model_entry("xumx_nnabla")) == "needs the extra nnabla"


def test_every_package_that_is_not_always_installed_has_the_extra_that_brings_it():
    project = tomllib.loads((MANIFEST_PATH.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    always = {Requirement(line).name for line in project["dependencies"]}
    optional = {name for entry in load_manifest().models for name in entry.requires} - always
    assert optional
    for name in optional:
        extra = project["optional-dependencies"][_EXTRAS[name]]
        assert name in {Requirement(line).name for line in extra}


def test_a_described_row_says_what_holds_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("MDX_WEIGHTS_DIR", str(tmp_path))
    entry = model_entry("umxhq")
    (tmp_path / entry.weights[0].name).touch()
    row = describe(entry)
    assert (row["now"], row["runs_offline"], row["folders_searched"][0]) == ("downloads 107 MB", False, str(tmp_path))
    assert [file["here"] for file in row["weights"]] == [str(tmp_path / entry.weights[0].name), *["nowhere"] * 3]
    assert describe(model_entry("classical"))["runs_offline"]


def test_every_score_of_a_model_that_saw_the_test_songs_carries_the_warning():
    row = describe(model_entry("mdx_extra"))
    assert "test songs" in row["warning"]
    assert [score["warning"] for score in row["scores"]] == [row["warning"]]
    assert "warning" not in describe(model_entry("mdx"))
