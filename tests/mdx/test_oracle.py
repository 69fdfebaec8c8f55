"""`mdx oracle` as a user types it: tables, JSON, a folder of scores with a page, refusals."""

import json

import pytest
from typer.testing import CliRunner

from audio import STEMS
from evaluator.comparison.sources import read_systems
from evaluator.known_songs import load_song
from evaluator.tracks import TrackError
from evaluator.writable import UnwritableError
from mdx.cli import StopError, app
from oracles.errors import OracleError
from tests.evaluator.report.test_page import Page
from tests.oracles.cases import LoudnessScorer


def oracle(*arguments, expect=0):
    done = CliRunner().invoke(app, ["oracle", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done.output


@pytest.fixture
def songs(two_songs, make_track):
    """Two songs, one of them without vocals."""
    make_track(two_songs / "Alpha", silent=("vocals",), seed=3)
    return two_songs


def test_tables_hold_all_songs_then_each_and_say_what_is_left_out(songs):
    output = oracle(songs, "--oracles", "psm,irm1", "--windows", "1024,2048")
    assert "MDX SDR (dB), mean over 2 songs; mixture: file" in output
    rows = [line.split()[:3] for line in output.splitlines() if len(line.split()) == 8]
    assert rows == [["STFT", window, name] for window in ("1024", "2048") for name in ("irm1", "psm")]
    assert "\nMDX SDR (dB), mean of the stems; STFT 2048\n" in output
    assert "Alpha: the true vocals is silence and is left out." in " ".join(output.split())
    assert "BSSEval" not in output


def test_json_holds_every_song_of_every_system_and_what_was_asked(songs):
    asked = ("--oracles", "irm2,mpi", "--windows", "1024", "--mixture", "sum", "--definitions", "mss-oracle")
    printed = json.loads(oracle(songs, *asked, "--json"))
    assert (printed["definitions"], printed["mixture"]) == ("mss-oracle", "sum")
    assert [(one["oracle"], one["transform"]) for one in printed["systems"]] == [
        ("irm2", "STFT 1024 hop 768"),
        ("mpi", "STFT 1024 hop 768"),
    ]
    for one in printed["systems"]:
        assert set(one["songs"]["Jokers, Jacks & Kings"]) == {*STEMS, "mean"}
        assert one["silent_references"] == {"Alpha": ["vocals"]}


def test_a_cell_of_the_songs_table_is_the_mean_that_json_has(songs):
    asked = (songs / "Jokers, Jacks & Kings", songs / "Alpha", "--oracles", "irm1", "--windows", "1024")
    (system,) = json.loads(oracle(*asked, "--json"))["systems"]
    scores = system["songs"]["Alpha"]
    mean = sum(scores[stem] for stem in ("bass", "drums", "other")) / 3
    rows = [line.split() for line in oracle(*asked).splitlines()]
    assert ["Alpha", f"{mean:.2f}"] in rows


def test_a_folder_takes_scores_that_compare_reads_and_a_page_without_a_network(songs, tmp_path, monkeypatch):
    monkeypatch.setattr("oracles.study.SongScorer", LoudnessScorer)
    folder = tmp_path / "found"
    options = ("--oracles", "irm1,psm", "--windows", "2048", "--bss-eval", "--output", folder)
    output = oracle(songs, *options)
    assert "BSSEval v4 SIR (dB), median over songs" in output
    names = sorted(system.name for system in read_systems([folder]))
    assert names == ["irm1 STFT 2048", "psm STFT 2048"]
    assert (folder / "psm STFT 2048" / "test" / "Alpha.json").is_file()
    page = Page(folder / "oracles.html")
    labels = [attributes["aria-label"] for _, attributes in page.having("aria-label")]
    assert "MDX SDR by transform and oracle, mean over songs" in labels
    assert "Box plots of BSSEval v4 SAR over seconds by transform and oracle, accompaniment" in labels
    assert "Jokers, Jacks & Kings" in page.text
    assert "phase-sensitive mask" in page.text
    assert page.having("src") == []
    assert {attributes["href"] for _, attributes in page.having("href")} == {"data:,"}
    document = json.loads((folder / "oracles.json").read_text())
    mean = document["systems"][1]["mean_without_silent_references"]["mean"]
    assert f"{mean:.2f}" in page.text
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_songs_are_kept_as_they_finish_and_a_damaged_one_is_left_out_with_exit_code_1(songs, tmp_path, monkeypatch):
    (songs / "Alpha" / "mixture.wav").unlink()
    (songs / "Last").mkdir()
    for stem in STEMS:
        (songs / "Last" / f"{stem}.wav").write_bytes(b"RIFF")
    asked = (songs, "--oracles", "irm1", "--windows", "1024", "--output")
    output = oracle(*asked, tmp_path / "found", expect=1)
    assert "Alpha: it has no file of the mixture; the sum of its stems is taken." in " ".join(output.split())
    document = json.loads((tmp_path / "found" / "oracles.json").read_text())
    assert list(document["systems"][0]["songs"]) == ["Alpha", "Jokers, Jacks & Kings"]
    assert (document["without_mixture_file"], list(document["left_out"])) == (["Alpha"], ["Last"])
    page = Page(tmp_path / "found" / "oracles.html")
    assert "the sum of the stems instead: Alpha." in page.text
    assert "could not be separated: Last." in page.text


@pytest.mark.parametrize("finished", [0, 1])
def test_a_stop_leaves_the_finished_songs_and_no_empty_folder(songs, tmp_path, monkeypatch, finished):
    loaded = []

    def load(track):
        if len(loaded) == finished:
            raise KeyboardInterrupt
        loaded.append(track.name)
        return load_song(track)

    monkeypatch.setattr("oracles.study.load_song", load)
    with pytest.raises(StopError):
        oracle(songs, "--oracles", "irm1", "--windows", "1024", "--output", tmp_path / "found")
    kept = [path.name for path in (tmp_path / "found").rglob("*.json")]
    assert sorted(kept) == ["oracles.json", "scores.json"] * finished
    assert (tmp_path / "found").exists() == bool(finished)


def test_bad_input_is_refused_before_anything_is_separated(songs):
    with pytest.raises(OracleError, match=r"must be one of irm1, .*Got 'psn'\. Did you mean 'psm'\?"):
        oracle(songs, "--oracles", "irm1,psn")
    with pytest.raises(OracleError, match=r"multiple of 4 samples, 4 to 1048576\. Got 1001"):
        oracle(songs, "--windows", "1024,1001")
    with pytest.raises(OracleError, match=r"one of kit, sigsep, mss-oracle\. Got 'sigsepp'\. Did you mean 'sigsep'\?"):
        oracle(songs, "--definitions", "sigsepp")
    with pytest.raises(TrackError, match=r"must have different names: .*Got 'Alpha'"):
        oracle(songs, songs / "Alpha")
    with pytest.raises(UnwritableError, match="The scores must go into a folder that can be written"):
        oracle(songs, "--output", songs / "Alpha" / "bass.wav")
    assert "It must look like 2048,4096. Got '4k'." in oracle(songs, "--windows", "4k", expect=2)
    with pytest.raises(OracleError, match=r"A transform must look like stft-4096, .*Got 'slicq'\."):
        oracle(songs, "--transforms", "stft-1024,slicq")


def test_transforms_stand_beside_the_windows_that_are_named_or_alone(songs):
    named = ("--oracles", "irm1", "--transforms", "slicq-bark-20-40, nsgt-mel-20-40,stft-1024", "--json")
    alone = [one["transform"] for one in json.loads(oracle(songs, *named))["systems"]]
    assert alone == ["sliCQ bark 20 40", "NSGT mel 20 40", "STFT 1024"]
    beside = [one["transform"] for one in json.loads(oracle(songs, *named, "--windows", "1024,512"))["systems"]]
    assert beside == ["STFT 1024", "STFT 512", "sliCQ bark 20 40", "NSGT mel 20 40"]
