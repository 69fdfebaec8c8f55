"""The clone holds what is committed, LFS files whole."""

from __future__ import annotations

import hashlib

import pytest

from rehearsal.clone import clone_head, find_repository, resolve_lfs_files

CONTENT = "weights " * 1000


def pointer_to(content):
    digest = hashlib.sha256(content.encode()).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"


def store(repository, content, folder=".git/lfs", name=None):
    digest = name or hashlib.sha256(content.encode()).hexdigest()
    path = repository.folder / folder / "objects" / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True)
    path.write_text(content)
    return path


@pytest.fixture
def with_pointer(repository):
    """The repository with weights of which git holds the pointer."""
    repository.write(".gitattributes", "*.pth filter=lfs diff=lfs merge=lfs -text\n")
    repository.write("models/mine.pth", pointer_to(CONTENT))
    repository.commit()
    return repository


def resolve(repository, clone):
    clone_head(repository.folder, clone)
    return [remark.message for remark in resolve_lfs_files(repository.folder, clone)]


def test_the_clone_is_head_without_untracked_and_changed_files(repository, tmp_path):
    commit = repository.commit()
    repository.write("predict.py", "changed", add=False)
    repository.write("weights.npy", "untracked", add=False)
    assert clone_head(repository.folder, tmp_path / "clone") == commit
    assert not (tmp_path / "clone" / "weights.npy").exists()
    assert (tmp_path / "clone" / "predict.py").read_text() != "changed"


def test_a_worktree_is_cloned_at_its_own_head(repository, tmp_path):
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "other")
    (tmp_path / "tree" / "run.sh").write_text("echo other\n")
    repository.git("-C", str(tmp_path / "tree"), "commit", "--quiet", "-am", "other")
    clone_head(find_repository(tmp_path / "tree"), tmp_path / "clone")
    assert (tmp_path / "clone" / "run.sh").read_text() == "echo other\n"


def test_the_clone_shares_no_file_with_the_repository(repository, tmp_path):
    clone_head(repository.folder, tmp_path / "clone")
    objects = [path for path in (tmp_path / "clone" / ".git" / "objects").rglob("*") if path.is_file()]
    assert objects
    assert {path.stat().st_nlink for path in objects} == {1}


def test_hooks_and_filters_of_the_user_do_not_touch_the_clone(with_pointer, tmp_path):
    hook = with_pointer.folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    with_pointer.git("config", "filter.lfs.smudge", "false")
    with_pointer.git("config", "filter.lfs.required", "true")
    clone_head(with_pointer.folder, tmp_path / "clone")
    assert not (tmp_path / "clone" / "hooked").exists()
    assert (tmp_path / "clone" / "models" / "mine.pth").read_text() == pointer_to(CONTENT)


@pytest.mark.parametrize("folder", [".git/lfs", "elsewhere"])
def test_a_pointer_becomes_its_file_out_of_the_store(with_pointer, tmp_path, folder):
    if folder == "elsewhere":
        with_pointer.git("config", "lfs.storage", str(with_pointer.folder / folder))
    store(with_pointer, CONTENT, folder)
    assert resolve(with_pointer, tmp_path / "clone") == []
    assert (tmp_path / "clone" / "models" / "mine.pth").read_text() == CONTENT


def test_a_damaged_file_in_the_store_is_refused(with_pointer, tmp_path):
    store(with_pointer, "damaged", name=hashlib.sha256(CONTENT.encode()).hexdigest())
    (message,) = resolve(with_pointer, tmp_path / "clone")
    assert "'models/mine.pth' must be the file that its Git LFS pointer names" in message
    assert "git lfs pull" in message


def test_a_pointer_that_no_attribute_hands_to_lfs_stays_one_at_the_grader_too(with_pointer, tmp_path):
    store(with_pointer, CONTENT)
    with_pointer.write(".gitattributes", "*.onnx filter=lfs\n")
    with_pointer.commit()
    (message,) = resolve(with_pointer, tmp_path / "clone")
    assert ".gitattributes does not hand it to git-lfs" in message
    assert "git lfs track --filename models/mine.pth" in message


def test_what_begins_like_a_pointer_and_is_none_is_refused(repository, tmp_path):
    repository.write("mine.pth", "version https://git-lfs.github.com/spec/v1\n")
    repository.commit()
    assert "begins like a Git LFS pointer and is none" in resolve(repository, tmp_path / "clone")[0]
