"""What git is told to overlook is found with its marks, and nothing in the repository is touched."""

from doctor.changes import HiddenFiles, find_hidden_files


def hidden_in(clone):
    return find_hidden_files(clone.path, {}, has_lfs=True)


def test_marks_and_changes_are_told_apart_and_the_index_stays_as_it_is(clone):
    clone.git("update-index", "--assume-unchanged", "apt.txt", "run.sh")
    clone.git("update-index", "--skip-worktree", "run.sh", "submit.sh", "predict.py")
    clone.append("apt.txt", "#\n")
    clone.remove("predict.py")
    (clone.path / "run.sh").chmod(0o644)
    before = (clone.path / ".git" / "index").read_bytes()
    found = hidden_in(clone)
    assert (clone.path / ".git" / "index").read_bytes() == before
    assert found.marks == {
        "apt.txt": ("assume-unchanged",),
        "predict.py": ("skip-worktree",),
        "run.sh": ("assume-unchanged", "skip-worktree"),
        "submit.sh": ("skip-worktree",),
    }
    assert found.changes == {"apt.txt": " M", "predict.py": " D", "run.sh": " M"}
    assert found.left_out == ()


def test_what_is_not_here_is_left_out_by_a_sparse_checkout_and_removed_without_one(clone):
    clone.git("update-index", "--skip-worktree", "predict.py")
    clone.remove("predict.py")
    assert hidden_in(clone).changes == {"predict.py": " D"}
    clone.git("config", "core.sparseCheckout", "yes")
    assert hidden_in(clone) == HiddenFiles(left_out=("predict.py",))


def test_a_split_index_is_read_too(clone):
    clone.git("update-index", "--split-index")
    clone.git("update-index", "--assume-unchanged", "apt.txt")
    clone.append("apt.txt", "#\n")
    assert hidden_in(clone).changes == {"apt.txt": " M"}


def test_where_nothing_is_hidden_nothing_is_found(clone):
    clone.append("apt.txt", "#\n")
    assert hidden_in(clone) == HiddenFiles()
