"""Folders are hidden from one process and what it starts, and stay where they are for everybody else."""

from __future__ import annotations

import sys

import pytest

from rehearsal.isolation import View, can_hold_read_only, runs_in

LOOK = "import os, sys; sys.exit(sorted(os.listdir(sys.argv[1])) != sys.argv[2].split())"


def sees(view, folder, names):
    """Tell whether a process under a view finds just these names in a folder."""
    return runs_in(view, [sys.executable, "-I", "-c", LOOK, str(folder), names])


@pytest.fixture
def tree(tmp_path):
    """A folder with two files and a link; skips where no folder can be hidden."""
    for name in ("kept/a", "secret/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("kept")
    if not sees(View([str(tmp_path)], [], []), tmp_path, ""):
        pytest.skip("this system lets nobody hide folders")
    return tmp_path


def test_a_hidden_folder_holds_only_what_is_kept_and_the_way_to_it(tree):
    view = View([str(tree)], [str(tree / "kept")], [(str(tree / "link"), "kept")])
    assert sees(view, tree, "kept link")
    assert sees(view, tree / "link", "a")
    assert sorted(path.name for path in tree.iterdir()) == ["kept", "link", "secret"]


def test_a_view_that_its_command_cannot_run_in_or_that_cannot_be_made_is_none(tree):
    assert not runs_in(View([str(tree)], [], []), [str(tree / "kept" / "a")])
    assert not sees(View([str(tree / "nowhere")], [], []), tree, "kept link secret")


def test_a_probe_of_holding_a_folder_read_only_leaves_it_writable_here(tmp_path):
    can_hold_read_only(str(tmp_path))
    (tmp_path / "file").write_text("still writable")
    assert not can_hold_read_only(str(tmp_path / "nowhere"))
