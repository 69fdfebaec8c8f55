"""Options that `mdx oracle` and `mdx oracle search` share."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Mixture(str, Enum):
    """What the oracles separate."""

    FILE = "file"
    SUM = "sum"


Songs = Annotated[
    list[Path], typer.Argument(metavar="SONGS...", help="Songs with their true stems, folders of them, datasets.")
]
MixtureOption = Annotated[
    Mixture, typer.Option(help="The mixture's file, as a separator gets it, or the sum of the stems.")
]
DefinitionsOption = Annotated[
    str, typer.Option(help="kit, or sigsep or mss-oracle: as published code computes its oracles.")
]
SubsetOption = Annotated[str | None, typer.Option(help="Of a dataset: test (the default), train or valid.")]


def words_of(text: str) -> list[str]:
    """Split what was given by commas, each word once."""
    return list(dict.fromkeys(word.strip() for word in text.split(",")))
