"""`mdx score`: score stems that are already on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mdx.progress import progress_bar


def score(
    references: Annotated[Path, typer.Argument(help="Songs with their true stems, one such song, or a dataset.")],
    estimates: Annotated[Path, typer.Argument(help="Folder with the same songs, separated, or one such song.")],
    subset: Annotated[str | None, typer.Option(help="Of a dataset: test (the default), train or valid.")] = None,
    metrics: Annotated[
        str, typer.Option(help="By commas: mdx-sdr, si-sdr, mr-stft, bsseval (or bsseval-sdr, -isr, -sir, -sar).")
    ] = "mdx-sdr",
    save: Annotated[
        Path | None, typer.Option(help="Keep the scores in this folder, for `mdx compare` and museval's readers.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Compute the challenge's score (MDX SDR) of each song and stem, or other metrics, each under its own name."""
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
