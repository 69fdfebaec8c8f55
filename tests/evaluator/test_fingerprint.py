"""A fingerprint changes with every file of the submission, and with nothing else."""

import pytest

from evaluator.fingerprint import fingerprint


@pytest.fixture
def submission(tmp_path):
    (tmp_path / "my_submission").mkdir()
    (tmp_path / "my_submission" / "plan.yaml").write_text("model: default\n")
    (tmp_path / "predict.py").write_text("pass\n")
    return tmp_path


def test_the_same_files_give_the_same_fingerprint(submission):
    first = fingerprint(submission / "predict.py")
    (submission / "README.md").write_text("not a part of it")
    (submission / "my_submission" / "predictor.cpython-311.pyc").write_bytes(b"compiled")
    assert fingerprint(submission / "predict.py") == first
    assert len(first) == 64


@pytest.mark.parametrize("name", ["predict.py", "my_submission/plan.yaml", "my_submission/new.py"])
def test_a_change_in_any_file_changes_it(submission, name):
    first = fingerprint(submission / "predict.py")
    (submission / name).write_text("changed\n")
    assert fingerprint(submission / "predict.py") != first


def test_moving_text_from_one_file_to_the_next_changes_it(submission):
    (submission / "my_submission" / "z.py").write_text("b")
    (submission / "my_submission" / "plan.yaml").write_text("a")
    first = fingerprint(submission / "predict.py")
    (submission / "my_submission" / "z.py").write_text("ab")
    (submission / "my_submission" / "plan.yaml").write_text("")
    assert fingerprint(submission / "predict.py") != first
