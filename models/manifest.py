"""The schema of `manifest.yaml`: every fact about a model and its weight files in one record.

Reading it loads no model: the registry, `mdx models list` and the weight commands live on these rows alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator, model_validator

from audio.stems import ACCOMPANIMENT, SAMPLE_RATE, STEMS
from models.errors import ManifestError
from models.validation import explain_validation_error
from models.yaml_text import parse_yaml

MANIFEST_PATH = Path(__file__).with_name("manifest.yaml")
MODEL_STEMS = (*STEMS, ACCOMPANIMENT)
"""Every name that a model's output may have."""
CONVERTED_SUFFIX = ".safetensors"
"""How the names of converted weight files end."""

Sha256Prefix = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


_SCORE_WARNINGS: Mapping[bool | str, str | None] = {
    True: "trained on MUSDB18's test songs: its scores on them mean nothing",
    False: None,
    "unknown": "it is unknown whether it was trained on MUSDB18's test songs: its scores on them may mean nothing",
}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeightFile(_Record):
    """One published file of weights.

    Where neither hash is published, the first download over https is trusted: its sha256 is recorded beside the file,
    and from then on the file must match that record.
    """

    role: str
    """What it is for: a stem, or the signature of a member of a bag."""
    name: str
    """File name as published; folders are searched for it."""
    urls: tuple[str, ...] = ()
    """Where it is published, first choice first; none for a file that lies in `models/weights/` of this repository."""
    sha256_prefix: Sha256Prefix | None = None
    """First hexadecimal digits of the sha256 of the whole file, where its publisher wrote them."""
    sha256: Sha256 | None = None
    """The whole sha256 where it is published; else it is recorded at the first verified download."""
    approximate_megabytes: float | None = Field(default=None, gt=0)
    """Size in units of 10^6 bytes, good to a tenth: enough to call a file truncated. None where it is unknown."""
    also_accepted: tuple[str, ...] = ()
    """Other file names with the same weights, taken from local folders (no published hash: strict loading only)."""

    @field_validator("name")
    @classmethod
    def _name_has_no_folder(cls, name: str) -> str:
        if PurePath(name).name != name:
            raise ValueError("must be a file name without a folder.")
        return name

    @model_validator(mode="after")
    def _hashes_agree(self) -> WeightFile:
        if self.sha256 is not None and not self.sha256.startswith(self.sha256_prefix or ""):
            raise ValueError(f"sha256 must begin with sha256_prefix '{self.sha256_prefix}'.")
        return self

    @model_validator(mode="after")
    def _is_found_or_known(self) -> WeightFile:
        if not self.urls and self.sha256 is None:
            raise ValueError("must have urls, or the sha256 of a file that comes with the repository.")
        return self

    @property
    def source(self) -> str:
        """Where to get it, for messages."""
        return self.urls[0] if self.urls else "the repository that this row came with"

    @property
    def approximate_bytes(self) -> int | None:
        """Size in bytes, as good as `approximate_megabytes` is."""
        return None if self.approximate_megabytes is None else round(self.approximate_megabytes * 1e6)

    @property
    def published_digest(self) -> str | None:
        """The sha256, or as much of its beginning as was published; None where nothing was."""
        return self.sha256 or self.sha256_prefix

    @property
    def converted_name(self) -> str:
        """How the file is called that `mdx models convert` makes of it: as its publisher's own, where there is one."""
        published = [name for name in self.also_accepted if name.endswith(CONVERTED_SUFFIX)]
        return published[0] if published else self.name + CONVERTED_SUFFIX


class Score(_Record):
    """A published result. Results of different metrics are never compared."""

    metric: str
    """Which SDR, and how it was averaged."""
    dataset: str
    decibels: dict[str, float]
    """Stem name, or "mean" over the stems -> dB."""
    source: str
    """Who published it, where."""


