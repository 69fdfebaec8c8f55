"""The report reads results of both schemas and says plainly what it cannot read."""

import json

import pytest

from evaluator.report.run import read_frames, read_run
from evaluator.results import ResultsError


def test_a_run_comes_back_with_its_songs_scores_and_machine(run_on_disk):
    run = read_run(run_on_disk.results / "results.json")
    first, second, failed = run.songs
    assert first.sdr == {"bass": 1.0, "drums": 2.0, "other": 3.0, "vocals": 4.0, "mean": 2.5}
    assert first.bss_eval["SIR"]["accompaniment"] == 12.0
    assert second.silent_references == ["vocals"]
    assert (failed.ok, failed.share_of_limit, failed.audit[0].level) == (False, None, "error")
    assert first.share_of_limit == pytest.approx(12 / 240)
    assert (run.hardware["cpus"], run.mean.sdr["mean"]) == (4, 2.5)


def test_results_of_the_first_schema_are_read_without_what_they_did_not_know(run_on_disk):
    path = run_on_disk.results / "results.json"
    run = json.loads(path.read_text())
    run["schema"] = 1
    del run["data"], run["hardware"], run["median"]
    for song in run["songs"]:
        del song["bss_eval"]
    path.write_text(json.dumps(run))
    old = read_run(path)
    assert (old.data, old.hardware, old.median.bss_eval, old.songs[0].bss_eval) == (None, None, None, None)
    assert old.songs[0].sdr["mean"] == 2.5


@pytest.mark.parametrize("text", ["", "[]", '{"schema": 3}', '{"schema": 2, "songs": []}'])
def test_something_else_is_refused_with_its_path(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ResultsError, match=r"is made of a results.json of this program. Got '.*results.json'"):
        read_run(tmp_path / "results.json")


def test_a_missing_file_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(ResultsError, match="Name the results folder of `mdx evaluate`"):
        read_run(tmp_path / "results.json")


def test_songs_without_readable_frame_scores_are_left_out(run_on_disk, caplog):
    run = read_run(run_on_disk.results / "results.json")
    first, second, failed = (song.name for song in run.songs)
    (run_on_disk.results / "bsseval" / "test" / f"{second}.json").write_text("{}")
    assert list(read_frames(run, run_on_disk.results)) == [first]
    assert f"{second}.json" in caplog.text
    assert failed not in caplog.text
