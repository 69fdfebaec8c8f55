"""An examination as people read it: errors first, each with its reason and what mends it, then the verdict."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from doctor.examination import Examination, Finding
from doctor.findings import Level

_STYLES = {Level.ERROR: "bold red", Level.WARNING: "bold yellow"}
_SIGNS = {"ok": "[green]ok[/]", "not made": "[dim]--[/]"}
_INDENT = "  "


def print_examination(examination: Examination, console: Console, *, verbose: bool = False) -> None:
    """Print the findings and the verdict.

    Args:
        examination: What was found.
        console: Where to.
        verbose: Whether checks that find nothing, or could not look, have a line too.
    """
    if verbose:
        for result in examination.results:
            if result.state in _SIGNS:
                reason = f" [dim]({escape(result.not_made)})[/]" if result.not_made else ""
                console.print(f"{_SIGNS[result.state]} {result.check.name}: {escape(result.check.title)}.{reason}")
    for finding in examination.findings:
        _print_finding(finding, console)
    not_made = sum(result.state == "not made" for result in examination.results)
    if not_made and not verbose:
        console.print(f"{not_made} checks could not be made; --verbose says which and why.")
    console.print(Text(examination.verdict, style="bold green" if examination.passes else "bold red"))


def _print_finding(finding: Finding, console: Console) -> None:
    label = f"[{_STYLES[finding.level]}]{finding.level.value}[/]"
    console.print(f"{label} [bold]{escape(finding.subject)}[/] [dim]({finding.check})[/]")
    for name, text in (("", finding.finding), ("why: ", finding.why), ("fix: ", finding.fix)):
        # Not wrapped: a command would come out of the terminal in pieces.
        console.print(Text.assemble(_INDENT, (name, "dim"), text), soft_wrap=True)
