"""`mdx blend fit`: weights of a blend from songs with known stems, written as a plan with its evidence."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.completion import models_and_plans
from mdx.options import AsJson, Device, Subset
from mdx.progress import progress_bar
from mdx.separate import fetch_with_bar

if TYPE_CHECKING:
    from evaluator.blend_fit.fitting import MeasuredSongs
    from evaluator.blend_fit.members import Member
    from evaluator.tracks import Track


def fit(
    members: Annotated[
        list[str],
        typer.Argument(
            metavar="MEMBER",
            autocompletion=models_and_plans,
            help="Names from `mdx models list`, or plan files of one model.",
        ),
    ],
    songs: Annotated[
        list[Path],
        typer.Option(
            "--songs",
            metavar="FOLDER",
            help="A song with its true stems, a folder of such songs, or a dataset; may be repeated.",
        ),
    ],
    subset: Subset = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the plan goes.")] = Path(
        "fitted_plan.yaml"
    ),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a plan that is there.")] = False,
    non_negative: Annotated[
        bool, typer.Option("--non-negative/--any-sign", help="Weights from 0 on, or also below.")
    ] = True,
    sum_to_one: Annotated[bool, typer.Option("--sum-to-one", help="Let the weights of each stem sum to one.")] = False,
    bands: Annotated[
        str | None, typer.Option(metavar="HZ,HZ", help="Fit weights of their own below, between and above these edges.")
    ] = None,
    random_weights: Annotated[
        bool, typer.Option("--random-weights", help="Try it without weight files; the plan is of no use.")
    ] = False,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Find the weights of a blend that score best on songs.

    Shows what they give on songs left out of the fit. Estimates are kept: another fit separates nothing again.

    Example: `mdx blend fit default classical --songs data/songs --output fitted_plan.yaml`. More: docs/add_a_blend.md.
    """
    from rich.console import Console

    from evaluator.blend_fit.fitted_plan import fitted_plan
    from evaluator.blend_fit.fitting import fit_blend
    from evaluator.blend_fit.members import find_members
    from evaluator.blend_fit.table import print_fit
    from evaluator.known_songs import find_songs
    from evaluator.writable import check_writable
    from separation.host_memory import keep_freed_memory
    from separation.plan_writing import check_new_plan, write_plan

    check_new_plan(output, overwrite=overwrite)
    bands_hz = _read_bands(bands)
    found = find_members(members, device=device, random_weights=random_weights)
    tracks = find_songs(songs, subset)
    check_writable(output.resolve().parent, "The fitted plan", "--output")
    for member in found:
        fetch_with_bar(member.plan, quiet=as_json)
    keep_freed_memory()
    measured = _measure(tracks, found, bands_hz, quiet=as_json)
    fitted = fit_blend(measured, non_negative=non_negative, sum_to_one=sum_to_one)
    plan = fitted_plan(fitted, found, shlex.join(["mdx", *sys.argv[1:]]))
    write_plan(plan, output)
    if as_json:
        document = {"output": str(output), **plan.model_dump(mode="json", exclude_defaults=True)}
        typer.echo(json.dumps(document, indent=2, allow_nan=False))
        return
    print_fit(fitted, Console())
    typer.echo(f"Plan: {output}")


def _read_bands(text: str | None) -> tuple[float, ...]:
    """Read edges as a plan has them."""
    from separation.blend_plan import EDGES_RULE, edges_rise

    try:
        edges = () if text is None else tuple(map(float, text.split(",")))
    except ValueError as error:
        raise typer.BadParameter(f"It must look like 250,4000. Got '{text}'.", param_hint="--bands") from error
    if not edges_rise(edges):
        raise typer.BadParameter(f"{EDGES_RULE} Got '{text}'.", param_hint="--bands")
    return edges


def _measure(tracks: list[Track], members: list[Member], bands_hz: tuple[float, ...], *, quiet: bool) -> MeasuredSongs:
    """Separate and measure, with a bar that counts every song once for each member."""
    from evaluator.blend_fit.songs import measure_songs

    with progress_bar(quiet=quiet) as bar:
        task = bar.add_task("Separating", total=len(tracks) * len(members))
        return measure_songs(tracks, members, bands_hz, lambda song: bar.update(task, description=song, advance=1))
