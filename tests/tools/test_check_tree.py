"""The guard finds what must not be published, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.check_tree import MAX_FILE_BYTES, lfs_files, published_files, tree_findings

ROOT = Path(__file__).resolve().parents[2]

# Put together here, because the guard reads this file too.
INDEX = "/".join(["https://mirror.example", "simple"])
FOLDER = "/".join(["", "srv", "wheels"])
HOMES = [
    "/".join(["", "home", "ann"]),
    "/".join(["", "Users", "ann"]),
    "/".join(["", "root"]),
    "\\".join(["C:", "Users"]),
]


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def write_sparse(path, size_bytes):
    with path.open("wb") as stream:
        stream.truncate(size_bytes)


def test_ordinary_files_pass(repository):
    (repository / "readme.md").write_text("See https://example.org/simple-guide and `pip install numpy`.\n")
    (repository / "tone.wav").write_bytes(bytes(range(256)) * 100)
    assert tree_findings(repository) == []


@pytest.mark.parametrize(
    "line",
    [
        f"--index-url {INDEX}",
        f"RUN pip install --extra-index-url={INDEX} torch",
        f'index-url = "{INDEX}"',
        f"--find-links {FOLDER}",
        f"find-links = ['{FOLDER}']",
        f"see {INDEX}/torch",
    ],
)
def test_index_address_is_found_with_its_line(repository, line):
    (repository / "requirements.txt").write_text(f"numpy==2.4.6\n{line}\n")
    (message,) = tree_findings(repository)
    assert message.startswith("'requirements.txt' must name no package index. Line 2 holds ")


@pytest.mark.parametrize("home", HOMES)
def test_a_path_of_one_machine_is_found_with_its_line(repository, home):
    (repository / "run.sh").write_text(f"set -e\ncd '{home}/songs'\n")
    (message,) = tree_findings(repository)
    assert message.startswith(f"'run.sh' must name no folder of one machine. Line 2 holds '{home}'")


def test_paths_that_every_machine_has_pass(repository):
    lines = ["/home/aicrowd/data", "https://example.org/home/page", "$HOME/songs", "~/songs", "/proc/self", "data/root"]
    (repository / "notes.md").write_text("\n".join(lines))
    assert tree_findings(repository) == []


def test_options_that_keep_addresses_out_pass(repository):
    (repository / "lock.sh").write_text("uv pip compile --no-emit-index-url --no-emit-find-links -o out.txt\n")
    assert tree_findings(repository) == []


def test_large_file_is_found_unless_git_lfs_holds_it(repository):
    write_sparse(repository / "default.safetensors", MAX_FILE_BYTES + 1)
    write_sparse(repository / "mine.th", MAX_FILE_BYTES + 1)
    (repository / ".gitattributes").write_text("*.th filter=lfs diff=lfs merge=lfs -text\n")
    (message,) = tree_findings(repository)
    assert message == (
        "'default.safetensors' must be under 20 MB. It has 20.0 MB. "
        "Hand it to git-lfs: git lfs track 'default.safetensors'"
    )


@pytest.mark.parametrize("ending", ["th", "pth", "onnx", "ckpt", "pt", "h5", "zip", "gz", "tar"])
def test_this_repository_hands_weights_of_every_format_to_git_lfs(ending):
    weights = [Path(f"models/weights/mine.{ending}"), Path(f"models/weights/folder/mine.{ending}")]
    assert lfs_files(ROOT, weights) == set(weights)


@pytest.mark.parametrize("path", ["models/weights/mine.safetensors", "tests/data.zip", "song.tar"])
def test_this_repository_keeps_its_own_weights_and_other_archives_out_of_git_lfs(path):
    assert lfs_files(ROOT, [Path(path)]) == set()


def test_git_lfs_pointer_is_found(repository):
    (repository / "mine.th").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    assert tree_findings(repository) == [
        "'mine.th' must be the file itself. It is a git-lfs pointer. Run git lfs pull."
    ]


def test_ignored_and_deleted_files_are_left_alone(repository):
    (repository / ".gitignore").write_text("/data/\n")
    (repository / "data").mkdir()
    write_sparse(repository / "data" / "song.wav", MAX_FILE_BYTES + 1)
    (repository / "gone.txt").write_text("gone")
    subprocess.run(["git", "add", "gone.txt"], cwd=repository, check=True)
    (repository / "gone.txt").unlink()
    assert [path.name for path in published_files(repository)] == [".gitignore"]
    assert tree_findings(repository) == []
