"""Options that `mdx oracle` and `mdx oracle search` share."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mdx.completion import one_of


class Mixture(str, Enum):
    """What the oracles separate."""

    FILE = "file"
    SUM = "sum"


Songs = Annotated[
    list[Path], typer.Argument(metavar="SONG", help="Songs with their true stems, folders of them, datasets.")
]
MixtureOption = Annotated[
    Mixture, typer.Option(help="The mixture's file, as a separator gets it, or the sum of the stems.")
]
DefinitionsOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        autocompletion=one_of("kit", "sigsep", "mss-oracle"),
        help="kit, or as published code computes its oracles: sigsep, mss-oracle.",
    ),
]


def words_of(text: str) -> list[str]:
    """Split what was given by commas, each word once."""
    return list(dict.fromkeys(word.strip() for word in text.split(",")))
