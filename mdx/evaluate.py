"""`mdx evaluate`: rehearse the challenge with predict.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.options import MEMORY_LIMIT, Limit, Songs, Subset
from mdx.progress import add_songs, complete, progress_bar, skip

if TYPE_CHECKING:
    from evaluator.evaluate import EvaluationOptions
    from evaluator.results import Results
    from evaluator.watch import SongPhase


def evaluate(
    data: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Songs (mixture.wav, maybe stems), or a dataset.")
    ] = Path("data/test"),
    subset: Subset = None,
    results: Annotated[Path, typer.Option(metavar="FOLDER", help="Where stems, logs and results.json go.")] = Path(
        "data/results"
    ),
    predict: Annotated[Path, typer.Option(metavar="FILE", help="The submission's program.")] = Path("predict.py"),
    song: Songs = None,
    limit: Limit = "kit",
    memory_gb: Annotated[float | None, MEMORY_LIMIT] = None,
    cpus: Annotated[int | None, typer.Option(metavar="NUMBER", min=1, help="How many predict.py may use.")] = None,
    allow_network: Annotated[bool, typer.Option("--allow-network", help="Do not cut the network.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Keep songs whose earlier result is valid.")] = False,
    bss_eval: Annotated[bool, typer.Option("--bsseval/--no-bsseval", help="Also score with BSSEval v4.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print results.json.")] = False,
) -> None:
    """Run predict.py as the grader would, and score what it wrote.

    Exits with 1 when a song would fail.

    Example: `mdx evaluate --limit round2`. More: docs/evaluation.md.
    """
    from evaluator.evaluate import EvaluationOptions
    from evaluator.runner import RunOptions
    from evaluator.subsets import songs_to_evaluate
    from separation.limits import parse_limit

    run = RunOptions(
        predict_path=predict,
        limit=parse_limit(limit),
        memory_limit_bytes=None if memory_gb is None else int(memory_gb * 1e9),
        cpus=cpus,
        cut_network=not allow_network,
    )
    options = EvaluationOptions(run, songs_to_evaluate(data, subset, song), results, resume, bss_eval, data)
    done, path = _evaluate_with_bar(options, quiet=as_json)
    _show(done, path, as_json=as_json)
    if not done.ok:
        raise typer.Exit(1)


def _show(done: Results, path: Path, *, as_json: bool) -> None:
    """Print the results, then write the report: a page that cannot be written hides no score."""
    from rich.console import Console

    from evaluator.report.writing import write_report
    from evaluator.table import print_results

    if as_json:
        typer.echo(done.as_json())
    else:
        print_results(done, Console())
        typer.echo(f"Results: {path}")
    page = write_report(path)
    if not as_json:
        typer.echo(f"Report: {page}")


def _evaluate_with_bar(options: EvaluationOptions, *, quiet: bool) -> tuple[Results, Path]:
    from evaluator.evaluate import evaluate as run_evaluation

    durations = {track.name: track.duration_seconds() for track in options.tracks}
    with progress_bar(quiet=quiet) as bar:
        task = add_songs(bar, list(durations.values()))

        def on_song(song: SongPhase) -> None:
            seconds = durations.get(song.name, 0.0)
            if song.seconds:
                bar.advance(task, seconds)
            else:  # An earlier run left it done.
                skip(bar, task, seconds)

        done = run_evaluation(options, on_song)
        complete(bar, task)
    return done