class ModelEntry(_Record):
    """One row: a model that can be built by name."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    builder: str = Field(pattern=r"^[a-z_][\w.]*:[a-z_]\w*$")
    """Import string "module:function" of `build(entry, options) -> separator`."""
    summary: str
    """One line for lists."""
    licence: str
    """Licence of the weights (of the code where there are none)."""
    training_data: str
    leaderboards: tuple[Literal["A", "B"], ...]
    """MDX21 leaderboards it may enter: A asks for MUSDB18-HQ's training songs only, B takes any data."""
    trained_on_musdb_test: StrictBool | Literal["unknown"] = False
    """True when its training data holds MUSDB18's test songs: its scores on them mean nothing. "unknown" when its
    publisher does not say what the data hold."""
    stems: tuple[str, ...] = STEMS
    sample_rate: int = Field(default=SAMPLE_RATE, gt=0)
    """In hertz."""
    paper: str | None = None
    runs_in_engine: bool = False
    """True when the builder makes networks (`models.network.Bag`), which the engine runs; else it makes a separator."""
    requires: tuple[str, ...] = ()
    """Import names of the packages that it needs beside torch."""
    architecture: dict[str, Any] = {}
    """What the builder needs to know; each family checks its own keys."""
    scores: tuple[Score, ...] = ()
    weights: tuple[WeightFile, ...] = ()

    @field_validator("stems")
    @classmethod
    def _stems_are_known(cls, stems: tuple[str, ...]) -> tuple[str, ...]:
        if not stems or len(set(stems)) != len(stems) or not set(stems) <= set(MODEL_STEMS):
            raise ValueError(f"must be distinct names out of {', '.join(MODEL_STEMS)}.")
        return stems

    @property
    def is_untrained(self) -> bool:
        """Whether it is a network that has no weights yet."""
        return self.runs_in_engine and not self.weights

    @property
    def score_warning(self) -> str | None:
        """What must stand beside its scores on MUSDB18's test songs, or None."""
        return _SCORE_WARNINGS[self.trained_on_musdb_test]

    @property
    def approximate_megabytes(self) -> float | None:
        """Size of all its weight files together, in units of 10^6 bytes; None where one of them is unknown."""
        sizes = [file.approximate_megabytes for file in self.weights]
        known = [size for size in sizes if size is not None]
        return round(sum(known), 1) if len(known) == len(sizes) else None


class Manifest(_Record):
    """All rows, and other names for some of them."""

    models: tuple[ModelEntry, ...]
    aliases: dict[str, str] = {}
    """Another name -> the name of a row."""

    @model_validator(mode="after")
    def _names_are_unique_and_aliases_lead_somewhere(self) -> Manifest:
        names = [entry.name for entry in self.models]
        repeated = sorted({name for name in [*names, *self.aliases] if [*names, *self.aliases].count(name) > 1})
        if repeated:
            raise ValueError(f"names must be unique, these are not: {', '.join(repeated)}.")
        astray = sorted(alias for alias, name in self.aliases.items() if name not in names)
        if astray:
            raise ValueError(f"aliases must name a row, these do not: {', '.join(astray)}.")
        return self


@cache
def load_manifest(path: Path = MANIFEST_PATH) -> Manifest:
    """Read and check a manifest; a second call with the same path returns the same object.

    Raises:
        ManifestError: The file is missing, is not YAML, or a row breaks the schema; the message names the key.
    """
    return parse_manifest(read_manifest(path), path)


def read_manifest(path: Path) -> str:
    """Return the text of a manifest.

    Raises:
        ManifestError: The file is missing or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"The model manifest '{path}' must be a readable YAML file. Got: {error}") from error


def parse_manifest(text: str, path: Path) -> Manifest:
    """Check the text of a manifest.

    Args:
        text: YAML.
        path: Where it was read, for messages.

    Raises:
        ManifestError: It is not YAML, or a row breaks the schema; the message names the key.
    """
    try:
        content = parse_yaml(text)
    except yaml.YAMLError as error:
        raise ManifestError(f"The model manifest '{path}' must be a readable YAML file. Got: {error}") from error
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        explanation = explain_validation_error(error, Manifest.model_fields)
        raise ManifestError(f"The model manifest '{path}' breaks its schema. {explanation}") from error
