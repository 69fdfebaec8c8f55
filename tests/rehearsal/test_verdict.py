"""What is said of a run that failed."""

import pytest

from evaluator.network_guard import BOTH_LAYERS, SOCKETS_ALONE
from evaluator.results import Results, SongResult
from rehearsal.stage import contents
from rehearsal.verdict import hints, judge_network, judge_songs, judge_songs_folder, uncommitted_files


def results_of(seconds, failure=None):
    song = SongResult("Alpha", 100.0, 157.0, seconds, 10**9, failure)
    return Results([song], "round2", 1.0, 1, 10**9, "cut", [], "", None, {}, {}, None)


def test_a_song_close_to_its_limit_is_a_warning_and_one_beyond_it_an_error():
    assert judge_songs(results_of(100.0)) == []
    (close,) = judge_songs(results_of(141.3))
    assert close.level == "warning"
    assert close.message.startswith("It took 90% of its limit")
    (late,) = judge_songs(results_of(157.0, "Over the time limit"))
    assert (late.level, late.subject, late.message) == ("error", "Alpha", "Over the time limit")


@pytest.mark.parametrize("change", ["add", "write", "remove"])
def test_a_changed_song_is_found_where_nothing_holds_the_folder(tmp_path, change):
    song = tmp_path / "Alpha" / "mixture.wav"
    song.parent.mkdir()
    song.write_text("sound")
    before = contents(tmp_path)
    assert judge_songs_folder(before, contents(tmp_path)) == []
    if change == "remove":
        song.unlink()
    else:
        (song.with_name("cache") if change == "add" else song).write_text("other sound")
    (found,) = judge_songs_folder(before, contents(tmp_path))
    assert ("Alpha/cache" if change == "add" else "Alpha/mixture.wav") in found.message
    assert "read-only at grading" in found.message


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("OSError: [Errno 30] Read-only file system: 'a'", "write to the folder of the results"),
        ("PermissionError: [Errno 13] Permission denied: '/tmp/x/data/a/b'", "write to the folder of the results"),
        ("socket.gaierror: Temporary failure in name resolution", "commit what is downloaded"),
        ("RuntimeError: No CUDA GPUs are available", "There is no GPU at grading"),
        ("torch.cuda.is_available() is False", "There is no GPU at grading"),
        ("ModuleNotFoundError: No module named 'librosa'", "The environment lacks a module"),
        ("'a.pth' is a Git LFS pointer", "git lfs pull"),
        ("The process ended early (exit code 137).", "needs too much memory"),
        ("Over the memory limit: 17.00 GB of 16.00 GB.", "smaller segments"),
        ("Over the time limit: stopped after 9.00 s of 8.00 s.", "`mdx tune` finds a quicker"),
        ("The set-up took longer than 900 s.", "Something waits"),
    ],
)
def test_known_words_of_a_failure_give_a_hint(said, words):
    (hint,) = hints(["INFO: device cpu", said], [])
    assert words in hint.message


def test_a_network_that_other_programs_could_reach_is_told():
    assert judge_network(BOTH_LAYERS) == []
    (unknown,) = judge_network(SOCKETS_ALONE)
    assert (unknown.level, unknown.subject) == ("warning", "network")
    assert "could reach it unnoticed" in unknown.message


def test_words_of_no_known_failure_give_none():
    assert hints(["RuntimeError: no such layer; CUDA is not needed"], ["a.py", "notes/layer"]) == []


def test_files_that_a_failure_names_and_the_commit_lacks_are_errors(repository):
    repository.write(".gitignore", "weights/\n.venv/\n")
    strays = (".venv/big.pth", "data/test/Alpha/mixture.wav", "copies/run.sh")
    for name in ("weights/big.pth", "my_submission/extra.py", "notes.txt", *strays):
        repository.write(name, "", add=False)
    names = uncommitted_files(repository.folder)
    assert sorted(names) == ["my_submission/extra.py", "notes.txt", "weights/big.pth"]
    said = "FileNotFoundError: 'models/big.pth'; ModuleNotFoundError: No module named 'my_submission.extra'"
    first = hints([said], names)[0]
    assert first.level == "error"
    assert "my_submission/extra.py, weights/big.pth" in first.message
    assert hints(["FileNotFoundError: 'big.pth.part'"], names) == []
