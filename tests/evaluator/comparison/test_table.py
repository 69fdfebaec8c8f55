"""The tables of comparisons, and what is said below them."""

import io
import re

import numpy as np
import pytest
from rich.console import Console

from audio import STEMS
from evaluator.comparison.sources import System
from evaluator.comparison.systems import compare
from evaluator.comparison.table import print_comparisons
from evaluator.significance import Resampling

RESAMPLING = Resampling(resamples=200)


@pytest.fixture
def printed():
    """Return a function: what comparing systems prints, as lists of the cells of each line, and the lines below."""

    def run(systems):
        text = io.StringIO()
        print_comparisons(compare(systems, resampling=RESAMPLING), systems, RESAMPLING, Console(file=text, width=250))
        lines = [line.strip() for line in text.getvalue().splitlines() if line.strip()]
        rows = [[cell.strip() for cell in re.split("[│┃]", line.strip("│┃"))] for line in lines if line[0] in "│┃"]
        return rows, [line for line in lines if line[0] not in "│┃┏┡├└"]

    return run


def test_tables_show_averages_intervals_differences_and_tests(printed, songs):
    random = np.random.default_rng(0)
    noisy = {
        song: {stem: score + 0.5 + 0.1 * random.random() for stem, score in by_stem.items()}
        for song, by_stem in songs(1, 9).items()
    }
    rows, below = printed([System("A", {"bsseval-sdr": songs(1, 9)}), System("B[old]", {"bsseval-sdr": noisy})])
    labels = [row[0] for row in rows]
    assert labels == ["system", "A (9)", "low", "high", "B[old] (9)", "low", "high", "minus A (9)", "low", "high", "p"]
    assert rows[0][1:] == [*STEMS, "mean", "median"]
    assert rows[1][1:] == ["5.00", "6.00", "7.00", "8.00", "6.50", "6.50"]
    assert rows[7][1].startswith("+0.5")
    assert rows[10][1] == "0.004"
    assert below[0] == "BSSEval v4 SDR (dB), median over songs"
    assert below[1].startswith("legend")
    assert len(below) == 2


def test_few_songs_are_told_instead_of_a_test(printed, songs):
    rows, below = printed([System("A", {"mdx-sdr": songs(1, 5)}), System("B", {"mdx-sdr": songs(3, 8)})])
    assert [row[0] for row in rows] == ["system", "A (5)", "B (6)", "low", "high", "minus A (3)"]
    notes = [line for line in below if line.startswith("note")]
    assert ["different songs" in note for note in notes] == [True, False]
    assert "with fewer than 6 songs no interval and no test is meaningful" in notes[1]


def test_systems_without_a_song_in_common_have_no_difference(printed, songs):
    rows, below = printed([System("A", {"mdx-sdr": songs(1, 6)}), System("B", {"mdx-sdr": songs(7, 12)})])
    assert not [row for row in rows if row[0].startswith("minus")]
    assert any("B shares no song with A" in line for line in below)


def test_silent_references_are_told_below_mdx_sdr_only(printed, songs):
    silent = {f"Song {index:02}": ["vocals"] for index in range(1, 6)}
    _, below = printed([System("A", {"mdx-sdr": songs(1, 6)}, silent)])
    assert "Song 01 (vocals); Song 02 (vocals); Song 03 (vocals) and 2 more. Its MDX SDR" in below[-1]
    _, below = printed([System("A", {"bsseval-sdr": songs(1, 6)}, silent)])
    assert not [line for line in below if line.startswith("silent")]


def test_a_system_that_is_missing_from_a_table_is_named_below(printed, songs):
    both = System("A", {"mdx-sdr": songs(1, 6), "bsseval-sdr": songs(1, 6)})
    _, below = printed([System("Old[1]", {"mdx-sdr": songs(1, 6)}), both])
    assert [line for line in below if line.startswith("note")] == ["note    Old[1] has no scores of bsseval-sdr"]
