"""How a rehearsal looks on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluator.table import print_results
from rehearsal.report import Report

_COLOURS = {"error": "red", "warning": "yellow"}


def print_report(report: Report, console: Console) -> None:
    """Print steps, scores, times, what was told to the grader, remarks, and the verdict."""
    console.print(_step_table(report))
    if report.results is not None:
        print_results(report.results, console)
    if report.events:
        console.print(f"told the grader: {', '.join(escape(str(event[1])) for event in report.events)}")
    for part in report.not_rehearsed:
        console.print(f"[dim]not rehearsed: {escape(part)}[/]")
    if report.log_tail:
        console.print(f"The end of its output:\n[dim]{escape(report.log_tail)}[/]")
    for remark in report.remarks:
        colour = _COLOURS[remark.level]
        console.print(f"[{colour}]{remark.level:8s}[/] {escape(remark.subject)}: {escape(remark.message)}")
    if report.kept_folder:
        console.print(f"Kept: {escape(report.kept_folder)}")
    console.print(_verdict(report))


def _step_table(report: Report) -> Table:
    title = f"Rehearsal of {escape(report.repository)} at {report.commit[:12]} ({report.challenge})"
    table = Table(title=title, title_justify="left")
    table.add_column("step")
    table.add_column("seconds", justify="right")
    table.add_column("")
    details = {"environment": report.environment, "run": _run_words(report)}
    for step in report.steps:
        table.add_row(step.name, f"{step.seconds:.2f}", escape(details.get(step.name, "")))
    table.add_section()
    table.add_row("all", f"{sum(step.seconds for step in report.steps):.2f}", "")
    return table


def _run_words(report: Report) -> str:
    if report.results is None:
        return ""
    setup = report.results.setup_seconds
    words = f"set-up {'not done' if setup is None else f'{setup:.2f} s'}, "
    words += f"peak memory {report.results.peak_memory_bytes / 1e6:.0f} MB"
    return words if report.exit_code is None else f"{words}, exit code {report.exit_code}"


def _verdict(report: Report) -> str:
    if not report.ok:
        errors = sum(remark.level == "error" for remark in report.remarks)
        return f"[bold red]The rehearsal failed: {errors} error{'s' if errors != 1 else ''}.[/]"
    if report.environment_rehearsed:
        return "[bold green]The rehearsal passed.[/]"
    return (
        "[bold green]The rehearsal passed[/], but its environment was the running one: "
        "the grader's was not rehearsed (--environment fresh)."
    )
