"""Facts in the user's cache: kept by key, and never in anybody's way."""

import pytest

from separation.kept_facts import facts_path, keep_fact, read_facts

pytestmark = pytest.mark.usefixtures("bare_machine")


def test_facts_are_kept_side_by_side():
    keep_fact("speeds", "one", 1.5)
    keep_fact("speeds", "two", {"a": [1]})
    assert read_facts("speeds") == {"one": 1.5, "two": {"a": [1]}}
    assert read_facts("others") == {}


@pytest.mark.parametrize("content", ["not JSON", "[]"])
def test_a_damaged_file_holds_nothing_and_is_replaced(content):
    facts_path("speeds").parent.mkdir(parents=True)
    facts_path("speeds").write_text(content)
    assert read_facts("speeds") == {}
    keep_fact("speeds", "one", 1)
    assert read_facts("speeds") == {"one": 1}


def test_a_cache_that_cannot_be_written_is_warned_of(bare_machine, monkeypatch, caplog):
    (bare_machine / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(bare_machine / "file"))
    keep_fact("speeds", "one", 1)
    assert "could not be kept in" in caplog.text
