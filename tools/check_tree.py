"""Check the files that git would publish: size, package-index addresses, paths of one machine, git-lfs pointers.

A clone must stay small and must install from any package index. `make lint` and the pre-commit hook run this
on every file that is tracked or could be; what git ignores is left alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_BYTES = 20_000_000
MAX_TEXT_BYTES = 1_000_000
LFS_POINTER_START = b"version https://git-lfs"
INDEX_ADDRESS = re.compile(
    r"(?:index-url|find-links)[\s=]+[\"'\[]*(?:\w+://|/|\$)[^\s\"']*|\w+://[^\s\"'`\\]+/simple(?![\w-])"
)
HOME_PATH = re.compile(
    r"(?<![\w.:/$}])(?:/(?:root|(?:home|Users)/(?!(?:aicrowd|me)\b)\w[\w.-]*)|[A-Za-z]:\\\\?Users)(?![\w-])"
)
"""A path below somebody's home; those of the grading image's user, and of the made-up me, are nobody's own."""


def _git(root: Path, arguments: list[str], stdin: bytes = b"") -> list[str]:
    command = ["git", *arguments]
    result = subprocess.run(command, cwd=root, check=True, input=stdin, stdout=subprocess.PIPE)
    return [field.decode() for field in result.stdout.split(b"\0") if field]


def published_files(root: Path) -> list[Path]:
    """Return the files that git tracks or would add, sorted, relative to `root`.

    Raises subprocess.CalledProcessError when `root` is no git repository.
    """
    names = set(_git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))
    return sorted(Path(name) for name in names if (root / name).is_file())


def lfs_files(root: Path, paths: list[Path]) -> set[Path]:
    """Return those of `paths` that .gitattributes hands to git-lfs."""
    listing = "\0".join(path.as_posix() for path in paths).encode()
    fields = _git(root, ["check-attr", "-z", "--stdin", "filter"], listing)
    return {Path(path) for path, value in zip(fields[::3], fields[2::3], strict=True) if value == "lfs"}


def size_findings(root: Path, paths: list[Path]) -> Iterator[str]:
    """Yield a sentence for each file that is too large for git and not handed to git-lfs."""
    large = [path for path in paths if (root / path).stat().st_size > MAX_FILE_BYTES]
    for path in sorted(set(large) - lfs_files(root, large)):
        megabytes = (root / path).stat().st_size / 1e6
        yield (
            f"'{path}' must be under {MAX_FILE_BYTES // 1_000_000} MB. It has {megabytes:.1f} MB. "
            f"Hand it to git-lfs: git lfs track '{path}'"
        )


def content_findings(root: Path, path: Path) -> Iterator[str]:
    """Yield a sentence for each thing in one file that must not be published."""
    if (root / path).stat().st_size > MAX_TEXT_BYTES:
        return
    content = (root / path).read_bytes()
    if content.startswith(LFS_POINTER_START):
        yield f"'{path}' must be the file itself. It is a git-lfs pointer. Run git lfs pull."
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        if found := INDEX_ADDRESS.search(line):
            yield f"'{path}' must name no package index. Line {number} holds '{found[0]}'. Remove it."
        if found := HOME_PATH.search(line):
            yield (
                f"'{path}' must name no folder of one machine. Line {number} holds '{found[0]}'. "
                "Take a path relative to the repository."
            )


def tree_findings(root: Path) -> list[str]:
    """Return every finding in the repository at `root`, as sentences."""
    paths = published_files(root)
    contents = (message for path in paths for message in content_findings(root, path))
    return [*size_findings(root, paths), *contents]


def main() -> int:
    """Print every finding and return the exit status: 1 when there is one."""
    messages = tree_findings(ROOT)
    for message in messages:
        print(message, file=sys.stderr)
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
