"""Tables in the documents agree with the manifest and with the pins."""

from __future__ import annotations

import re

import pytest

from models.manifest import load_manifest
from tools.write_tables import (
    LICENCES_DOCUMENT,
    MODELS_DOCUMENT,
    NOT_HERE,
    ROOT,
    package_licence,
    requirement_names,
    table,
    with_table,
    written_documents,
)


def packages_in(table_name):
    text = LICENCES_DOCUMENT.read_text(encoding="utf-8").partition(f"<!-- begin table: {table_name} ")[2]
    rows = text.partition("<!-- end")[0].splitlines()[3:]
    return [name for row in rows for name in row.split(" | ")[1].removesuffix(" |").split(", ")]


def test_the_list_of_models_is_the_manifests():
    assert MODELS_DOCUMENT.read_text(encoding="utf-8") == written_documents()[MODELS_DOCUMENT], "run `make tables`"


def test_every_model_with_weights_stands_in_the_licences():
    text = LICENCES_DOCUMENT.read_text(encoding="utf-8")
    with_weights = [entry for entry in load_manifest().models if entry.weights]
    missing = [entry.name for entry in with_weights if f"`{entry.name}`" not in text or entry.licence not in text]
    assert not missing, "run `make tables`"


def test_every_pinned_package_stands_in_the_licences_once():
    runtime = requirement_names(ROOT / "requirements.txt")
    everything = requirement_names(ROOT / "requirements-dev.txt")
    assert sorted(packages_in("runtime")) == sorted(runtime), "run `make tables`"
    assert sorted(packages_in("tools")) == sorted(set(everything) - set(runtime)), "run `make tables`"


def test_licences_come_from_any_of_the_fields_that_packages_use():
    assert package_licence("numpy").startswith("BSD-3-Clause")
    assert package_licence("torchaudio") == "BSD License"
    assert package_licence("a-package-that-nobody-has") == NOT_HERE


def test_requirements_are_read_without_versions_markers_and_comments(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("# made\nav==14.0 ; python_version < '3.11'\nav==15.0\n    # via x\ntyping-extensions==4.1\n")
    assert requirement_names(path) == ["av", "typing-extensions"]


def test_a_table_replaces_what_stands_between_its_marks():
    text = "a\n<!-- begin table: t (make tables) -->\nold\n<!-- end table: t -->\nb\n"
    new = with_table(text, "t", table(["x", "y"], [["1|2", "3"]]))
    assert new == text.replace("old", "| x | y |\n| --- | --- |\n| 1\\|2 | 3 |")


def test_a_document_without_the_marks_is_refused():
    with pytest.raises(ValueError, match=re.escape("Put them where the table belongs")):
        with_table("a\n", "t", "")
