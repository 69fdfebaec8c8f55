"""`mdx cache list` and `mdx cache clear` as a user types them."""

import json

import pytest
from typer.testing import CliRunner

from mdx.cli import app
from separation import Plan
from separation.cached_separator import CachedSeparator
from tests.separation.blend_separators import noise


def mdx(*arguments):
    done = CliRunner().invoke(app, ["cache", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Estimates of one model on two songs in the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for samples in (100_000, 200_000):
        CachedSeparator(Plan(model="mixture-quarter")).separate(noise(samples))
    return tmp_path / "music-demixing-kit" / "predictions"


def test_the_list_says_what_is_kept_and_where(kept):
    content = json.loads(mdx("list", "--json"))
    size = sum(path.stat().st_size for path in kept.iterdir())
    assert content == {
        "folder": str(kept),
        "bytes": size,
        "models": {"mixture-quarter": {"entries": 2, "bytes": size}},
    }
    assert mdx("list").split() == [
        *("4.8", "MB", "2", "songs", "mixture-quarter"),
        *("4.8", "MB", "in", "all", "in", f"'{kept}'.", "`mdx", "cache", "clear`", "deletes", "them."),
    ]


def test_clearing_tells_what_was_freed(kept):
    assert mdx("clear", "--model", "classical") == "Freed 0.0 MB.\n"
    assert mdx("clear") == "Freed 4.8 MB.\n"
    assert list(kept.iterdir()) == []
