"""The set-up script and the Makefile in a folder of their own, with stand-ins for the programs that they call."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


class SetUpTree:
    """A copy of the set-up files with its own path, on which uv is a stand-in that only writes down its calls."""

    def __init__(self, root: Path):
        self.root = root / "kit"
        self.programs = root / "programs"
        self.log = root / "calls.log"
        (self.root / "tools").mkdir(parents=True)
        self.programs.mkdir()
        self.log.touch()
        for name in ("Makefile", "tools/setup_environment.sh", "pyproject.toml", *LOCKS):
            shutil.copy(ROOT / name, self.root / name)
        self.python = self.program("python3", f'#!/bin/bash\nexec "{sys.executable}" "$@"\n')

    def program(self, name: str, text: str) -> Path:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def run(self, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.programs}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.root),
            "LOG": str(self.log),
            "FAKE_PYTHON": str(self.python),
        }
        return subprocess.run(
            command, cwd=self.root, env=environment | settings, capture_output=True, text=True, timeout=60
        )

    def calls(self) -> list[str]:
        lines = [line for line in self.log.read_text().splitlines() if line != "uv --version"]
        self.log.write_text("")
        return lines
