"""Finds the commands and the Python examples that the documents show.

A command is a line of a fenced block of a shell, of an indented block that begins with a known program, or stands
between backticks in a sentence or a table. In a table's cell that begins with a command of a group, the spans after it
may leave out the group's name: `mdx blend list`, `show NAME` are two commands. A variable that a block sets is put into
the lines that follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_DOCUMENTS = ("data", "runs", "songs", "build", "dist")
"""Folders of the working tree that hold what a user made."""
PROGRAMS = (
    *("mdx", "python", "make", "git", "bash", "source", "time", "curl", "wget", "tar", "perl", "sed", "unshare"),
    *("mkdir", "cp", "mv", "cd", "export", "conda", "ssh"),
    *("uv", "pip", "docker", "apt-get", "sudo", "pre-commit", "torchrun", "tensorboard", "jupyter", "pytest"),
)
SHELLS = ("sh", "bash", "shell", "console")
OTHER_LANGUAGES = ("python", "yaml", "json", "xml")
GROUPS = ("models", "blend", "cache", "data")
CELL = "|"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<content>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
_BLOCK_LINE = re.compile(r"^ {4,}\S")
_COMMENT = re.compile(r"(^|\s+)#\s.*$")
_ASSIGNMENT = re.compile(r"([A-Z_]+)=(\"[^\"]*\"|\S+)")
_PROMPT = "$ "
_ENVIRONMENT = re.compile(r"(^|&& |unshare -n )\.venv/bin/")


@dataclass(frozen=True)
class Found:
    """A command or an example, and where it stands."""

    document: str
    text: str
    in_a_block: bool = True
    """False between backticks, where a command may be named without all that it needs."""


def documents() -> list[Path]:
    """Return all documents of the repository."""
    rooms = [path for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
    searched = [room for room in rooms if room.name not in WITHOUT_DOCUMENTS]
    found = [path for room in searched for ending in ("*.md", "*.ipynb") for path in room.rglob(ending)]
    return sorted([*ROOT.glob("*.md"), *found])


def read_document(path: Path) -> str:
    """Return a document's text; of a notebook, that between its code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def commands_in(text: str, document: str) -> list[Found]:
    """Return the commands of a document, in no particular order; a command may come more than once."""
    fenced = [match for match in _FENCE.finditer(text) if match["language"] in SHELLS]
    prose, indented = _parted(_FENCE.sub("", text))
    lines = [line for match in fenced for line in _shell_lines(match["content"])]
    lines += [line for block in indented for line in _lines(block) if is_command(line)]
    spans = [span for paragraph in _paragraphs(prose) for span in _spans(paragraph)]
    return [Found(document, as_typed(line)) for line in lines] + [
        Found(document, as_typed(span), in_a_block=False) for span in spans
    ]


def other_lines_in(text: str) -> list[str]:
    """Return what stands in a document's indented blocks and is taken for no command."""
    _, indented = _parted(_FENCE.sub("", text))
    return [line for block in indented for line in _lines(block) if line and not is_command(line)]


def languages_in(text: str) -> set[str]:
    """Return what the fenced blocks of a document say that they are."""
    return {match["language"] for match in _FENCE.finditer(text)}


def as_typed(command: str) -> str:
    """Return a command as it is typed where the environment is active."""
    return _ENVIRONMENT.sub(r"\1", command)


def examples_in(text: str, document: str) -> list[Found]:
    """Return the Python examples of a document that are whole; a piece of a function is indented."""
    found = [match["content"] for match in _FENCE.finditer(text) if match["language"] == "python"]
    return [Found(document, content) for content in found if not content.startswith(" ")]


def is_command(text: str) -> bool:
    """Say whether a line begins with a known program and goes on, or sets a variable."""
    program, _, rest = as_typed(text).partition(" ")
    return bool(_ASSIGNMENT.fullmatch(text)) or (program in PROGRAMS and bool(rest))


def _parted(text: str) -> tuple[str, list[str]]:
    """Part prose from indented blocks, which begin after an empty line, a heading or a list's item."""
    prose: list[str] = []
    blocks: list[str] = []
    inside = False
    for line in text.splitlines():
        begins = not prose or not prose[-1].strip() or prose[-1].startswith("#")
        if _BLOCK_LINE.match(line) and (inside or begins):
            blocks.append(line.strip() if not inside else f"{blocks.pop()}\n{line.strip()}")
            inside = True
        else:
            inside = False
            prose.append(line)
    return "\n".join(prose), blocks


def _shell_lines(block: str) -> Iterator[str]:
    """Yield what is typed: what follows a prompt, or all lines where none has one."""
    prompted = any(line.lstrip().startswith(_PROMPT) for line in block.splitlines())
    for line in _lines(block):
        if line and (not prompted or line.startswith(_PROMPT)):
            yield line.removeprefix(_PROMPT)


def _lines(block: str) -> Iterator[str]:
    """Yield the lines of a block, without comments, with the values of variables; what sets one is left out."""
    values: dict[str, str] = {}
    for written in re.sub(r"\\\n\s*", "", block).splitlines():
        line = _COMMENT.sub("", written).strip()
        if assignment := _ASSIGNMENT.fullmatch(line):
            values[assignment[1]] = assignment[2].strip('"')
        else:
            yield re.sub(r"\$([A-Z_]+)", lambda match: values.get(match[1], match[0]), line)


def _paragraphs(prose: str) -> Iterator[str]:
    """Yield a table's cells and other paragraphs, in one line each; a cell keeps the sign that it begins with."""
    for paragraph in re.split(r"\n\s*\n", prose):
        if paragraph.lstrip().startswith("|"):
            yield from (CELL + cell for cell in re.split(r"[|\n]", paragraph))
        else:
            yield re.sub(r"\s*\n\s*", " ", paragraph)


def _spans(paragraph: str) -> Iterator[str]:
    group = ""
    for span in _SPAN.findall(paragraph):
        words = span.split()
        if is_command(span) and not _ASSIGNMENT.fullmatch(span):
            group = words[1] if words[0] == "mdx" and len(words) > 2 and words[1] in GROUPS else ""
            yield span
        elif group and paragraph.startswith(f"{CELL} `mdx") and re.match(r"[a-z]", span):
            yield f"mdx {group} {span}"
