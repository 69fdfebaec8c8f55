"""What a pack of weights holds: a plain tar file that a machine without a network can be given.

Its members, in this order: `index.json`, `LICENCES.txt`, then for each file `weights/NAME` and its record
`weights/NAME.json` as `models.files.weight_files` writes it. The index names every weight file with its size and
sha256, so whoever unpacks knows what must come before it comes; the record lets plain `tar` do where this kit is not
installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from models.errors import ModelError
from models.files.weight_files import record_text
from models.manifest import ModelEntry, Sha256
from models.validation import explain_validation_error

INDEX_NAME = "index.json"
LICENCES_NAME = "LICENCES.txt"
WEIGHTS_PREFIX = "weights/"


class PackError(ModelError):
    """A pack cannot be made, or is damaged, incomplete or not safe to unpack."""


class PackedFile(BaseModel):
    """One weight file of a pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: Sha256
    size_bytes: int = Field(ge=0)
    url: str
    trusted_on_first_use: bool = False
    """True when no published hash confirms it."""
    models: tuple[str, ...] = Field(min_length=1)
    """The models that it belongs to."""

    @field_validator("name")
    @classmethod
    def _name_is_a_bare_file_name(cls, name: str) -> str:
        if PurePath(name).name != name or "\\" in name or name.startswith("."):
            raise ValueError("must be a file name without a folder.")
        return name

    @property
    def member_name(self) -> str:
        """Its name in the tar file."""
        return WEIGHTS_PREFIX + self.name

    @property
    def record(self) -> str:
        """The text of its record."""
        return record_text(self.name, self.sha256, self.size_bytes, self.url, self.trusted_on_first_use)


class PackIndex(BaseModel):
    """The list of all weight files, sorted by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["music-demixing-kit weights 1"] = "music-demixing-kit weights 1"
    files: Annotated[tuple[PackedFile, ...], Field(min_length=1)]

    @field_validator("files")
    @classmethod
    def _names_are_unique(cls, files: tuple[PackedFile, ...]) -> tuple[PackedFile, ...]:
        if len({file.name for file in files}) != len(files):
            raise ValueError("must name each file once.")
        return files

    def text(self) -> str:
        """Return it as the pack holds it."""
        return json.dumps(self.model_dump(mode="json"), indent=2) + "\n"


def read_index(content: bytes, pack: str) -> PackIndex:
    """Read the index of a pack.

    Args:
        content: The member `index.json`.
        pack: Name of the pack, for the message.

    Raises:
        PackError: It is no index, or one of another format.
    """
    try:
        return PackIndex.model_validate_json(content)
    except ValidationError as error:
        explanation = explain_validation_error(error, PackIndex.model_fields)
        raise PackError(
            f"The pack '{pack}' must hold an index that this version of the kit can read. {explanation} "
            "Make it again with `mdx models pack`."
        ) from error


def licences_text(entries: Iterable[ModelEntry]) -> str:
    """Return what has to travel with the weights of some models: licence, training data and source of each."""
    sections = [
        "Weights in this pack, by model. Licences and training data as their publishers state them; the terms of a\n"
        "licence bind whoever uses or passes on the files.\n"
    ]
    for entry in entries:
        lines = [
            f"model: {entry.name}",
            f"what it is: {entry.summary}",
            f"licence: {entry.licence}",
            f"training data: {entry.training_data}",
            *([f"paper: {entry.paper}"] if entry.paper else []),
            *(f"file: {file.name}, from {file.source}" for file in entry.weights),
        ]
        sections.append("\n".join(lines) + "\n")
    return "\n".join(sections)
