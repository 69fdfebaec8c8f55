"""`mdx compare`: systems side by side, with error bars."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mdx.options import AsJson


class Average(str, Enum):
    """How songs are averaged."""

    MEAN = "mean"
    MEDIAN = "median"


class Subset(str, Enum):
    """Which songs of museval's files."""

    TEST = "test"
    TRAIN = "train"


def compare(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SCORES",
            help="Each a results.json, a folder of `mdx evaluate` or `mdx score --save`, a folder of museval's files "
            "(METHOD/test/SONG.json), or a folder of such folders.",
        ),
    ] = None,
    metrics: Annotated[
        str | None, typer.Option(metavar="NAME,...", help="Such as mdx-sdr,bsseval-sdr (default: all that are there).")
    ] = None,
    over_songs: Annotated[
        Average | None, typer.Option(help="Average (default, as is usual: mean for MDX SDR, median for BSSEval).")
    ] = None,
    subset: Annotated[Subset, typer.Option(help="Songs to take of museval's files.")] = Subset.TEST,
    published: Annotated[bool, typer.Option("--published", help="Add the published figures of hidden songs.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put systems side by side, with error bars.

    Metric by metric: averages with intervals, and differences from the first system on the songs that both have.

    Example: `mdx compare scores/mine data/results`. More: docs/evaluation.md.
    """
    from rich.console import Console

    from evaluator.comparison.published import load_published
    from evaluator.comparison.published_table import print_published
    from evaluator.comparison.sources import read_systems
    from evaluator.comparison.systems import compare as compare_systems
    from evaluator.comparison.table import print_comparisons
    from evaluator.metric_catalogue import CATALOGUE, OverSongs, find_metrics
    from evaluator.significance import USUAL_RESAMPLING

    if not sources and not published:
        raise typer.BadParameter("Name at least one folder or file with scores, or use --published.")
    chosen = list(CATALOGUE.values()) if metrics is None else find_metrics(metrics.split(","))
    systems = read_systems(sources or [], subset.value)
    average: OverSongs | None = over_songs.value if over_songs else None
    comparisons = compare_systems(systems, chosen, average) if systems else []
    tables = load_published(chosen) if published else []
    if as_json:
        document: dict[str, Any] = {
            "intervals": asdict(USUAL_RESAMPLING),
            "metrics": {one.metric.name: one.as_dict() for one in comparisons},
        }
        document |= {"published": [table.as_dict() for table in tables]} if published else {}
        typer.echo(json.dumps(document, indent=2, allow_nan=False))
        return
    console = Console()
    print_comparisons(comparisons, systems, USUAL_RESAMPLING, console)
    for table in tables:
        print_published(table, console)
