"""The program `mdx`: its commands, its exit codes, and how it shows errors.

Exit codes: 0 all well; 1 the work was done, but a song or file failed; 2 bad input or a folder that cannot be written;
70 a defect of this program; 130 stopped with Ctrl-C, 143 with `kill` (SIGTERM), 129 by its terminal's end (SIGHUP).
Each of these stops is clean: child processes end, finished songs are kept. Set MDX_DEBUG=1 to see the traceback behind
an error.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib import metadata
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape
from typer.core import TyperGroup

from mdx.blend import blend
from mdx.cache import cache
from mdx.compare import compare
from mdx.cost import cost
from mdx.data import data
from mdx.doctor import doctor
from mdx.evaluate import evaluate
from mdx.interruptions import hear_stop_signals, stop_signal
from mdx.leaderboard import leaderboard
from mdx.models import models
from mdx.new_model import new_model
from mdx.oracle import CommandWithSearch, oracle
from mdx.rehearse import rehearse
from mdx.report import report
from mdx.samples import samples
from mdx.score import score
from mdx.separate import separate
from mdx.submit import submit
from mdx.synth import synth
from mdx.train import train
from mdx.tune import tune

EXIT_BAD_INPUT, EXIT_DEFECT = 2, 70


class StopError(Exception):
    """The program was asked to stop and has cleaned up; its argument is the signal's number."""


class InterruptibleGroup(TyperGroup):
    """Commands that hand an interruption on to `main`; typer would end the program without a word."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            StopError: It was interrupted.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise StopError(stop_signal(interrupt)) from interrupt


app = typer.Typer(
    cls=InterruptibleGroup,
    help="Separate songs into vocals, drums, bass and other; rehearse the Music Demixing Challenge.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(separate)
app.command()(evaluate)
app.command()(doctor)
app.command()(rehearse)
app.command()(leaderboard)
app.command()(score)
app.command()(compare)
app.command()(report)
app.command(cls=CommandWithSearch)(oracle)
app.command()(cost)
app.command()(samples)
app.command()(tune)
app.command()(train)
app.command()(synth)
app.command()(new_model)
app.command()(submit)
app.add_typer(models, name="models")
app.add_typer(blend, name="blend")
app.add_typer(cache, name="cache")
app.add_typer(data, name="data")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mdx {metadata.version('music-demixing-kit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Take the options that stand before the command; `--version` acts in its callback."""


def main() -> NoReturn:
    """Run the program, and end it with one of its exit codes."""
    errors = Console(stderr=True)
    handler = RichHandler(console=errors, show_time=False, show_path=False)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
    hear_stop_signals()
    try:
        app(standalone_mode=True)
    except StopError as stop:
        errors.print("Stopped.")
        sys.exit(128 + stop.args[0])
    except Exception as error:  # The outermost frame: whatever comes here becomes a message and an exit code.
        if os.getenv("MDX_DEBUG"):
            raise
        sys.exit(_show_error(error, errors))
    sys.exit(0)


def _show_error(error: Exception, errors: Console) -> int:
    """Print an error without its traceback and choose the exit code."""
    from audio.errors import KitError

    if isinstance(error, KitError | OSError):
        # Not wrapped: a command in the message would come out of the terminal in pieces.
        errors.print(f"[bold red]Error:[/] {escape(str(error))}", soft_wrap=True)
        return EXIT_BAD_INPUT
    errors.print(
        f"[bold red]This is a defect of mdx:[/] {escape(type(error).__name__)}: {escape(str(error))}\n"
        "Run the command again with MDX_DEBUG=1 and report the traceback."
    )
    return EXIT_DEFECT
