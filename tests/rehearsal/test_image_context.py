"""Without a container too, a submission runs with the files that its image would hold, and with no others."""

from __future__ import annotations

import pytest

from rehearsal.image_context import leave_out_of_image
from tests.rehearsal.conftest import submission

FILES = ("predict.py", "models/a.py", "models/weights/a.npy", "models/weights/b.npy", "notes.txt")


@pytest.fixture
def left_out(repository):
    """Return a function: Dockerfile, .dockerignore -> those of `FILES` that are left out."""

    def look(dockerfile, ignored=""):
        for name in FILES:
            repository.write(name, "text")
        repository.write("Dockerfile", dockerfile)
        repository.write(".dockerignore", ignored)
        repository.commit()
        removed = leave_out_of_image(repository.folder)
        assert [name for name in FILES if (repository.folder / name).exists()] == [
            name for name in FILES if name not in removed
        ]
        return [name for name in FILES if name in removed]

    return look


@pytest.mark.parametrize(
    ("dockerfile", "ignored", "gone"),
    [
        ("FROM a\nCOPY . .\n", "", ()),
        ("FROM a\nCOPY $WHAT .\n", "", ()),
        (
            "FROM a\nCOPY --chown=1 ./ /app/\n",
            "models/weights\n!**/b.npy\n*.txt",
            ("models/weights/a.npy", "notes.txt"),
        ),
        ("FROM a\nCOPY models /m\nADD *.py /m/\n", "", ("notes.txt",)),
        ("FROM a\nCOPY models/*/a.npy ./\n", "", ("predict.py", "models/a.py", "models/weights/b.npy", "notes.txt")),
        ("FROM a\nRUN --mount=type=bind,target=/x pip install /x\n", "", FILES),
        ("FROM a\nCOPY --from=a . .\n", "", FILES),
        ("FROM a\nENV A='\n", "", ()),
    ],
)
def test_what_no_copy_brings_or_a_rule_keeps_out_is_left_out(left_out, dockerfile, ignored, gone):
    assert left_out(dockerfile, ignored) == list(gone)


def test_a_repository_without_a_dockerfile_stays_whole(repository):
    repository.write(".dockerignore", "*")
    repository.commit()
    assert leave_out_of_image(repository.folder) == {}


def test_weights_that_dockerignore_keeps_out_fail_the_run_and_are_named_with_the_rule(repository, perform, errors):
    repository.write("predict.py", submission("write()", setup="np.load('models/weights/mine.npy')"))
    repository.write("models/weights/mine.npy", "weights")
    repository.write("Dockerfile", "FROM python:3.11\nCOPY . .\n")
    repository.write(".dockerignore", "models/weights\n")
    repository.commit()
    said = errors(perform())
    assert "The run names 'models/weights/mine.npy', which is committed, but the rule 'models/weights'" in said
    assert "Add `!models/weights/mine.npy` at the end of .dockerignore" in said
