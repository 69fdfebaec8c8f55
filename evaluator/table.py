"""The table that a run prints: per song and stem, times against their limits, means, and what the audit found."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audio import STEMS
from evaluator.results import Results, SongResult

ScoreRow = tuple[str, dict[str, float] | None]


def score_table(rows: list[ScoreRow], mean: dict[str, float] | None) -> Table:
    """Make a table of MDX SDR.

    Args:
        rows: Name of the song, and its scores in dB by stem and "mean", or None when it is not scored.
        mean: The means over songs, or None.
    """
    table = Table(title="MDX SDR (dB)", title_justify="left")
    table.add_column("song", overflow="fold")
    for column in (*STEMS, "mean"):
        table.add_column(column, justify="right")
    for name, scores in rows:
        table.add_row(escape(name), *_score_cells(scores))
    if mean is not None and len(rows) > 1:
        table.add_section()
        table.add_row("mean of songs", *_score_cells(mean), style="bold")
    return table


def print_results(results: Results, console: Console) -> None:
    """Print scores, times and findings of a run."""
    console.print(score_table([(song.name, song.sdr) for song in results.songs], results.mean_sdr()))
    console.print(_cost_table(results))
    for song in results.songs:
        _print_findings(song, console)
    for message in results.network_attempts:
        console.print(f"[yellow]network[/]  {escape(message)}")
    failed = [song for song in results.songs if not song.ok]
    if failed:
        console.print(f"[bold red]{len(failed)} of {len(results.songs)} songs would fail at grading.[/]")
    else:
        console.print(f"[bold green]All {len(results.songs)} songs pass.[/]")


def _score_cells(scores: dict[str, float] | None) -> list[str]:
    if scores is None:
        return ["-"] * (len(STEMS) + 1)
    return [f"{scores[name]:.2f}" for name in (*STEMS, "mean")]


def _cost_table(results: Results) -> Table:
    title = f"Time and memory (limit: {results.limit}, network: {results.network})"
    table = Table(title=title, title_justify="left")
    table.add_column("song", overflow="fold")
    for column in ("duration s", "took s", "limit s", "used", "peak MB", "verdict"):
        table.add_column(column, justify="right")
    for song in results.songs:
        took = "-" if song.seconds is None else f"{song.seconds:.2f}"
        used = "-" if song.seconds is None else f"{song.seconds / song.limit_seconds:.0%}"
        peak = "-" if song.peak_memory_bytes is None else f"{song.peak_memory_bytes / 1e6:.0f}"
        verdict = "[green]pass[/]" if song.ok else "[red]FAIL[/]"
        durations = (f"{song.duration_seconds:.1f}", took, f"{song.limit_seconds:.1f}")
        table.add_row(escape(song.name), *durations, used, peak, verdict)
    table.add_section()
    setup = "-" if results.setup_seconds is None else f"{results.setup_seconds:.2f}"
    table.add_row(f"set-up (x {results.setups})", "", setup, "", "", f"{results.peak_memory_bytes / 1e6:.0f}", "")
    return table


def _print_findings(song: SongResult, console: Console) -> None:
    name = escape(song.name)
    if song.failure:
        console.print(f"[red]failed[/]   {name}: {escape(song.failure)}")
    for finding in song.audit:
        colour = "red" if finding.level == "error" else "yellow"
        console.print(f"[{colour}]{finding.level:8s}[/] {name}, {finding.stem}: {escape(finding.message)}")
    if song.silent_references:
        stems = ", ".join(song.silent_references)
        console.print(
            f"[yellow]silent[/]   {name}: the true {stems} is silence; its score is 0 dB at best and measures leakage."
        )
