"""The commands as a user types them: outputs, messages, exit codes."""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata

import pytest
import soundfile
import torch
from typer.testing import CliRunner

from audio import SAMPLE_RATE, STEMS, read_audio, write_audio
from mdx.cli import app, main

runner = CliRunner()


def mdx(*arguments, expect=0):
    """Run a command in this process; errors that main() would catch are raised."""
    done = runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == expect, done.output
    return done


@dataclass(frozen=True)
class Ended:
    """How the program ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def program(monkeypatch, capsys):
    """Return a function that runs the program, errors handled as it does, in this process: torch is loaded once."""

    def run(*arguments, cwd=None):
        monkeypatch.setattr(sys, "argv", ["mdx", *map(str, arguments)])
        if cwd is not None:
            monkeypatch.chdir(cwd)
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def song(tmp_path):
    write_audio(tmp_path / "song.wav", torch.rand(2, 1001) - 0.5, 48_000)
    return tmp_path / "song.wav"


def test_version_and_help_are_printed():
    assert mdx("--version").output == f"mdx {metadata.version('music-demixing-kit')}\n"
    assert all(command in mdx("--help").output for command in ("separate", "evaluate", "score", "samples", "models"))


def test_the_installed_program_shows_an_error_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "mdx", "separate", "nothing.wav"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: An input must be an audio file or a folder. Got 'nothing.wav'")
    assert "Traceback" not in done.stderr


def test_separate_writes_four_stems_at_the_songs_rate_and_length(song, tmp_path):
    mdx("separate", song, "-o", tmp_path / "out", "--model", "mixture-quarter")
    mixture = read_audio(song).samples
    for stem in STEMS:
        info = soundfile.info(tmp_path / "out" / "song" / f"{stem}.wav")
        assert (info.samplerate, info.frames, info.channels, info.subtype) == (48_000, 1001, 2, "FLOAT")
    total = sum(read_audio(tmp_path / "out" / "song" / f"{stem}.wav").samples for stem in STEMS)
    residual = (total - mixture)[:, 100:-100]
    assert residual.abs().mean() < mixture.abs().mean()


def test_separate_writes_the_asked_stems_in_the_asked_format(song, tmp_path):
    options = ("--stems", "vocals,drums", "--format", "flac", "--subtype", "PCM_16", "--json")
    done = mdx("separate", song, "-o", tmp_path / "out", "--model", "mixture-quarter", *options)
    written = json.loads(done.output)["written"][str(song)]
    assert written == [str(tmp_path / "out" / "song" / f"{stem}.flac") for stem in ("vocals", "drums")]
    assert {soundfile.info(file).subtype for file in written} == {"PCM_16"}
    assert len(list((tmp_path / "out" / "song").iterdir())) == 2


def test_separate_takes_folders_of_files_and_of_tracks(two_songs, song, tmp_path):
    song.rename(two_songs / "single.wav")
    mdx("separate", two_songs, "-o", tmp_path / "out", "--model", "mixture-quarter")
    names = sorted(folder.name for folder in (tmp_path / "out").iterdir())
    assert names == ["Alpha", "Jokers, Jacks & Kings", "single"]


def test_separate_takes_a_plan(song, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("model: mixture-quarter\n")
    mdx("separate", song, "-o", tmp_path / "out", "--plan", plan)
    assert (tmp_path / "out" / "song" / "bass.wav").is_file()


def test_separate_takes_a_blend_and_follows_all_of_its_members(song, tmp_path):
    plan = tmp_path / "plan.yaml"
    members = "[{model: mixture-quarter, weights: 2}, {model: classical, weights: {vocals: 0.5}}]"
    plan.write_text(f"blend: {{members: {members}}}\n")
    mdx("separate", song, "-o", tmp_path / "out", "--plan", plan, "--stems", "bass,vocals")
    mdx("separate", song, "-o", tmp_path / "quarter", "--model", "mixture-quarter")
    assert sorted(path.name for path in (tmp_path / "out" / "song").iterdir()) == ["bass.wav", "vocals.wav"]
    blended, quarter = (read_audio(tmp_path / folder / "song" / "bass.wav").samples for folder in ("out", "quarter"))
    assert torch.allclose(blended, 2 * quarter, atol=1e-6)


def test_separate_gives_one_stem_and_the_accompaniment(song, tmp_path):
    mdx("separate", song, "-o", tmp_path / "out", "--model", "mixture-quarter", "--two-stems", "vocals")
    mixture = read_audio(song).samples
    stems = {path.stem: read_audio(path).samples for path in (tmp_path / "out" / "song").iterdir()}
    assert sorted(stems) == ["accompaniment", "vocals"]
    assert torch.allclose(stems["vocals"] + stems["accompaniment"], mixture, atol=1e-6)


def test_separate_takes_settings_as_in_a_plan(song, tmp_path):
    mdx("separate", song, "-o", tmp_path / "out", "--model", "classical", "--set", "piece_seconds=20")
    assert (tmp_path / "out" / "song" / "bass.wav").is_file()


def test_a_song_that_fails_does_not_stop_the_others(song, tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_text("no audio")
    done = mdx("separate", broken, song, "-o", tmp_path / "out", "--model", "mixture-quarter", "--json", expect=1)
    report = json.loads(done.output)
    assert list(report["written"]) == [str(song)]
    assert "must be WAV, FLAC" in report["failures"][str(broken)]
    assert not (tmp_path / "out" / "broken").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.wav"], "Got 'nothing.wav', which does not exist"),
        (["song.wav", "--stems", "vocals,guitar"], "must be one of bass, drums, other, vocals. Got 'guitar'"),
        (["song.wav", "--format", "mp3"], "must be one of .wav, .flac"),
        (["song.wav", "--format", "flac", "--subtype", "FLOAT"], "FLAC file must be one of PCM_16, PCM_24"),
        (["song.wav", "--model", "clasical"], "classical"),
        (["song.wav", "--device", "tpu"], "Got 'tpu'"),
        (["song.wav", "--two-stems", "guitar"], "must be one that the model gives: bass, drums, other, vocals"),
        (["song.wav", "--two-stems", "vocals", "--stems", "bass"], "must be one of vocals, accompaniment. Got 'bass'"),
        (["song.wav", "--set", "device=cpu"], "'device' is unknown"),
        (["song.wav", "--set", "overlap=[0.1"], "must be valid YAML. Got 'overlap=[0.1'"),
        (["song.wav", "--set", "piece_seconds"], "must look like overlap=0.1. Got 'piece_seconds'"),
        (["song.wav", "--model", "classical", "--set", "pieces=3"], "'pieces' is unknown"),
        (["song.wav", "--plan", "none.yaml"], "none.yaml"),
        (["song.wav", "--plan", "uhlich", "--set", "overlap=0.1"], "must belong to one model. Got overlap"),
        (["song.wav", "--model", "classical", "--plan", "none.yaml"], "not both"),
        (["."], "song.wav"),
    ],
)
def test_bad_input_to_separate_is_one_message_and_exit_code_2(song, program, arguments, told):
    (song.parent / "sub").mkdir()
    write_audio(song.parent / "sub" / "song.wav", torch.zeros(2, 10), SAMPLE_RATE)
    if arguments == ["."]:
        arguments = [".", "sub"]
    done = program("separate", *arguments, cwd=song.parent)
    message = " ".join(done.stderr.replace("│", " ").split())
    assert done.returncode == 2, done.stderr
    assert told in message
    assert "Traceback" not in done.stderr
    assert not (song.parent / "separated").exists()


def test_an_output_that_cannot_be_written_is_told(song, tmp_path):
    (tmp_path / "out").write_text("in the way")
    done = mdx("separate", song, "-o", tmp_path / "out", "--model", "mixture-quarter", "--json", expect=1)
    assert str(tmp_path / "out") in json.loads(done.output)["failures"][str(song)]


@pytest.fixture
def submission(tmp_path, quarter_source):
    path = tmp_path / "predict.py"
    path.write_text(quarter_source)
    return path


def evaluate(submission, songs, *options, expect=0):
    results = submission.parent / "results"
    return mdx("evaluate", "--data", songs, "--results", results, "--predict", submission, *options, expect=expect)


def test_evaluate_prints_scores_times_and_the_verdict(submission, two_songs):
    output = " ".join(evaluate(submission, two_songs).output.split())
    assert "Alpha" in output
    assert "Jokers, Jacks & Kings" in output
    assert "limit: kit" in output
    assert "All 2 songs pass." in output
    assert json.loads((submission.parent / "results" / "results.json").read_text())["ok"]


def test_a_page_that_cannot_be_written_costs_nobody_the_table(submission, two_songs, program):
    (submission.parent / "results" / "report.html").mkdir(parents=True)
    given = ("--data", str(two_songs), "--results", "results", "--predict", "predict.py", "--song", "Alpha")
    done = program("evaluate", *given, "--no-bsseval", cwd=submission.parent)
    assert done.returncode == 2
    assert "All 1 songs pass." in " ".join(done.stdout.split())
    assert "Got the folder 'results/report.html'" in " ".join(done.stderr.split())


def test_evaluate_prints_json_for_scripts(submission, two_songs):
    printed = json.loads(evaluate(submission, two_songs, "--json", "--song", "Alpha").output)
    assert printed == json.loads((submission.parent / "results" / "results.json").read_text())
    assert [song["name"] for song in printed["songs"]] == ["Alpha"]


def test_evaluate_and_score_take_a_subset_of_a_dataset(submission, musdb_hq):
    (song,) = json.loads(evaluate(submission, musdb_hq, "--subset", "valid", "--json").output)["songs"]
    scored = json.loads(mdx("score", musdb_hq, submission.parent / "results", "--subset", "valid", "--json").output)
    assert scored["songs"] == {"Leaf - Summerghost": song["sdr"]}


def test_evaluate_exits_with_1_when_a_song_fails_and_says_why(submission, two_songs, quarter_source):
    submission.write_text(quarter_source.replace("mixture / 4", "mixture[1:] / 4"))
    output = " ".join(evaluate(submission, two_songs, expect=1).output.split())
    assert "2 of 2 songs would fail at grading." in output
    assert "bass.wav: samples must be 4410, got 4409" in output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--limit", "soon"], "must be 'kit', 'round2' or a positive number of seconds, at most 86400. Got 'soon'"),
        (["--song", "Beta"], "must be one of the 2 in the folder. Got 'Beta'"),
        (["--data", "nowhere"], "must exist. Got 'nowhere'"),
        (["--subset", "valid"], "Only a dataset has subsets. Got --subset valid for 'songs'"),
        (["--predict", "nothing.py"], "must be a Python file. Got 'nothing.py'"),
        (["--results", "predict.py"], "must be a folder that can be written. Got 'predict.py'"),
    ],
)
def test_bad_input_to_evaluate_is_one_message_and_exit_code_2(submission, two_songs, program, options, told):
    defaults = {"--data": "songs", "--predict": "predict.py"}
    given = [*(word for pair in defaults.items() for word in pair), *options]
    done = program("evaluate", *given, cwd=submission.parent)
    assert done.returncode == 2, done.stderr
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_score_agrees_for_one_song_and_for_a_folder(two_songs):
    folder = json.loads(mdx("score", two_songs, two_songs, "--json").output)
    single = json.loads(mdx("score", two_songs / "Alpha", two_songs / "Alpha", "--json").output)
    assert folder["songs"]["Alpha"] == single["songs"]["Alpha"]
    assert set(folder["mean"]) == {*STEMS, "mean"}
    assert single["songs"]["Alpha"]["mean"] > 60
    assert "mean of songs" in mdx("score", two_songs, two_songs).output


@pytest.mark.parametrize(
    ("references", "estimates", "told"),
    [
        ("nowhere", "songs", "The folder of songs must exist"),
        ("songs", "nowhere", "The estimates of 'Alpha' must be a folder"),
    ],
)
def test_score_refuses_folders_without_songs(two_songs, program, references, estimates, told):
    done = program("score", references, estimates, cwd=two_songs.parent)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_samples_writes_tracks_and_a_tiled_one(tmp_path):
    data, tiled = tmp_path / "test", tmp_path / "tiled"
    mdx("samples", "--data", data, "--tile", 8, "--tile-data", tiled)
    assert len(list(data.iterdir())) == 3
    (long,) = tiled.iterdir()
    assert soundfile.info(long / "mixture.wav").frames == 8 * SAMPLE_RATE


def test_models_are_listed_and_shown():
    rows = json.loads(mdx("models", "list", "--json").output)
    assert {"mixture-quarter", "classical", "umxhq", "htdemucs"} <= set(rows)
    shown = json.loads(mdx("models", "show", "umxhq", "--json").output)
    assert shown["licence"] == rows["umxhq"]["licence"]
    assert "mixture-quarter" in mdx("models", "list").output
    assert "licence" in mdx("models", "show", "htdemucs").output


def test_an_unknown_model_is_refused_with_the_nearest_names(program):
    done = program("models", "show", "umxh")
    assert done.returncode == 2
    assert "umxhq" in done.stderr


def test_a_defect_of_ours_is_told_as_one(monkeypatch, capsys):
    monkeypatch.setattr("mdx.cli.app", lambda **options: 1 / 0)
    with pytest.raises(SystemExit, match="70"):
        main()
    assert "This is a defect of mdx: ZeroDivisionError" in capsys.readouterr().err
