"""`mdx samples`: write the sample tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def samples(
    folder: Annotated[Path, typer.Option("--data", metavar="FOLDER", help="Where the tracks go.")] = Path("data/test"),
    tile_seconds: Annotated[
        float | None,
        typer.Option(
            "--tile",
            metavar="SECONDS",
            min=1.0,
            help="Instead: repeat the real song up to this length, to time full-length songs.",
        ),
    ] = None,
    tile_folder: Annotated[
        Path, typer.Option("--tile-data", metavar="FOLDER", help="Where the repeated track goes.")
    ] = Path("data/tiled"),
) -> None:
    """Write one real song and two made-up ones, each with its stems.

    Example: `mdx samples --tile 240`. More: docs/evaluation.md.
    """
    from audio.sample_tracks import write_sample_tracks, write_tiled_track

    tracks = write_sample_tracks(folder)
    if tile_seconds is not None:
        real = tracks[0]
        tracks = [write_tiled_track(real, tile_seconds, tile_folder / f"{real.name} {tile_seconds:g} s")]
    for track in tracks:
        typer.echo(f"Wrote '{track}'")
