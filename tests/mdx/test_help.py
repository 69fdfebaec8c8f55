"""What `--help` shows at every level: what a user needs, in the order in which a user comes to it, and no Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.core import TyperArgument
from typer.testing import CliRunner

from mdx.cli import app
from mdx.oracle import search_command

DOCUMENTS = Path(__file__).parents[2]
LAST = re.compile(r"(Example: `(?P<example>mdx [^`]+)`\. )?More: (?P<document>docs/\w+\.md)\.")
LONGEST_SUMMARY = 64
"""Beside the names of the commands it is one line on a terminal of 80 columns."""
EVERY_HELP = """
import sys
from typer.testing import CliRunner
from mdx.cli import app
from tests.mdx.test_help import all_commands
for words, _ in all_commands():
    assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0, words
print({"torch", "evaluator", "numpy"} & set(sys.modules))
"""


def all_commands():
    """Yield the words of each command and group below the program itself, and what typer made of it."""
    waiting = [((name,), command) for name, command in typer.main.get_command(app).commands.items()]
    waiting.append((("oracle", "search"), search_command()))
    while waiting:
        words, command = waiting.pop(0)
        yield words, command
        waiting.extend(((*words, name), inner) for name, inner in getattr(command, "commands", {}).items())


COMMANDS = [pytest.param(words, command, id=" ".join(["mdx", *words])) for words, command in all_commands()]


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_a_command_says_what_it_does_in_a_line_and_ends_with_an_example_and_its_document(words, command):
    summary, *paragraphs = command.help.rstrip().split("\n\n")
    assert len(summary) <= LONGEST_SUMMARY
    assert summary.endswith(".")
    assert "\n" not in "".join(paragraphs), "Lines of a paragraph would be broken there at every width."
    last = LAST.fullmatch(paragraphs[-1])
    assert " ".join(["mdx", *words]) in (DOCUMENTS / last["document"]).read_text(encoding="utf-8")
    is_group = hasattr(command, "commands")
    assert is_group or last["example"].split()[1 : len(words) + 1] == list(words)


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_all_parameters_say_what_they_are_and_name_their_values(words, command):
    silent = [parameter.name for parameter in command.params if not getattr(parameter, "help", "")]
    assert silent == []
    shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"}).output
    assert not re.search(r"<(bool|str|int|float|path)( range)?>|list\[", shown)
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    assert all(one.metavar and one.metavar[0].isupper() for one in arguments)


def test_the_help_of_no_level_loads_what_is_heavy():
    done = subprocess.run([sys.executable, "-c", EVERY_HELP], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["set()"]


def test_commands_stand_in_the_order_of_use_each_under_what_it_is_for():
    shown = CliRunner().invoke(app, ["--help"]).output
    headings = [line.strip("╭─╮ ") for line in shown.splitlines() if line.startswith("╭")]
    assert headings == [
        "Options",
        "Separate",
        "Measure",
        "Choose what to submit",
        "Train a network of your own",
        "Submit",
    ]
