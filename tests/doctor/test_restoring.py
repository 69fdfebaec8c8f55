"""The command that brings a file back brings back another state than the one on disk."""

import subprocess

import pytest

from doctor.restoring import how_to_restore


def restored(clone, name):
    command = how_to_restore(clone.path, name)
    subprocess.run(["bash", "-ec", command.strip("`")], cwd=clone.path, check=True, capture_output=True)
    return (clone.path / name).read_text()


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("is_removed", [False, True])
def test_a_file_comes_back_whether_or_not_its_loss_is_committed(clone, is_committed, is_removed):
    before = (clone.path / "run.sh").read_text()
    clone.remove("run.sh") if is_removed else clone.write("run.sh", "")
    if is_committed:
        clone.commit()
        clone.append("apt.txt", "# later\n")
        clone.commit()
    assert restored(clone, "run.sh") == before


def test_what_was_never_otherwise_is_in_the_kit(clone):
    words = "Copy it from a new clone of the kit"
    assert how_to_restore(clone.path, "run.sh") == words
    assert how_to_restore(clone.path, "nowhere.txt") == words
    clone.remove(".git")
    assert how_to_restore(clone.path, "run.sh") == words
