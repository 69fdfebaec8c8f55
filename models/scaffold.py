"""The beginning of a new model: one file, one row of the manifest, one test that fails until the network is written.

The row's builder is `models.trained`, which needs no more of a network than its class and its config, so nothing else
has to be wired: separation, training, export and the list of models find it by its row. All files are written, or none.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from audio.atomic import write_text_atomically
from models.errors import ManifestError, ScaffoldError
from models.manifest import MANIFEST_PATH, Manifest, parse_manifest, read_manifest

TEMPLATES = Path(__file__).with_name("templates")
REPOSITORY = MANIFEST_PATH.parents[1]
"""The clone whose modules are running."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME_RULE = "be a Python name of at most 40 small letters, digits and underscores, beginning with a letter"
_WORDS_OF_PLANS = ("auto", "none")
"""What a plan's guard reads as something else than a model."""


@dataclass(frozen=True)
class NewModel:
    """What was written."""

    network: Path
    """Its class and config."""
    test: Path
    manifest: Path
    """Where its row was added at the end."""


def scaffold_model(name: str, repository: Path, also_taken: Collection[str] = ()) -> NewModel:
    """Write the files of a new model.

    Args:
        name: Of the model and its module, such as `my_network`.
        repository: Folder of the clone.
        also_taken: Names that a plan reads as something else than a model.

    Returns:
        The paths.

    Raises:
        ScaffoldError: The name cannot be used, is taken, or its files are there already.
        ManifestError: The manifest cannot be read, or cannot take a row at its end.
        OSError: A file cannot be written; what was written before it is gone again.
    """
    new = NewModel(
        network=repository / "models" / f"{name}.py",
        test=repository / "tests" / "models" / f"test_{name}.py",
        manifest=repository / "models" / MANIFEST_PATH.name,
    )
    _check_name(name)
    _check_places(new)
    values = {"name": name, "class_name": f"{_camel(name)}Network", "config_name": f"{_camel(name)}Config"}
    manifest = _with_row(new.manifest, _filled("row.yaml.txt", values), {*also_taken}, name)
    contents = {
        new.network: _filled("network.py.txt", values),
        new.test: _filled("test.py.txt", values),
    }
    _write_all(contents, new.manifest, manifest)
    return new


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ScaffoldError(f"The name of a new model must {_NAME_RULE}, and no keyword. Got '{name}'.")
    if name in _WORDS_OF_PLANS or yaml.safe_load(name) != name:
        raise ScaffoldError(
            f"The name of a new model must mean nothing else in a plan or to YAML. Got '{name}': choose another."
        )


def _check_places(new: NewModel) -> None:
    for folder in (new.network.parent, new.test.parent):
        if not folder.is_dir():
            raise ScaffoldError(
                f"A new model must be begun in a clone of the repository. Got no folder '{folder}': clone it, run "
                "`make run` there, and take its `mdx`."
            )
    for path in (new.network, new.network.with_suffix(""), new.test):
        if path.exists():
            raise ScaffoldError(f"The files of a new model must not be there yet. Got '{path}': choose another name.")


def _with_row(path: Path, row: str, taken: set[str], name: str) -> str:
    """Return the manifest's text with one more row, checked."""
    text = read_manifest(path)
    before = parse_manifest(text, path)
    taken |= {entry.name for entry in before.models} | before.aliases.keys()
    if name in taken:
        raise ScaffoldError(
            f"The name of a new model must be free. Got '{name}', which `mdx models list` or `mdx blend list` shows: "
            "choose another."
        )
    longer = f"{text.rstrip()}\n\n{row}"
    if not _has_one_more_row(longer, before):
        raise ManifestError(
            f"The model manifest '{path}' must end with its list `models`, indented by two, so that a row can follow. "
            "Got another ending: move what is behind it to the front."
        )
    return longer


def _has_one_more_row(text: str, before: Manifest) -> bool:
    try:
        after = parse_manifest(text, MANIFEST_PATH)
    except ManifestError:
        return False
    return len(after.models) == len(before.models) + 1 and after.models[:-1] == before.models


def _write_all(contents: Mapping[Path, str], manifest: Path, text: str) -> None:
    with ExitStack() as undo:
        for path, content in contents.items():
            undo.callback(path.unlink, missing_ok=True)
            write_text_atomically(path, content)
        # Last: it is replaced as a whole, so what comes before it is all that may have to be undone.
        write_text_atomically(manifest, text)
        undo.pop_all()


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
