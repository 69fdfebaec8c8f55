"""`mdx oracle`: what masks and filters would score that knew the true stems; `mdx oracle search` stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.help_pages import App, PlainCommand
from mdx.options import AsJson, Subset
from mdx.oracle_options import DefinitionsOption, Mixture, MixtureOption, Songs, words_of
from mdx.oracle_search import search
from mdx.progress import progress_bar

if TYPE_CHECKING:
    from evaluator.tracks import Track
    from oracles.definitions import Definitions
    from oracles.study import Study, StudyPlan
    from oracles.transform import InvertibleTransform

SEARCH = "search"
WINDOWS = "1024,2048,4096,8192,16384"


class CommandWithSearch(PlainCommand):
    """A command that hands over to `search` where that is the first word; a folder of this name is `./search`."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read the words behind the command's name."""
        if args[:1] != [SEARCH]:
            return super().make_context(info_name, args, parent, **extra)
        return search_command().make_context(f"{info_name} {SEARCH}", args[1:], parent, **extra)


def search_command() -> Any:
    """Return `mdx oracle search`, as typer makes it."""
    searching = App(add_completion=False)
    searching.command()(search)
    return typer.main.get_command(searching)


def oracle(
    songs: Songs,
    oracles: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="irm1, irm2, ibm1, ibm2, mpi, mwf, mwf-even, psm, crm (default: all)."),
    ] = None,
    windows: Annotated[
        str | None,
        typer.Option(metavar="SAMPLES,...", help=f"Windows of the STFT (default: {WINDOWS})."),
    ] = None,
    transforms: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...",
            help="Instead of the default windows, or beside those named: slicq-SCALE-BANDS-FMIN, nsgt-..., "
            "stft-WINDOW; such as slicq-bark-262-32.9.",
        ),
    ] = None,
    mixture: MixtureOption = Mixture.FILE,
    definitions: DefinitionsOption = "kit",
    subset: Subset = None,
    bss_eval: Annotated[bool, typer.Option("--bss-eval", help="Also score with BSSEval (museval).")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Where scores for `mdx compare` and a page go."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score what a separation could reach at best.

    With each kind of mask or filter, made from the true stems, and each transform.

    `mdx oracle search SONG...` searches the best sliCQ for that.

    Example: `mdx oracle data/test`. More: docs/oracles.md.
    """
    from rich.console import Console

    from evaluator.known_songs import find_songs
    from oracles.definitions import find_definitions
    from oracles.document import study_text
    from oracles.page import write_page
    from oracles.study import StudyPlan
    from oracles.table import print_study
    from separation.host_memory import keep_freed_memory

    chosen = find_definitions(definitions)
    found = chosen.find(words_of(oracles)) if oracles is not None else chosen.oracles
    all_transforms = _transforms_of(chosen, windows, transforms)
    tracks = find_songs(songs, subset)
    plan = StudyPlan(chosen.name, found, all_transforms, mixture.value, bss_eval)
    with _keeping(output, plan, tracks) as keep:
        keep_freed_memory()
        study = _run(tracks, plan, keep, quiet=as_json)
    if as_json:
        typer.echo(study_text(study))
    else:
        print_study(study, Console())
    if output is not None:
        places = keep(study), write_page(study, output)
        if not as_json:
            typer.echo("Scores: {}\nPage:   {}".format(*places))
    if study.left_out:
        raise typer.Exit(1)


@contextmanager
def _keeping(output: Path | None, plan: StudyPlan, tracks: list[Track]) -> Iterator[Callable[[Study], object]]:
    """Yield what keeps a study in its folder, which is first looked at; it is called after each song."""
    from evaluator.writable import check_writable, removed_where_unused
    from oracles.document import check_place, save_study

    if output is None:
        yield lambda study: None
        return
    with removed_where_unused(output):
        check_writable(output, "The scores", "--output")
        check_place(output, plan, [track.name for track in tracks])
        yield partial(save_study, folder=output)


def _transforms_of(definitions: Definitions, windows: str | None, names: str | None) -> list[InvertibleTransform]:
    """Return the transforms that were named, each once: windows first, the usual ones where nothing is named."""
    from oracles.transform_names import read_transform

    if windows is None and names is None:
        windows = WINDOWS
    found = [definitions.stft(samples) for samples in _read_windows(windows)] if windows is not None else []
    found += [read_transform(name, definitions) for name in words_of(names)] if names is not None else []
    return list({transform.name: transform for transform in found}.values())


def _read_windows(text: str) -> list[int]:
    try:
        return [int(word) for word in words_of(text)]
    except ValueError as error:
        raise typer.BadParameter(f"It must look like 2048,4096. Got '{text}'.", param_hint="--windows") from error


def _run(tracks: list[Track], plan: StudyPlan, keep: Callable[[Study], object], *, quiet: bool) -> Study:
    """Score, with a bar that counts every song once for each oracle and transform."""
    from oracles.study import run_study

    with progress_bar(quiet=quiet) as bar:
        task = bar.add_task("Oracles", total=len(tracks) * len(plan.systems))
        return run_study(tracks, plan, lambda song: bar.update(task, description=song, advance=1), keep)
