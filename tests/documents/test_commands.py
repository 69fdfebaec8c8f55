"""Every command and every example that the documents and the pages of `--help` show runs."""

from __future__ import annotations

import inspect
import multiprocessing
import pkgutil

import pytest
import torch

from models.manifest import load_manifest
from separation import fresh_process
from tests.documents.command_table import MISSING, load_table, lost_words
from tests.documents.commands_in_documents import (
    OTHER_LANGUAGES,
    ROOT,
    SHELLS,
    Found,
    commands_in,
    documents,
    examples_in,
    languages_in,
    other_lines_in,
    read_document,
)
from tests.documents.running import run_line
from tests.documents.stand_in_models import use_manifest
from tests.mdx.test_help import all_commands

TABLE = load_table()
MOST_NOT_RUN = 5


HELP = {f"mdx {' '.join(words)} --help": inspect.cleandoc(command.help) for words, command in all_commands()}
TEXTS = {path.relative_to(ROOT).as_posix(): read_document(path) for path in documents()} | HELP


def all_found(find):
    return [found for name, text in TEXTS.items() for found in find(text, name)]


def commands():
    """Each command once; one that stands in a block and in a sentence is taken as the block has it."""
    found = sorted(all_found(commands_in), key=lambda one: not one.in_a_block)
    return {one.text: one for one in reversed(found)}


def case(found: Found):
    exhaustive = [pytest.mark.exhaustive] if TABLE.row(found.text).exhaustive else []
    return pytest.param(found, id=f"{found.document}: {found.text}", marks=exhaustive)


COMMANDS = commands()
RUN = [found for text, found in COMMANDS.items() if not TABLE.row(text).not_run]


@pytest.mark.parametrize("found", [case(found) for found in RUN])
def test_a_command_of_the_documents_runs(found, request, monkeypatch):
    row = TABLE.row(found.text)
    request.getfixturevalue(TABLE.place(found.text))
    for name, value in row.constants.items():
        is_a_name = isinstance(value, str) and ":" in value
        monkeypatch.setattr(name, pkgutil.resolve_name(value) if is_a_name else value)
    torch.set_num_threads(row.threads)
    if row.fresh_processes:
        monkeypatch.setattr(fresh_process, "multiprocessing", multiprocessing)
    if row.real_models:
        use_manifest(load_manifest(), monkeypatch)
    for text in row.after:
        run_line(TABLE.filled_in(text), named=False)
    run_line(TABLE.filled_in(found.text), named=not found.in_a_block)


@pytest.mark.parametrize(
    "found", [pytest.param(one, id=f"{one.document} {n}") for n, one in enumerate(all_found(examples_in))]
)
def test_an_example_in_python_runs(found, scratch):
    exec(compile(found.text, found.document, "exec"), {})


@pytest.mark.parametrize("row", TABLE.rows.values(), ids=lambda row: row.command)
def test_a_row_of_the_table_belongs_to_a_command_and_keeps_its_options(row):
    assert row.command in COMMANDS, "No document has this command any more: delete its row, or change it too."
    assert lost_words(row) == []
    assert row.why
    assert row.changes_anything
    assert not set(row.after) - set(COMMANDS)


def test_at_most_five_commands_are_not_run_each_for_want_of_a_network_or_an_account():
    not_run = [row.not_run for row in TABLE.rows.values() if row.not_run]
    assert len(not_run) <= MOST_NOT_RUN
    assert set(not_run) <= set(MISSING)


def test_every_placeholder_is_used():
    written = " ".join(COMMANDS)
    assert [word for word in TABLE.placeholders if word not in written] == []


def test_what_blocks_hold_beside_commands_is_known():
    others = {line.split()[0] for text in TEXTS.values() for line in other_lines_in(text)}
    assert others == set(TABLE.other_lines), "Name the program in PROGRAMS, or what is no command in other_lines."
    languages = {language for text in TEXTS.values() for language in languages_in(text)}
    assert languages <= {*SHELLS, *OTHER_LANGUAGES}, "A fenced block must name its language."
