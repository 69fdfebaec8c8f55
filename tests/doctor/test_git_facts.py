"""What git knows is read whole: odd names, links, pointers, work trees, tags."""

from __future__ import annotations

import pytest

from doctor.findings import UnreadableError
from doctor.git_facts import gather_git_facts
from models.files.lfs_pointers import Pointer, read_pointer
from tests.doctor.clean_repository import LARGE, pointer_of


def test_names_with_spaces_quotation_marks_and_line_ends_are_read(clone):
    names = ["a b.txt", 'say "x".txt', "two\nlines.txt", "ümlaut.th"]
    for name in names:
        clone.write(name, "x" * 200)
    clone.commit()
    clone.write("new one.txt", "")
    facts = gather_git_facts(clone.path, ["new one.txt"])
    assert set(names) <= set(facts.files)
    assert "ümlaut.th" in facts.lfs_paths
    assert facts.changes == {"new one.txt": "??"}
    assert facts.untracked() == ["new one.txt"]


def test_pointers_and_links_are_told_from_other_small_files(clone):
    clone.write("text.txt", "y" * 130)
    (clone.path / "link").symlink_to("text.txt")
    clone.commit()
    facts = gather_git_facts(clone.path, [])
    assert list(facts.pointers) == ["models/weights/large.th"]
    assert facts.pointers["models/weights/large.th"].size_bytes == len(LARGE)
    assert facts.links == {"link": "text.txt"}


def test_weights_that_changed_since_the_commit_are_a_change_without_git_lfs_too(clone, without_git_lfs):
    clone.write("models/weights/mine.pth", b"first")
    without_git_lfs()
    clone.commit()
    clone.write("models/weights/mine.pth", b"later")
    assert gather_git_facts(clone.path, []).changes == {"models/weights/mine.pth": " M"}


def test_git_is_read_where_it_is_told_to_use_a_git_lfs_that_is_not_installed(clone, without_git_lfs):
    for name, value in (("process", "git-lfs filter-process"), ("clean", "git-lfs clean"), ("required", "true")):
        clone.git("config", f"filter.lfs.{name}", value)
    without_git_lfs()
    (clone.path / "models" / "weights" / "large.th").touch()
    facts = gather_git_facts(clone.path, [])
    assert (facts.lfs_program, facts.lfs_filter) == (False, True)
    assert facts.changes == {}


def test_a_work_tree_of_another_clone_is_a_repository_too(clone, tmp_path):
    clone.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "other"))
    facts = gather_git_facts(tmp_path / "other", [])
    assert facts.branch == "other"
    assert set(facts.branches) == {"main", "other"}
    assert facts.lfs_objects == clone.path / ".git" / "lfs" / "objects"


def test_a_branch_has_its_own_name_where_a_tag_is_called_alike(clone):
    clone.git("branch", "submission-v1")
    for name in ("main", "submission-v1"):
        clone.git("tag", name)
    facts = gather_git_facts(clone.path, [])
    assert (facts.branch, facts.branches, facts.head_tags) == (
        "main",
        ("main", "submission-v1"),
        ("main", "submission-v1"),
    )


def test_a_folder_within_a_repository_is_none(clone):
    with pytest.raises(UnreadableError, match="no repository of its own, but part of"):
        gather_git_facts(clone.path / "models", [])


def test_what_a_hook_sets_leads_to_no_other_repository(clone, tmp_path, monkeypatch):
    clone.git("tag", "--annotate", "--message", "x", "submission-v1")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert gather_git_facts(clone.path, []).head_tags == ("submission-v1",)


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (pointer_of(b"x").encode(), Pointer("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", 1)),
        (b"version https://git-lfs.github.com/spec/v1\n", Pointer(None, 0)),
        (b"version https://git-lfs.github.com/spec/v1\n" + b"x" * 2000, None),
        (b"", None),
        (b"\x80\x02", None),
    ],
)
def test_a_pointer_says_what_it_stands_for(content, pointer):
    assert read_pointer(content) == pointer


@pytest.mark.parametrize("where", [".git/kept", "elsewhere"])
def test_what_git_lfs_holds_is_looked_for_where_git_is_told_that_it_lies(clone, where):
    pointer = gather_git_facts(clone.path, []).pointers["models/weights/large.th"]
    clone.keep_lfs_object(LARGE)
    assert gather_git_facts(clone.path, []).has_lfs_object(pointer)
    clone.git("config", "lfs.storage", "kept" if where == ".git/kept" else str(clone.path / where))
    assert not gather_git_facts(clone.path, []).has_lfs_object(pointer)
    (clone.path / ".git" / "lfs").rename(clone.path / where)
    assert gather_git_facts(clone.path, []).has_lfs_object(pointer)
