"""The temporary folder goes, whatever ends a rehearsal."""

import subprocess

import pytest

from rehearsal.folder import rehearsal_folder
from rehearsal.report import RehearsalError


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_it_goes_with_everything_in_it_also_after_an_error(temporary):
    def stop():
        with rehearsal_folder(keep=False) as folder:
            (folder.data / "song").mkdir()
            folder.data.chmod(0o555)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert not list(temporary.iterdir())


def test_what_a_killed_rehearsal_left_goes_with_the_next_one_and_kept_folders_stay(temporary):
    gone = subprocess.Popen(["true"])
    gone.wait()
    (temporary / f"mdx-rehearse-{gone.pid}-abcd" / "venv").mkdir(parents=True)
    with rehearsal_folder(keep=True) as kept, rehearsal_folder(keep=False):
        pass
    assert list(temporary.iterdir()) == [kept.root]


def test_a_place_that_cannot_be_written_is_refused(temporary, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(temporary / "nowhere"))
    with (
        pytest.raises(RehearsalError, match=r"The temporary folder must be one that can be written.*TMPDIR"),
        rehearsal_folder(keep=False),
    ):
        pass
