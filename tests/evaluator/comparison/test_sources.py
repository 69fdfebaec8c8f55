"""Scores are read from every place where they may lie, and from no other."""

import json
import math

import numpy as np
import pytest

from audio import STEMS
from evaluator.comparison.sources import ScoreSourceError, read_systems
from evaluator.frame_scores import METRICS, FrameScores, FrameScoresError, write_frame_scores


def frames(level):
    values = np.array([level, math.nan, level + 2])
    return FrameScores({target: dict.fromkeys(METRICS, values) for target in ("vocals", "accompaniment")})


def write_json(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def sisec(tmp_path):
    """A folder with two methods in the layout of SiSEC 2018; one has scores for both subsets."""
    for method, subset, level in (("UMX", "test", 4.0), ("UMX", "train", 9.0), ("IRM1", "test", 7.0)):
        write_frame_scores(frames(level), tmp_path / "sisec" / method / subset / "An Artist - A Song.json")
    (tmp_path / "sisec" / "UMX" / "description.md").write_text("A method.")
    (tmp_path / "sisec" / "figures").mkdir()
    return tmp_path / "sisec"


def test_a_folder_of_methods_is_many_systems_and_a_subset_is_never_mixed_with_the_other(sisec):
    systems = read_systems([sisec])
    assert [system.name for system in systems] == ["IRM1", "UMX"]
    assert systems[1].scores["bsseval-sir"] == {"An Artist - A Song": {"vocals": 5.0, "accompaniment": 5.0}}
    (umx,) = read_systems([sisec / "UMX"], "train")
    assert umx.scores["bsseval-sdr"]["An Artist - A Song"]["vocals"] == 10.0
    with pytest.raises(ScoreSourceError, match="IRM1' must be of the songs for train. Got some for test only"):
        read_systems([sisec], "train")


def test_a_run_gives_mdx_sdr_and_bsseval_of_its_scored_songs(tmp_path):
    sdr = {**dict.fromkeys(STEMS, 5.0), "mean": 5.0}
    bss_eval = {metric: {**dict.fromkeys(STEMS, 6.0), "vocals": None} for metric in METRICS}
    songs = [
        {"name": "A", "ok": True, "sdr": sdr, "bss_eval": bss_eval, "silent_references": ["vocals"]},
        {"name": "B", "ok": False, "sdr": None, "bss_eval": None, "silent_references": []},
        {"name": "C", "ok": True, "sdr": sdr},
    ]
    write_json(tmp_path / "run" / "results.json", {"schema": 2, "songs": songs})
    (system,) = read_systems([tmp_path / "run"])
    assert system.name == "run"
    assert system.scores["mdx-sdr"] == dict.fromkeys("AC", dict.fromkeys(STEMS, 5.0))
    assert system.scores["bsseval-sar"]["A"]["bass"] == 6.0
    assert math.isnan(system.scores["bsseval-sar"]["A"]["vocals"])
    assert system.silent_references == {"A": ["vocals"]}


def test_kept_scores_are_read_under_the_name_of_their_folder_or_of_their_file(tmp_path):
    content = {
        "songs": {"A": {**dict.fromkeys(STEMS, 5.0), "mean": 5.0}},
        "metrics": {"si-sdr": {"label": "SI-SDR", "songs": {"A": {"bass": 1.0, "vocals": None}}}},
    }
    kept = write_json(tmp_path / "mine" / "scores.json", content)
    printed = write_json(tmp_path / "printed.json", content)
    systems = read_systems([kept, printed])
    assert [system.name for system in systems] == ["mine", "printed"]
    assert systems[0].scores["mdx-sdr"] == {"A": dict.fromkeys(STEMS, 5.0)}
    assert systems[1].scores["si-sdr"]["A"]["bass"] == 1.0
    assert math.isnan(systems[1].scores["si-sdr"]["A"]["vocals"])


def test_systems_of_the_same_name_are_called_by_their_paths(sisec):
    other = sisec / "figures"
    write_frame_scores(frames(1.0), other / "UMX" / "test" / "A.json")
    names = [system.name for system in read_systems([sisec, other])]
    assert names == ["IRM1", str(sisec / "UMX"), str(other / "UMX")]


def test_a_run_named_by_a_dot_has_the_name_of_its_folder(sisec, monkeypatch):
    monkeypatch.chdir(sisec / "UMX")
    (system,) = read_systems([type(sisec)(".")])
    assert system.name == "UMX"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([1, 2], "valid dictionary"),
        ({"name": "a package"}, "neither songs nor metrics"),
        ({"songs": [{"sdr": 3}]}, "songs.0.name: Field required"),
        ({"songs": {"A": {"bass": "good"}}}, "songs.A.bass: Input should be a valid number"),
        ({"metrics": {"stoi": {"songs": {}}}}, "unknown metric 'stoi'"),
        (
            {"songs": [{"name": "A", "bss_eval": {"SDR": {"bass": "good"}}}]},
            "songs.0.bss_eval.SDR.bass: Input should be",
        ),
    ],
)
def test_a_file_without_scores_is_refused_with_its_name_and_the_reason(tmp_path, content, reason):
    path = write_json(tmp_path / "some.json", content)
    with pytest.raises(ScoreSourceError, match=rf"Got '{path}' \(.*{reason}"):
        read_systems([path])


def test_what_is_no_json_is_missing_or_empty_is_refused(tmp_path):
    (tmp_path / "song.wav").write_bytes(b"RIFF\xff\x00")
    with pytest.raises(ScoreSourceError, match="song.wav"):
        read_systems([tmp_path / "song.wav"])
    with pytest.raises(ScoreSourceError, match="nowhere', which does not exist"):
        read_systems([tmp_path / "nowhere"])
    with pytest.raises(ScoreSourceError, match="without. `mdx evaluate`"):
        read_systems([tmp_path])
    write_json(tmp_path / "odd" / "test" / "A.json", {"songs": []})
    with pytest.raises(FrameScoresError, match="A.json"):
        read_systems([tmp_path])
