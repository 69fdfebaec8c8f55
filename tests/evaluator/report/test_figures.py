"""The figures hold the numbers of the run, each song with its name."""

import json

import numpy as np
import pytest

from evaluator.report.figures import bss_eval_over_seconds, bss_eval_over_songs, sdr_over_songs
from evaluator.report.run import read_frames, read_run


@pytest.fixture
def run(run_on_disk):
    return read_run(run_on_disk.results / "results.json")


def boxes(figure):
    return {box["name"]: box for box in json.loads(figure)["data"]}


def test_each_song_is_a_point_with_its_name_escaped_but_where_its_reference_is_silent(run):
    by_stem = boxes(sdr_over_songs(run.songs))
    assert by_stem["bass"]["y"] == [1.0, 4.0]
    assert by_stem["vocals"]["y"] == [4.0]
    assert by_stem["vocals"]["text"][0].startswith("A &lt;script&gt;&lt;b&gt;&quot;odd&quot;")
    assert by_stem["bass"]["customdata"] == [run.songs[0].name, "Alpha"]


def test_a_figure_cannot_end_the_script_that_holds_it(run):
    assert "<" not in sdr_over_songs(run.songs)


def test_a_box_over_seconds_has_the_quartiles_of_all_frames(run, run_on_disk):
    frames = read_frames(run, run_on_disk.results)
    box = boxes(bss_eval_over_seconds(frames, "SIR"))["accompaniment"]
    values = np.concatenate([scores.targets["accompaniment"]["SIR"] for scores in frames.values()])
    values = values[np.isfinite(values)]
    assert [box["q1"], box["median"], box["q3"]] == [[value] for value in np.percentile(values, [25, 50, 75])]
    reach = 1.5 * (box["q3"][0] - box["q1"][0])
    assert box["lowerfence"] == [values[values >= box["q1"][0] - reach].min()]


def test_there_is_no_figure_without_scores(run):
    assert sdr_over_songs(run.songs[2:]) is None
    assert bss_eval_over_songs(run.songs[2:], "SDR") is None
    assert bss_eval_over_seconds({}, "SDR") is None
