"""`mdx oracle search`: the sliCQ with which an oracle comes nearest to the true stems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from mdx.kept_studies import tells_how_to_go_on
from mdx.options import AsJson, Page, Seed, Study, Subset, Trials
from mdx.oracle_options import DefinitionsOption, Mixture, MixtureOption, Songs, words_of
from mdx.progress import progress_bar

if TYPE_CHECKING:
    from evaluator.tracks import Track
    from oracles.search.outcome import Candidate, Outcome
    from oracles.search.request import SearchRequest

Number = TypeVar("Number", int, float)

DEFAULT_STUDY = Path("runs", "oracle-search.db")


class Sampler(str, Enum):
    """What draws the trials."""

    RANDOM = "random"
    TPE = "tpe"


def search(
    songs: Songs,
    oracle: Annotated[str, typer.Option(metavar="NAME", help="The one that scores, of those of `mdx oracle`.")] = "mpi",
    trials: Trials = 60,
    sampler: Annotated[Sampler, typer.Option(help="tpe is Optuna's, which follows what it has seen.")] = (
        Sampler.RANDOM
    ),
    seed: Seed = 0,
    scales: Annotated[
        str, typer.Option(metavar="NAME,...", help="Of bark, mel, constant-q, variable-q, linear.")
    ] = "bark,mel,constant-q,variable-q",
    bands: Annotated[str, typer.Option(metavar="LOW:HIGH", help="Number of bands.")] = "10:300",
    fmin: Annotated[str, typer.Option(metavar="LOW:HIGH", help="Lowest centre in Hz.")] = "10:130",
    gamma: Annotated[str, typer.Option(metavar="LOW:HIGH", help="Offset of variable-q scales in Hz.")] = "0:100",
    max_slice: Annotated[
        int, typer.Option("--max-slice", metavar="SAMPLES", help="Longer slices are drawn again.")
    ] = 44100,
    draw_slices: Annotated[
        bool, typer.Option("--draw-slices", help="Draw the length of slices, instead of what the scale suggests.")
    ] = False,
    excerpt: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="From the middle of each song (default: whole songs).")
    ] = None,
    mixture: MixtureOption = Mixture.FILE,
    definitions: DefinitionsOption = "kit",
    subset: Subset = None,
    study: Study = DEFAULT_STUDY,
    page: Page = None,
    as_json: AsJson = False,
) -> None:
    """Search for the sliCQ with which an oracle separates best.

    Its scale, bands and slices. Ctrl-C stops it; the same command goes on.

    Example: `mdx oracle search SONG... --oracle mwf --excerpt 10 --study runs/mwf.db`. More: docs/oracles.md.
    """
    from rich.console import Console

    from evaluator.known_songs import find_songs
    from evaluator.writable import check_writable
    from oracles.definitions import find_definitions
    from oracles.search.document import outcome_text
    from oracles.search.page import write_page
    from oracles.search.request import SearchRequest
    from oracles.search.songs import SearchSongs
    from oracles.search.space import SearchSpace
    from oracles.search.table import print_outcome
    from separation.host_memory import keep_freed_memory
    from studies.errors import require_tuning_extra

    require_tuning_extra("The search", ("optuna", "sklearn"))
    chosen = find_definitions(definitions)
    (oracle,) = chosen.find([oracle])
    space = SearchSpace(
        scales=tuple(words_of(scales.lower())),
        bands=_range_of(bands, "--bands", int),
        min_hz=_range_of(fmin, "--fmin", float),
        gamma_hz=_range_of(gamma, "--gamma", float),
        max_slice_samples=max_slice,
        draws_slices=draw_slices,
    )
    shown = page or study.with_suffix(".html")
    check_writable(study.parent, "The study", "--study")
    check_writable(shown.parent, "The page", "--page")
    keep_freed_memory()
    tracks = find_songs(songs, subset)
    request = SearchRequest(SearchSongs(tracks, excerpt), chosen, oracle, mixture.value, space, sampler.value, seed)
    outcome = _run(request, study, trials, quiet=as_json)
    write_page(outcome, shown)
    if as_json:
        typer.echo(outcome_text(outcome))
        return
    print_outcome(outcome, Console())
    if mixture is Mixture.FILE:
        _tell_of_sums(tracks)
    typer.echo(f"The page with the plots: '{shown}'.")


def _tell_of_sums(tracks: Sequence[Track]) -> None:
    for track in tracks:
        if not track.has_mixture:
            typer.echo(f"'{track.name}' has no file of the mixture; the sum of its stems is taken.")


def _range_of(text: str, option: str, number: Callable[[str], Number]) -> tuple[Number, Number]:
    """Read two bounds."""
    try:
        low, high = map(number, text.split(":"))
    except ValueError as error:
        raise typer.BadParameter(f"It must look like 10:130. Got '{text}'.", param_hint=option) from error
    return low, high


def _run(request: SearchRequest, study: Path, trials: int, *, quiet: bool) -> Outcome:
    """Search, with a bar that counts trials and says what was best so far."""
    from oracles.search.run import run_search

    with progress_bar(quiet=quiet) as bar, tells_how_to_go_on():
        task = bar.add_task("Searching", total=trials)
        best = float("-inf")

        def tell(candidate: Candidate) -> None:
            nonlocal best
            best = max(best, candidate.scores["mean"])
            bar.update(task, description=f"Best {best:.2f} dB", advance=1)

        return run_search(request, study, trials, tell)
