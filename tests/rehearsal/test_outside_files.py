"""A submission sees nothing of this machine but the system, its environment and its own folders."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.isolation import View
from rehearsal.outside_files import Watched, make_hook
from rehearsal.outside_reports import OpenedFile, judge_outside_files, read_outside_files
from rehearsal.view import view_for
from tests.rehearsal.conftest import submission

READ = "weights = open({path!r}, 'rb').read()"
CAT = "import subprocess; subprocess.run(['cat', {path!r}], check=True)"
OWN_FILES = """
name = os.path.join('/tmp', 'mdx-rehearsal-own-file')
with open(name, 'w') as file:
    file.write('mine')
assert open(name).read() == 'mine'
write()
"""


@pytest.fixture
def weights(tmp_path):
    """A file that lies on this machine and in no repository."""
    path = tmp_path / "weights.npy"
    path.write_text("weights")
    return path


@pytest.fixture
def shared_memory():
    """A file in the system's folder of shared memory."""
    if not os.path.isdir("/dev/shm"):
        pytest.skip("this system has no such folder")
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        yield Path(file.name)


@pytest.mark.parametrize("place", ["weights", "the working tree", "shared_memory"])
def test_a_file_outside_of_the_clone_cannot_be_read_and_is_named(repository, perform, request, place):
    is_own = place == "the working tree"
    path = str(repository.folder / "run.sh" if is_own else request.getfixturevalue(place))
    repository.write("predict.py", submission("write()", setup=READ.format(path=path)))
    repository.commit()
    report = perform()
    assert not report.ok
    said = "\n".join(remark.message for remark in report.remarks if remark.subject == "files")
    verb = "asked for" if report.others_hidden else "opened"
    assert f"predict.py:10 {verb} '{path}', which lies outside of the clone" in said
    assert "Commit the file, and name it relative to the repository." in said
    if report.others_hidden:
        assert "No such file or directory" in report.log_tail


def test_other_programs_cannot_read_it_either(repository, perform, errors, weights):
    repository.write("predict.py", submission("write()", setup=CAT.format(path=str(weights))))
    repository.commit()
    report = perform()
    if not report.others_hidden:
        pytest.skip("this system lets nobody hide folders")
    assert "returned non-zero exit status 1" in errors(report)
    assert "cat: " in report.log_tail


def test_files_of_its_own_may_lie_anywhere_and_are_gone_afterwards(repository, perform):
    repository.write("predict.py", submission(OWN_FILES))
    repository.commit()
    report = perform()
    assert report.ok, report.remarks
    assert not report.others_hidden or not os.path.exists("/tmp/mdx-rehearsal-own-file")


def test_where_nothing_can_be_hidden_it_says_so_and_what_python_reads_is_an_error(
    repository, perform, errors, weights, monkeypatch
):
    # No file system can be mounted where there is no folder.
    unmountable = View(
        [str(weights.parent), "/no/such/folder"], [str(weights.parent / "tmp"), sys.prefix, sys.base_prefix], []
    )
    monkeypatch.setattr("rehearsal.preparation.view_for", lambda *arguments: unmountable)
    repository.write("predict.py", submission("write()", setup=READ.format(path=str(weights))))
    repository.commit()
    report = perform()
    assert report.others_hidden is False
    assert errors(report).startswith(
        f"files: What a submission reads must be committed. predict.py:10 opened '{weights}'"
    )
    assert "This system lets nobody hide folders" in report.remarks[-1].message
    assert json.loads(report.as_json())["others_hidden"] is False


def test_the_view_hides_what_is_somebodys_and_keeps_the_way_to_what_is_needed(tmp_path, monkeypatch):
    real, home = tmp_path / "real", tmp_path / "home"
    (real / "bin").mkdir(parents=True)
    home.mkdir()
    (home / "python").symlink_to("../real")
    (home / "alias").symlink_to(home / "python")
    monkeypatch.setenv("HOME", str(home))
    view = view_for([home / "alias" / "bin", Path("/usr")], home / "python", tmp_path)
    assert view.hides(str(home))
    assert view.hides(str(tmp_path / "anything"))
    assert not any(view.hides(folder) for folder in ("/usr/lib", "/etc", "/proc/self", "/opt/tool"))
    assert not any(Path(one).is_relative_to(other) for one in view.hidden for other in view.hidden if one != other)
    assert view.kept == [str(real / "bin"), "/usr"] or view.kept == ["/usr", str(real / "bin")]
    assert {(str(home / "alias"), str(home / "python")), (str(home / "python"), "../real")} <= set(view.links)


def test_only_older_files_of_others_are_noticed_when_they_are_read(tmp_path, weights):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "own").write_text("own")
    noticed = []
    watched = Watched(["/etc"], ["/etc/kit"], [str(kept)], began=time.time() + 60)
    hook = make_hook(watched, lambda *facts: noticed.append(facts))
    gone = tmp_path / "gone"
    for path in (weights, weights, kept / "own", gone, Path("/etc/passwd"), Path("/etc/kit/a")):
        hook("open", (str(path), "r", os.O_RDONLY))
    hook("open", (os.fsencode(tmp_path / "new"), "w", os.O_WRONLY | os.O_CREAT))
    hook("open", (3, "r", os.O_RDONLY))
    hook("os.listdir", (str(tmp_path),))
    assert [(path, there) for path, _, there in noticed] == [
        (str(weights), True),
        (str(gone), False),
        ("/etc/kit/a", False),
    ]
    noticed.clear()
    make_hook(replace(watched, began=0.0), lambda *facts: noticed.append(facts))("open", (str(weights), "r", 0))
    assert noticed == []


def test_strange_lines_of_a_submission_are_no_reports(tmp_path):
    file = tmp_path / "outside.jsonl"
    opened = {"event": "opened", "path": "/a", "opener": "predict.py:3", "there": False}
    file.write_text("\n".join(['{"hidden": true}', "[1]", "3", "}", '{"path": 3}', *[json.dumps(opened)] * 2]))
    outside = read_outside_files(file)
    assert (outside.hidden, outside.opened) == (True, (OpenedFile("/a", "predict.py:3", False),))
    (remark,) = judge_outside_files(outside)
    assert remark.level == "warning"
