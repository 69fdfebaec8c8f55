"""Options that several commands have, with one name and one explanation each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mdx.completion import one_of

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Subset = Annotated[
    str | None,
    typer.Option(
        metavar="SPLIT",
        autocompletion=one_of("test", "train", "valid"),
        help="Of a dataset: test (the default), train or valid.",
    ),
]
Device = Annotated[
    str,
    typer.Option(metavar="<auto|cpu|cuda>", autocompletion=one_of("auto", "cpu", "cuda"), help="Where networks run."),
]
Limit = Annotated[
    str,
    typer.Option(
        metavar="LIMIT",
        autocompletion=one_of("kit", "round2"),
        help="kit (240 s a song), round2 (1.57 x its duration), or seconds for every song.",
    ),
]
Scale = Annotated[
    str | None,
    typer.Option(
        metavar="MACHINE",
        autocompletion=one_of("4cpu", "t4"),
        help="Another machine: 4cpu, t4 (an estimate), or a factor of time such as 1.5.",
    ),
]
Songs = Annotated[
    list[str] | None, typer.Option("--song", metavar="NAME", help="Only this song; may be repeated, commas are fine.")
]
MEMORY_LIMIT = typer.Option("--memory-limit", metavar="GB", min=0.01, help="Memory of all processes together.")
Trials = Annotated[
    int, typer.Option(metavar="NUMBER", min=1, help="How many the study shall hold, former ones included.")
]
Study = Annotated[Path, typer.Option(metavar="FILE", help="SQLite file, which the same command goes on with.")]
Page = Annotated[Path | None, typer.Option(metavar="FILE", help="Where the page goes (default: beside the study).")]
Seed = Annotated[int, typer.Option(metavar="NUMBER", min=0, help="Of the search.")]
