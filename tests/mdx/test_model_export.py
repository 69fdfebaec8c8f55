"""`mdx models export` as a user types it."""

import json

import pytest

from models.registry import model_entry
from tests.mdx.test_model_files import mdx


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The Conv-TasNet row, with a network that is small enough for a test."""
    entry = model_entry("tasnet")
    sizes = {"filters": 16, "bottleneck_channels": 16, "block_channels": 16, "blocks": 2, "repeats": 1}
    changed = entry.model_copy(update={"architecture": {**entry.architecture, **sizes}})
    monkeypatch.setattr("models.registry.model_entry", lambda name: changed)


def test_two_formats_at_once_each_say_how_well_they_agree(tmp_path):
    outputs = ("--safetensors", tmp_path / "a.safetensors", "--torchscript", tmp_path / "a.pt")
    lines = mdx("export", "tasnet", *outputs, "--random-weights", "--seconds", 0.1).splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"Wrote '{tmp_path}/a.") for line in lines)
    assert all("equal with the original, largest error 0, on 0.1 s of noise" in line for line in lines)


def test_a_failed_comparison_exits_with_1_and_is_in_the_json(tmp_path, monkeypatch):
    monkeypatch.setattr("models.parity.LEAST_AGREEMENT_DB", float("nan"))
    output = mdx(
        *("export", "tasnet", "--safetensors", tmp_path / "a", "--random-weights", "--seconds", 0.1, "--json"), expect=1
    )
    (done,) = json.loads(output)
    assert "it was deleted" in done["error"]
    assert done["decibels"] == "inf"
    assert not list(tmp_path.iterdir())


def test_a_format_must_be_asked_for():
    words = mdx("export", "tasnet", expect=2).replace("│", " ").split()
    assert "Ask for a format and say where it goes" in " ".join(words)


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_chunk_of_no_length_is_refused_with_what_was_asked_for(tmp_path, seconds):
    words = mdx("export", "tasnet", "--safetensors", tmp_path / "a", f"--seconds={seconds}", expect=2)
    assert f"A chunk must be longer than 0 s. Got {seconds}." in " ".join(words.replace("│", " ").split())
    assert not list(tmp_path.iterdir())
