"""The printed tables say what results.json holds."""

import io
import re

import pytest
from rich.console import Console

from audio import STEMS
from evaluator.audit import Finding
from evaluator.frame_scores import METRICS
from evaluator.results import Results, SongResult
from evaluator.scoring import SongScore
from evaluator.table import print_results, print_scores


def sdr(*values):
    return {**dict(zip(STEMS, values, strict=True)), "mean": sum(values) / 4}


def song(name, **changes):
    usual = {
        "duration_seconds": 200.0,
        "limit_seconds": 240.0,
        "seconds": 60.0,
        "peak_memory_bytes": 500_000_000,
        "failure": None,
    }
    return SongResult(name, **{**usual, **changes})


def results(*songs, **changes):
    usual = {
        "limit": "kit",
        "setup_seconds": 1.5,
        "setups": 2,
        "peak_memory_bytes": 700_000_000,
        "network": "sockets",
        "network_attempts": [],
        "submission_sha256": "0" * 64,
        "plan": None,
        "versions": {},
        "hardware": {},
        "data": None,
    }
    return Results(list(songs), **{**usual, **changes})


@pytest.fixture
def printed():
    """Return a function: what printing gives, as lists of the cells of each line."""

    def run(function, subject):
        text = io.StringIO()
        function(subject, Console(file=text, width=200))
        return [[cell.strip() for cell in re.split("[│┃]", line.strip("│┃"))] for line in text.getvalue().splitlines()]

    return run


def row(lines, name):
    (found,) = [line[1:] for line in lines if line[0] == name]
    return found


def test_scores_stand_by_song_and_stem_with_their_mean(printed):
    lines = printed(print_scores, [SongScore("A", sdr(1, 2, 3, 4)), SongScore("B", sdr(3, 4, 5, 6))])
    assert row(lines, "song") == ["bass", "drums", "other", "vocals", "mean"]
    assert row(lines, "A") == ["1.00", "2.00", "3.00", "4.00", "2.50"]
    assert row(lines, "mean of songs") == ["2.00", "3.00", "4.00", "5.00", "3.50"]
    assert not [line for line in lines if "left out" in line[0]]


def test_one_song_has_no_row_of_means(printed):
    assert not [line for line in printed(print_scores, [SongScore("A", sdr(1, 2, 3, 4))]) if "mean" in line[0]]


def test_a_silent_reference_gets_a_second_mean_and_a_line(printed):
    scores = [SongScore("A", sdr(1, 2, 3, 4)), SongScore("B", sdr(3, 4, 5, -96), ["vocals"])]
    lines = printed(print_scores, scores)
    assert row(lines, "mean of songs") == ["2.00", "3.00", "4.00", "-46.00", "-9.25"]
    assert row(lines, "mean, silent references left out") == ["2.00", "3.00", "4.00", "4.00", "3.25"]
    assert lines[-1] == ["silent   B: the true vocals is silence; its score is 0 dB at best and measures leakage."]


def test_a_stem_that_is_silent_everywhere_has_no_second_mean(printed):
    lines = printed(print_scores, [SongScore("B", sdr(3, 4, 5, -96), ["vocals"])])
    assert row(lines, "mean, silent references left out") == ["3.00", "4.00", "5.00", "-", "4.00"]


def test_bsseval_has_a_table_of_its_own_with_medians_of_the_songs(printed):
    scores = [
        {metric: {**dict.fromkeys((*STEMS, "accompaniment"), value), "bass": None} for metric in METRICS}
        for value in (1.0, 2.0, 6.0)
    ]
    songs = [song(name, sdr=sdr(0, 0, 0, 0), bss_eval=score) for name, score in zip("ABC", scores, strict=True)]
    lines = printed(print_results, results(*songs, song("D", failure="It broke.")))
    assert ["B", "SDR", "-", "2.00", "2.00", "2.00", "2.00"] in lines
    assert ["D", "SDR", "-", "-", "-", "-", "-"] in lines
    assert ["median of songs", "SIR", "-", "2.00", "2.00", "2.00", "2.00"] in lines


def test_a_run_shows_time_memory_and_verdict_of_each_song(printed):
    lines = printed(print_results, results(song("A", sdr=sdr(1, 2, 3, 4)), song("B", failure="It broke.")))
    assert ["A", "200.0", "60.00", "240.0", "25%", "500", "pass"] in lines
    assert ["B", "200.0", "60.00", "240.0", "25%", "500", "FAIL"] in lines
    assert ["set-up (x 2)", "", "1.50", "", "", "700", ""] in lines
    assert ["failed   B: It broke."] in lines
    assert lines[-1] == ["1 of 2 songs would fail at grading."]


def test_a_song_that_never_began_has_dashes(printed):
    never = song("A", seconds=None, peak_memory_bytes=None, failure="The song was never begun.")
    lines = printed(print_results, results(never, setup_seconds=None))
    assert ["A", "-", "-", "-", "-", "-"] in lines
    assert ["A", "200.0", "-", "240.0", "-", "-", "FAIL"] in lines


def test_a_run_without_references_shows_no_mean(printed):
    lines = printed(print_results, results(song("A"), song("B")))
    assert not [line for line in lines if line[0].startswith("mean")]
    assert lines[-1] == ["All 2 songs pass."]


def test_findings_silence_and_network_attempts_are_lines_below(printed):
    audited = song(
        "[red]", audit=[Finding("warning", "bass", "is silent")], sdr=sdr(0, 0, 0, 0), silent_references=["bass"]
    )
    lines = printed(print_results, results(audited, network_attempts=["someone asked [for] it"]))
    assert ["warning  [red], bass: is silent"] in lines
    assert ["silent   [red]: the true bass is silence; its score is 0 dB at best and measures leakage."] in lines
    assert ["network  someone asked [for] it"] in lines
