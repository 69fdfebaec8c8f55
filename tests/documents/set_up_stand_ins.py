"""Runs recipes of the Makefile with stand-ins for the installer and for the tools that it would install."""

from __future__ import annotations

from pathlib import Path

from tests.tools.set_up_tree import SetUpTree

INSTALLER = """#!/bin/bash
[ "$1" = --version ] || echo "uv $*" >>"$LOG"
[ "$1" != venv ] || mkdir -p .venv/bin
for tool in python mdx codespell; do
    [ ! -d .venv/bin ] || cp "$FAKE_TOOL" .venv/bin/$tool
done
"""
TOOL = """#!/bin/bash
echo "$(basename "$0")$(printf ' %q' "$@")" >>"$LOG"
"""


def run_in_tree(line: str) -> list[str]:
    """Run a line in a copy of the set-up files.

    Returns:
        What it called beyond the installation of the environment.
    """
    tree = SetUpTree(Path.cwd().parent / "tree")
    tree.program("uv", INSTALLER)
    tree.program("python3.12", tree.python.read_text())
    tool = tree.program("tool", TOOL)
    tree.run("make", ".venv/.dev", FAKE_TOOL=str(tool))
    tree.calls()
    done = tree.run("bash", "-c", line, FAKE_TOOL=str(tool))
    assert done.returncode == 0, done.stdout + done.stderr
    return tree.calls()
