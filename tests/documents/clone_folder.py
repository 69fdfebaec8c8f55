"""A clone of this repository for commands that change it or ask git; a folder beside it is the challenge's server.

Its predict.py and user_config.py are stand-ins without torch, as in the folder of scratch_folder.py, and committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.documents.commands_in_documents import ROOT
from tests.documents.scratch_folder import PREDICT, write_sample_songs
from tests.models.scaffold_cases import documented, write_forward

WITHOUT = (
    *("benchmarks", "docs", "notebooks", "training", "tuning"),
    *(
        f"tests/{room}"
        for room in ("doctor", "documents", "evaluator", "mdx", "oracles", "training", "transforms", "tuning")
    ),
)
"""Half of all files, which no command needs there and every test would copy."""
REMOTE = "git@gitlab.aicrowd.com:"
USER_CONFIG = """
class MySeparationModel:
    instruments = ["bass", "drums", "other", "vocals"]

    def separate_music_file(self, mixed_sound_array, sample_rate):
        stems = {name: mixed_sound_array / 4 for name in self.instruments}
        return stems, dict.fromkeys(self.instruments, sample_rate)
"""
LARGE_FILES = """#!/bin/bash
# What git-lfs does of the documents' commands: install, track and pull.
case "$1" in
    install | pull | version) ;;
    track) echo "$2 filter=lfs diff=lfs merge=lfs -text" >>.gitattributes ;;
    *) exit 1 ;;
esac
"""


def git(folder: Path, *words: str) -> None:
    """Run git in a folder."""
    subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True)


def make_clone(folder: Path) -> None:
    """Clone HEAD, and commit a submission that needs no torch; sample songs lie in its ignored data/test/."""
    git(folder.parent, "clone", "--quiet", "--shared", str(ROOT), folder.name)
    git(folder, "checkout", "--quiet", "-B", "main")
    git(folder, "remote", "remove", "origin")
    (folder / "predict.py").write_text(PREDICT)
    (folder / "my_submission" / "user_config.py").write_text(USER_CONFIG)
    git(folder, "rm", "-r", "--quiet", "--ignore-unmatch", *WITHOUT)
    git(folder, "commit", "--quiet", "--all", "--message", "A submission")
    write_sample_songs(folder / "data" / "test")


def begin_model(folder: Path) -> None:
    """Write what docs/add_a_model.md has a reader write, behind its first command."""
    write_forward(folder / "models" / "mine.py")
    (folder / "mine.yaml").write_text(documented("yaml"))


def settle_git(home: Path) -> dict[str, str]:
    """Give git a user in a home folder, and let the host's address lead to a bare repository there.

    Returns:
        The environment for git; git-lfs is a stand-in where it is not installed.
    """
    bare = home / "remotes" / "YOUR-NAME" / "YOUR-REPOSITORY.git"
    settings = home / ".gitconfig"
    settings.write_text(
        "[user]\n\tname = A competitor\n\temail = competitor@example.com\n"
        f'[url "{bare.parents[1]}/"]\n\tinsteadOf = {REMOTE}\n'
    )
    git(home, "init", "--quiet", "--bare", str(bare))
    programs = home / "programs"
    programs.mkdir()
    if shutil.which("git-lfs") is None:
        (programs / "git-lfs").write_text(LARGE_FILES)
        (programs / "git-lfs").chmod(0o755)
    return {
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
