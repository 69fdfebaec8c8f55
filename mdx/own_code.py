"""Whether the kit's own code can be imported: mostly it is that of the clone that is asked about, and may be broken."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

_VERDICT = "Not to be submitted yet. No other check could be made."


def error_of_import(modules: Iterable[str]) -> Exception | None:
    """Import modules, and return what the first one raised that cannot be imported."""
    for module in modules:
        try:
            import_module(module)
        except Exception as error:  # noqa: BLE001  # A module may raise whatever somebody has written into it.
            return error
    return None


def as_examination(path: Path, error: Exception) -> dict[str, Any]:
    """Return what `mdx doctor --json` prints of a broken kit: the one finding that stands before all others."""
    finding = {
        "check": "kit",
        "level": "error",
        "subject": _subject(error),
        "finding": f"The kit's own code cannot be imported: {type(error).__name__}: {error}",
        "why": "The submission imports the same code.",
        "fix": "Mend the file; `git diff` shows what was changed, `make test` sets up the environment.",
    }
    document = {"path": str(path), "challenge": None, "passes": False, "verdict": _VERDICT}
    return {**document, "findings": [finding], "checks": []}


def print_broken_kit(examination: dict[str, Any]) -> None:
    """Print the same for people, without what cannot be imported."""
    (finding,) = examination["findings"]
    typer.echo(f"error {finding['subject']} (kit)\n  {finding['finding']}\n  fix: {finding['fix']}\n{_VERDICT}")


def _subject(error: Exception) -> str:
    """Return the file or module that cannot be imported; else the file in which the error was raised."""
    named = error.filename if isinstance(error, SyntaxError) else None
    if isinstance(error, ImportError):
        named = error.name
    return named or traceback.extract_tb(error.__traceback__)[-1].filename
