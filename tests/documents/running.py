"""Runs a line of a document as a shell would: what is Python in this process, the rest with its own program.

`make` and `uv` run in a copy of the set-up files, where stand-ins write down what they are asked for.
"""

from __future__ import annotations

import importlib
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest
from typer.testing import CliRunner

from mdx.cli import app
from tests.documents.commands_in_documents import ROOT
from tests.documents.set_up_stand_ins import run_in_tree

LACKS = re.compile(r"Missing (argument|option)|requires an argument|Invalid value.*: Name ")
ERROR_BOX = "─ Error ─"
"""A group without a command shows its help in place of an error."""
BAD_USAGE = 2


def run_line(line: str, *, named: bool) -> None:
    """Run a line in the working directory.

    Args:
        line: One or more commands, with `&&` between them.
        named: The line stands in a sentence, where a command may lack what it needs, and nothing else.
    """
    program = line.split()[0]
    if program in IN_A_SHELL:
        IN_A_SHELL[program](line)
        return
    for command in line.split(" && "):
        program = command.split()[0]
        if program == "mdx":
            run_mdx(shell_words(command)[1:], named=named)
        elif program == "python":
            run_python(shell_words(command)[1:])
        else:
            run_in_shell(command)


def shell_words(command: str) -> list[str]:
    """Return the words of a command after a shell has replaced patterns, quotes and inner commands."""
    done = subprocess.run(["bash", "-c", rf"printf '%s\0' {command}"], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return done.stdout.split("\0")[:-1]


def run_mdx(arguments: list[str], *, named: bool = False) -> None:
    """Run a command of the kit; an error that a user would read fails the test with its text."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    if named and done.exit_code == BAD_USAGE and (LACKS.search(done.output) or ERROR_BOX not in done.output):
        return
    assert done.exit_code == 0, done.output


@cache
def run_mdx_once(*arguments: str) -> None:
    """Run a command that several recipes call alike; what went well once is not repeated."""
    run_mdx(list(arguments))


def run_python(arguments: list[str]) -> None:
    """Run a module's `main`, a script, or pytest in a process of its own."""
    if arguments[:2] == ["-m", "pytest"]:
        run_in_shell(shlex.join(["python", *arguments]))
        return
    with pytest.MonkeyPatch.context() as patch:
        if arguments[0] == "-m":
            _, name, *rest = arguments
            assert name.startswith("benchmarks."), name
            patch.setattr(sys, "argv", [name, *rest])
            importlib.import_module(name).main()
            return
        patch.setattr(sys, "argv", arguments)
        assert exit_code_of(arguments[0]) in (0, None)


def exit_code_of(script: str) -> str | int | None:
    """Run a script, and return what it ends with."""
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        return end.code
    return 0


def run_voice(line: str) -> None:
    """Run a program of a Debian package, where it is installed."""
    program = line.split()[0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here; .ci/debian-packages.txt names its package")
    run_in_shell(line)


def run_without_network(line: str) -> None:
    """Run a line that cuts the network off, where that is allowed."""
    if subprocess.run(["bash", "-c", "unshare -n true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("cutting the network off with unshare is not allowed here")
    run_in_shell(line)


def run_in_shell(command: str) -> None:
    """Run a line in a shell; it must succeed."""
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def run_make(line: str) -> None:
    """Run a recipe with stand-ins; what it asks of `mdx` is then run, and files that it names must exist."""
    for call in run_in_tree(line):
        program, *arguments = shell_words(call)
        if program == "mdx":
            run_mdx_once(*arguments)
        named = [word for word in arguments if re.match(r"(tests|tools)/", word)]
        assert [word for word in named if not (ROOT / word).exists()] == []


def run_installer(line: str) -> None:
    """Run an installation with a stand-in; the extras that it names must be the kit's, the files must be there."""
    with_brackets = re.findall(r"\[([\w,-]+)\]", line)
    assert with_brackets
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(re.search(rf"^{extra} = \[", text, re.MULTILINE) for extra in ",".join(with_brackets).split(","))
    assert len(run_in_tree(line)) == 1


def run_activated(line: str) -> None:
    """Run a line where `.venv` is an environment, which it must put first."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], check=True)
    run_in_shell(f'{line} && [ "$(command -v python)" = "$PWD/.venv/bin/python" ]')


def run_tensorboard(line: str) -> None:
    """Start TensorBoard in this process, as the line asks, and let it go."""
    from tensorboard import program

    board = program.TensorBoard()
    board.configure(argv=[*shell_words(line), "--port", "0"])
    assert board.launch().startswith("http://")


IN_A_SHELL: dict[str, Callable[[str], None]] = {
    "make": run_make,
    "time": run_make,
    "git": run_in_shell,
    "uv": run_installer,
    "source": run_activated,
    "tensorboard": run_tensorboard,
    "unshare": run_without_network,
    **dict.fromkeys(("flite", "espeak-ng", "festival", "text2wave"), run_voice),
}
"""Program that a line begins with -> how the whole line is run."""
