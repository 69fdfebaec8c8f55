"""`mdx score`: score stems that are already on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mdx.options import AsJson, Subset
from mdx.progress import progress_bar


def score(
    references: Annotated[
        Path, typer.Argument(metavar="REFERENCES", help="Songs with their true stems, one such song, or a dataset.")
    ],
    estimates: Annotated[
        Path, typer.Argument(metavar="ESTIMATES", help="Folder with the same songs, separated, or one such song.")
    ],
    subset: Subset = None,
    metrics: Annotated[
        str,
        typer.Option(metavar="NAME,...", help="mdx-sdr, si-sdr, mr-stft, bsseval (or bsseval-sdr, -isr, -sir, -sar)."),
    ] = "mdx-sdr",
    save: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the scores here, for `mdx compare` and museval's readers."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score stems that are on disk.

    By the challenge's score (MDX SDR), or by other metrics, each under its own name.

    Example: `mdx score data/test data/results --metrics mdx-sdr,bsseval`. More: docs/evaluation.md.
    """
    from rich.console import Console

    from evaluator.metric_catalogue import MDX_SDR, find_metrics
    from evaluator.metric_table import print_metric
    from evaluator.score_files import save_scores, scores_text
    from evaluator.scoring import score_folders
    from evaluator.table import print_scores
    from evaluator.writable import check_writable

    wanted = find_metrics(metrics.split(","))
    if save is not None:
        check_writable(save, "The scores", "--save")
    with progress_bar(quiet=as_json) as bar:
        task = bar.add_task("Scoring", total=None)
        scores = score_folders(
            references, estimates, subset, wanted, lambda done, songs: bar.update(task, completed=done, total=songs)
        )
    if as_json:
        typer.echo(scores_text(scores, wanted))
    else:
        console = Console()
        if MDX_SDR in wanted:
            print_scores(scores, console)
        for metric in wanted:
            if metric is not MDX_SDR:
                print_metric(metric, scores, console)
    if save is not None:
        saved = save_scores(scores, wanted, save)
        if not as_json:
            typer.echo(f"Scores: {saved}")
