"""`mdx score`: tables, JSON, silent references, refusals."""

import json

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from audio import STEMS
from evaluator.frame_scores import METRICS, FrameScores, read_frame_scores
from evaluator.writable import UnwritableError
from mdx.cli import app


def score(*arguments):
    done = CliRunner().invoke(app, ["score", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refuse_constants(name):
    raise AssertionError(f"{name} is no JSON")


@pytest.fixture
def instrumental(two_songs, make_track):
    """Two songs, one of them without vocals."""
    make_track(two_songs / "Alpha", silent=("vocals",))
    return two_songs


def test_silent_references_are_flagged_below_the_table(instrumental):
    output = " ".join(score(instrumental, instrumental).split())
    assert "mean, silent references left out" in output
    assert "Alpha: the true vocals is silence" in output


def test_silent_references_are_flagged_in_the_json(instrumental):
    printed = json.loads(score(instrumental, instrumental, "--json"), parse_constant=refuse_constants)
    assert printed["silent_references"] == {"Alpha": ["vocals"]}
    assert printed["songs"]["Alpha"]["vocals"] == 0.0
    other = printed["songs"]["Jokers, Jacks & Kings"]
    assert printed["mean_without_silent_references"]["vocals"] == other["vocals"]


def test_without_silent_references_the_json_says_so(two_songs):
    printed = json.loads(score(two_songs, two_songs, "--json"))
    assert printed["silent_references"] == {}
    assert printed["mean_without_silent_references"] is None


def test_a_song_named_by_a_dot_has_the_name_of_its_folder(two_songs, monkeypatch):
    monkeypatch.chdir(two_songs / "Alpha")
    assert list(json.loads(score(".", ".", "--json"))["songs"]) == ["Alpha"]


def test_identical_stems_have_a_finite_score(two_songs):
    frames = soundfile.info(two_songs / "Alpha" / "bass.wav").frames
    assert frames > 0
    assert 60 < json.loads(score(two_songs, two_songs, "--json"))["mean"]["mean"] < 120


def test_other_metrics_have_tables_and_entries_of_their_own(instrumental):
    output = score(instrumental, instrumental, "--metrics", "si-sdr")
    assert "SI-SDR (dB)" in output
    assert "MDX SDR" not in output
    assert "100.00" in output
    printed = json.loads(score(instrumental, instrumental, "--metrics", "mdx-sdr,si-sdr", "--json"))
    default = json.loads(score(instrumental, instrumental, "--json"))
    assert {key: value for key, value in printed.items() if key != "metrics"} == default
    assert printed["metrics"]["si-sdr"]["songs"]["Alpha"] == {"bass": 100, "drums": 100, "other": 100, "vocals": None}


class HalfScorer:
    """Stands in for BSSEval: every frame has the level that the estimate of the drums has at its end, or half of it."""

    def __init__(self, references, sample_rate):
        self.names = set(references)

    def score(self, estimates):
        assert set(estimates) == self.names == set(STEMS)
        return self._frames(estimates, METRICS)

    def sdr(self, estimates):
        return self._frames(estimates, ("SDR",))

    def _frames(self, estimates, metrics):
        level = float(estimates["drums"][1, -1])
        frames = {metric: np.array([level, 0.0, np.nan]) for metric in metrics}
        return FrameScores(dict.fromkeys((*STEMS, "accompaniment"), frames))


@pytest.fixture
def level(two_songs, monkeypatch):
    """What the stand-in gives as the median of the song Alpha."""
    monkeypatch.setattr("evaluator.bsseval_files.SongScorer", HalfScorer)
    return soundfile.read(two_songs / "Alpha" / "drums.wav")[0][-1, 1] / 2


def test_bsseval_judges_all_stems_of_a_song_together_and_keeps_its_frames(two_songs, tmp_path, level):
    output = score(two_songs, two_songs, "--metrics", "bsseval-sir,bsseval-sdr", "--save", tmp_path / "kept")
    assert "BSSEval v4 SIR (dB)" in output
    assert "BSSEval v4 SAR" not in output
    kept = json.loads((tmp_path / "kept" / "scores.json").read_text())
    assert list(kept["metrics"]) == ["bsseval-sdr", "bsseval-sir"]
    assert kept["metrics"]["bsseval-sir"]["songs"]["Alpha"]["accompaniment"] == pytest.approx(level)
    frames = read_frame_scores(tmp_path / "kept" / "test" / "Jokers, Jacks & Kings.json")
    np.testing.assert_array_equal(frames.targets["bass"]["SAR"][1:], [0.0, np.nan])


def test_the_sdr_of_bsseval_alone_takes_the_short_way(two_songs, tmp_path, level, monkeypatch):
    monkeypatch.setattr(HalfScorer, "score", None)
    score(two_songs, two_songs, "--metrics", "bsseval-sdr", "--save", tmp_path / "kept")
    kept = json.loads((tmp_path / "kept" / "scores.json").read_text())
    assert kept["metrics"]["bsseval-sdr"]["songs"]["Alpha"]["vocals"] == pytest.approx(level)
    assert not (tmp_path / "kept" / "test").exists()


def test_a_place_where_scores_cannot_be_kept_is_refused_before_anything_is_scored(two_songs):
    with pytest.raises(UnwritableError, match="The scores must go into a folder that can be written"):
        score(two_songs, two_songs / "missing", "--save", two_songs / "Alpha" / "bass.wav")
