"""What is wrong with committed files is said before anything runs, with the command that mends it."""

from __future__ import annotations

import re
import subprocess

import pytest

from rehearsal.clone import clone_head
from rehearsal.committed_files import judge_links, judge_run_script, judge_submodules
from tests.rehearsal.conftest import Repository


def link(repository, name, target):
    path = repository.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    repository.git("add", "--force", name)


def paste(repository, remark):
    """Run the command that a remark names."""
    subprocess.run(["bash", "-c", re.search(r"`(.+)`$", remark.message)[1]], cwd=repository.folder, check=True)


@pytest.mark.parametrize("name", ["weights/mine.npy", "it's $mine.npy"])
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_command_for_a_link_that_leaves_puts_what_it_leads_to_in_its_place(repository, tmp_path, name, kind):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "weights.npy").write_text("weights")
    link(repository, name, outside if kind == "folder" else outside / "weights.npy")
    repository.commit()
    clone_head(repository.folder, tmp_path / "clone")
    (remark,) = judge_links(tmp_path / "clone")
    paste(repository, remark)
    repository.commit()
    clone_head(repository.folder, tmp_path / "mended")
    assert list(judge_links(tmp_path / "mended")) == []
    placed = tmp_path / "mended" / name
    assert (placed / "weights.npy" if kind == "folder" else placed).read_text() == "weights"


@pytest.mark.parametrize(
    "through",
    [
        pytest.param(lambda weights: weights, id="absolute"),
        pytest.param(lambda weights: f"../../../{weights.name}", id="relative"),
        pytest.param(lambda weights: "/no/such/weights.th", id="to nothing"),
    ],
)
def test_a_link_to_weights_outside_ends_the_rehearsal_and_is_named(repository, tmp_path, perform, errors, through):
    weights = tmp_path / "weights.npy"
    weights.write_text("weights")
    target = through(weights)
    link(repository, "models/weights/mine.npy", target)
    repository.commit()
    report = perform()
    assert f"'models/weights/mine.npy' leads to '{target}', which the grader does not have" in errors(report)
    assert [step.name for step in report.steps] == ["clone"]


def test_links_within_the_clone_are_right_unless_they_lead_to_nothing(repository, tmp_path):
    repository.write("weights/a.npy", "weights")
    link(repository, "models/weights", "../weights")
    link(repository, "same.npy", "models/weights/a.npy")
    link(repository, "circle", "circle")
    link(repository, "later.npy", "weights/b.npy")
    repository.commit()
    clone_head(repository.folder, tmp_path / "clone")
    found = list(judge_links(tmp_path / "clone"))
    assert [remark.level for remark in found] == ["warning", "warning"]
    assert "'later.npy' leads to 'weights/b.npy', which is not committed" in found[1].message


def test_a_submodule_is_warned_of_with_the_command_that_commits_its_files(repository, tmp_path):
    inner = Repository(repository.folder / "inner")
    inner.write("net.py", "layers = 3")
    inner.commit()
    repository.git("add", "inner")
    repository.commit()
    clone_head(repository.folder, tmp_path / "clone")
    (remark,) = judge_submodules(tmp_path / "clone")
    assert "'inner' is a submodule, and stays empty" in remark.message
    paste(repository, remark)
    repository.commit()
    clone_head(repository.folder, tmp_path / "mended")
    assert list(judge_submodules(tmp_path / "mended")) == []
    assert (tmp_path / "mended" / "inner" / "net.py").read_text() == "layers = 3"


def test_a_run_sh_that_bash_or_the_system_cannot_start_is_told_with_the_command_that_mends_it(repository, tmp_path):
    repository.write("run.sh", "set -e\r\npython predict.py\r\n")
    repository.git("update-index", "--chmod=-x", "run.sh")
    repository.commit()
    clone_head(repository.folder, tmp_path / "clone")
    ends, right = judge_run_script(tmp_path / "clone")
    assert (ends.level, right.level) == ("error", "warning")
    assert "They end with a carriage return" in ends.message
    for remark in (ends, right):
        paste(repository, remark)
    repository.commit()
    clone_head(repository.folder, tmp_path / "mended")
    assert list(judge_run_script(tmp_path / "mended")) == []
    repository.git("rm", "--quiet", "--force", "run.sh")
    repository.commit()
    clone_head(repository.folder, tmp_path / "again")
    (missing,) = judge_run_script(tmp_path / "again")
    assert "The commit has none. Commit it: `git add run.sh`" in missing.message
