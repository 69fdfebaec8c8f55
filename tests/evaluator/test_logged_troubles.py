"""A line of a log belongs to the song that it names, or to the one that is under way."""

from __future__ import annotations

from evaluator.logged_troubles import Trouble, logged_troubles

LOG = """
GUARD: 'plan' was not ready; until then, each song is 100.0% by 'a quarter of the mixture'.
Separating '/data/Alpha/mixture.wav'.
FALLBACK: A song of 11.0 s is 100.0% by 'a quarter of the mixture', after 1.0 s of 9.0 s. RuntimeError: no such layer
Separating '/data/Beta/mixture.wav'.
GUARD: 'default' could not be tried and is left out: no such layer
GUARD: A song of 11.0 s is 75.0% by 'default', 25.0% by 'a quarter of the mixture', after 8.9 s of 9.0 s. Too slow.
FALLBACK: 'C:\\data\\Gamma\\mixture.wav' is 90.0% by 'default', 10.0% by 'draft', after 1.0 s of 9.0 s. KeyError: 'a'
"""


def test_each_song_has_its_own_troubles(tmp_path):
    (tmp_path / "run.log").write_text(LOG)
    assert logged_troubles(tmp_path, "Alpha") == [Trouble("FALLBACK", "run.log", is_all=True)]
    assert logged_troubles(tmp_path, "Beta") == [Trouble("GUARD", "run.log", is_all=False)]
    assert logged_troubles(tmp_path, "Gamma") == [Trouble("FALLBACK", "run.log", is_all=False)]
    assert logged_troubles(tmp_path, "Delta") == []
    assert logged_troubles(tmp_path / "nowhere", "Alpha") == []
