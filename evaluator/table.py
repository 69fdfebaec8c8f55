"""The table that a run prints: per song and stem, times against their limits, means, and what the audit found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from audio import STEMS
from audio.stems import ACCOMPANIMENT
from evaluator.results import Results, SongResult, average_sdr
from evaluator.scoring import SongScore, mean_of_heard


def print_scores(scores: Sequence[SongScore], console: Console) -> None:
    """Print the scores of songs, their means, and which stems say little."""
    console.print(_score_table(scores))
    for score in scores:
        _print_silence(score, console)


def _score_table(scores: Sequence[SongScore]) -> Table:
    table = Table(title="MDX SDR (dB)", title_justify="left")
    table.add_column("song", overflow="fold")
    for column in (*STEMS, "mean"):
        table.add_column(column, justify="right")
    for score in scores:
        table.add_row(escape(score.name), *_score_cells(score.sdr))
    table.add_section()
    mean = average_sdr(score.sdr for score in scores)
    if mean is not None and len(scores) > 1:
        table.add_row("mean of songs", *_score_cells(mean), style="bold")
    heard = mean_of_heard(scores)
    if heard is not None:
        table.add_row("mean, silent references left out", *_score_cells(heard))
    return table


def print_results(results: Results, console: Console) -> None:
    """Print scores, times and findings of a run."""
    scores = [SongScore(song.name, song.sdr, song.silent_references) for song in results.songs]
    console.print(_score_table(scores))
    if results.median_bss_eval() is not None:
        console.print(_bss_eval_table(results))
    console.print(_cost_table(results))
    for song, score in zip(results.songs, scores, strict=True):
        _print_findings(song, console)
        _print_silence(score, console)
    for message in results.network_attempts:
        console.print(f"[yellow]network[/]  {escape(message)}")
    failed = [song for song in results.songs if not song.ok]
    if failed:
        console.print(f"[bold red]{len(failed)} of {len(results.songs)} songs would fail at grading.[/]")
    else:
        console.print(f"[bold green]All {len(results.songs)} songs pass.[/]")


def _score_cells(scores: dict[str, float] | None) -> list[str]:
    return _cells(scores or {}, (*STEMS, "mean"))


def _bss_eval_table(results: Results) -> Table:
    """Show SDR of each song, and all four scores over the songs."""
    targets = (*STEMS, ACCOMPANIMENT)
    table = Table(title="BSSEval v4 (dB; of a song: the median of its seconds)", title_justify="left")
    table.add_column("song", overflow="fold")
    for column in ("score", *targets):
        table.add_column(column, justify="right")
    for song in results.songs:
        table.add_row(escape(song.name), "SDR", *_cells((song.bss_eval or {}).get("SDR", {}), targets))
    table.add_section()
    for metric, medians in (results.median_bss_eval() or {}).items():
        table.add_row("median of songs", metric, *_cells(medians, targets), style="bold" if metric == "SDR" else "")
    return table


def _cells(values: Mapping[str, float | None], names: Iterable[str]) -> list[str]:
    known = [values.get(name) for name in names]
    return ["-" if value is None else f"{value:.2f}" for value in known]


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


def _print_silence(score: SongScore, console: Console) -> None:
    for stem in score.silent_references:
        console.print(
            f"[yellow]silent[/]   {escape(score.name)}: the true {stem} is silence; its score is 0 dB at best and "
            "measures leakage."
        )
