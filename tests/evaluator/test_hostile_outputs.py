"""A submission may write anything, anywhere: each test is one wrong output, and what the user is told."""

from __future__ import annotations

import pytest

from evaluator.workspace import ResultsFolderError


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("pass", "bass: bass.wav was not written in this run"),
        ("write(stems=STEMS[1:])", "bass: bass.wav was not written in this run"),
        ("write(mixture[:-1] / 4)", "bass: bass.wav: samples must be 4410, got 4409"),
        ("write(mixture[:, 0] / 4)", "bass: bass.wav: channels must be 2, got 1"),
        ("write(np.tile(mixture, 2) / 4)", "bass: bass.wav: channels must be 2, got 4"),
        ("write(rate=48000)", "bass: bass.wav: sample rate in Hz must be 44100, got 48000"),
        ("write(mixture * np.nan, subtype='FLOAT')", "bass: 8820 samples are NaN, infinite or absurd"),
        ("write(mixture / np.zeros(1), subtype='FLOAT')", "samples are NaN, infinite or absurd"),
        ("for path in paths.values(): open(path, 'w')", "0 bytes"),
        ("for path in paths.values(): open(path, 'w').write('hello')", "bass.wav is no readable audio file"),
        (
            "for path in paths.values(): open(path, 'w').write('version https://git-lfs.github.com/spec/v1')",
            "a Git LFS pointer",
        ),
        ("for path in paths.values(): os.mkdir(path)", "a folder"),
        ("for path in paths.values(): os.mkfifo(path)", "a pipe or device"),
        ("for path in paths.values(): os.symlink('/dev/zero', path)", "a pipe or device"),
        ("import shutil; write(); shutil.rmtree(os.environ['RESULTS_DATASET_PATH'])", "was not written in this run"),
        ("write(); open(paths['bass_file_path'], 'r+').truncate(1000)", "bass"),
        ("write(mixture * 1e200, subtype='DOUBLE')", "8820 samples are NaN, infinite or absurd"),
        (
            "for path in paths.values():\n"
            "    soundfile.write(path, np.random.rand(4410, 2), rate, format='FLAC')\n"
            "    open(path, 'r+').truncate(9000)",
            "breaks off or is damaged",
        ),
    ],
)
def test_wrong_files_are_errors_that_say_what_is_wrong(run_submission, body, told, errors):
    results = run_submission(body, songs=["Alpha"])
    assert not results.ok
    assert results.songs[0].sdr is None
    assert any(told in error for error in errors(results)), errors(results)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("write(mixture)", "the stems do not sum to the mixture"),
        ("write()", "bass, drums, other, vocals hold the same samples"),
        ("write(mixture * 0)", "the stem is silent"),
        ("write(mixture * 100)", "samples reach full scale"),
    ],
)
def test_suspicious_files_are_warnings(run_submission, body, told):
    results = run_submission(body, songs=["Alpha"])
    assert results.ok
    warnings = [finding.message for finding in results.songs[0].audit if finding.level == "warning"]
    assert any(told in warning for warning in warnings), warnings


def test_outputs_of_an_earlier_run_do_not_pass_for_new_ones(run_submission, tmp_path, errors):
    assert run_submission().ok
    results = run_submission("pass")
    assert not results.ok
    assert errors(results)[0] == "bass: bass.wav was not written in this run"
    assert not list((tmp_path / "results" / "Alpha").iterdir())


def test_results_that_name_no_folder_are_refused_before_anything_runs(run_submission, tmp_path):
    (tmp_path / "results").write_text("in the way")
    with pytest.raises(ResultsFolderError, match="must be a folder that can be written. Got .*results.*--results"):
        run_submission()
    assert (tmp_path / "results").read_text() == "in the way"


def test_a_submission_that_fills_the_disk_is_told_and_leaves_no_half_written_results(
    run_submission, tmp_path, mount_small_disk, caplog
):
    mount_small_disk(tmp_path / "results")
    with pytest.raises(ResultsFolderError, match=r"could not be written.*No space left on device.*free space"):
        run_submission("open(paths['bass_file_path'] + '.filler', 'wb').write(bytes(10**7))", songs=["Alpha"])
    assert "'Alpha': OSError: [Errno 28] No space left on device" in caplog.text
    assert [
        entry.name for entry in (tmp_path / "results").iterdir() if "json" in entry.name or ".run" in entry.name
    ] == []


def test_a_predictor_cannot_see_the_references(run_submission):
    results = run_submission("assert os.listdir(os.path.dirname(mixture_file_path)) == ['mixture.wav']; write()")
    assert results.ok


def test_writing_to_the_mixture_spoils_nothing_of_the_users(run_submission, two_songs):
    before = (two_songs / "Alpha" / "mixture.wav").read_bytes()
    run_submission("soundfile.write(mixture_file_path, mixture * 0, rate); write()", songs=["Alpha"])
    assert (two_songs / "Alpha" / "mixture.wav").read_bytes() == before


def test_stems_of_an_earlier_run_go_when_the_set_up_fails(run_submission, tmp_path):
    assert run_submission().ok
    assert not run_submission(setup="raise RuntimeError").ok
    assert not (tmp_path / "results" / "Alpha").exists()


def test_folders_without_permissions_cost_no_other_song_and_are_cleaned_up(run_submission, tmp_path):
    body = "write(); name == 'Alpha' and os.chmod(os.path.dirname(paths['bass_file_path']), 0)"
    results = run_submission(body)
    assert results.songs[1].ok
    assert not list((tmp_path / "results").glob(".run-*"))
