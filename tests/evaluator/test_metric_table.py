"""The table of a metric shows songs, their average, and a dash for what has no score."""

import io
import math

from rich.console import Console

from audio import STEMS
from evaluator.metric_catalogue import CATALOGUE
from evaluator.metric_table import print_metric
from evaluator.scoring import SongScore


def printed(scores):
    text = io.StringIO()
    print_metric(CATALOGUE["bsseval-sdr"], scores, Console(file=text, width=200))
    title, *lines = text.getvalue().splitlines()
    rows = [line.strip("│┃").split(line[0]) for line in lines if line[0] in "│┃"]
    return title.strip(), [[cell.strip() for cell in row] for row in rows]


def song(name, **by_target):
    return SongScore(name, None, others={"bsseval-sdr": by_target})


def test_songs_stand_above_their_median_and_stems_before_the_accompaniment():
    usual = dict(zip(STEMS, (1.0, 2.0, 3.0, 6.0), strict=True))
    silent = dict(zip(STEMS, (2.0, 3.0, 4.0, math.nan), strict=True))
    title, rows = printed([song("A", accompaniment=9.0, **usual), song("[B]", **silent)])
    assert title == "BSSEval v4 SDR (dB)"
    assert rows == [
        ["song", *STEMS, "accompaniment", "mean", "median"],
        ["A", "1.00", "2.00", "3.00", "6.00", "9.00", "3.00", "2.50"],
        ["[B]", "2.00", "3.00", "4.00", "-", "-", "-", "-"],
        ["median of songs", "1.50", "2.50", "3.50", "6.00", "9.00", "3.38", "3.00"],
    ]


def test_one_song_has_no_row_of_medians():
    assert [row[0] for row in printed([song("A", bass=1.0)])[1]] == ["song", "A"]
