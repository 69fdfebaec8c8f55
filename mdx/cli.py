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
from io import TextIOWrapper
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape

from mdx.blend import blend
from mdx.cache import cache
from mdx.compare import compare
from mdx.cost import cost
from mdx.data import data
from mdx.doctor import doctor
from mdx.evaluate import evaluate
from mdx.help_pages import App, PlainGroup
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
SEPARATE, MEASURE, CHOOSE = "Separate", "Measure", "Choose what to submit"
TRAIN, SUBMIT = "Train a network of your own", "Submit"


class StopError(Exception):
    """The program was asked to stop and has cleaned up; its argument is the signal's number."""


class InterruptibleGroup(PlainGroup):
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


app = App(
    cls=InterruptibleGroup,
    help="Separate songs into vocals, drums, bass and other; rehearse the Music Demixing Challenge.",
    epilog="`mdx COMMAND --help` tells all about one. A first try: `mdx samples`, then `mdx evaluate`.",
)
# In the order in which a user comes to them; what no panel names stands under "Commands".
app.command(rich_help_panel=SEPARATE)(samples)
app.command(rich_help_panel=SEPARATE)(separate)
app.add_typer(models, name="models", rich_help_panel=SEPARATE)
app.command(rich_help_panel=MEASURE)(evaluate)
app.command(rich_help_panel=MEASURE)(report)
app.command(rich_help_panel=MEASURE)(score)
app.command(rich_help_panel=MEASURE)(compare)
app.command(rich_help_panel=MEASURE, cls=CommandWithSearch)(oracle)
app.command(rich_help_panel=CHOOSE)(cost)
app.command(rich_help_panel=CHOOSE)(tune)
app.add_typer(blend, name="blend", rich_help_panel=CHOOSE)
app.add_typer(cache, name="cache", rich_help_panel=CHOOSE)
app.command(rich_help_panel=TRAIN)(synth)
app.command(rich_help_panel=TRAIN)(train)
app.command(rich_help_panel=TRAIN)(new_model)
app.add_typer(data, name="data", rich_help_panel=TRAIN)
app.command(rich_help_panel=SUBMIT)(leaderboard)
app.command(rich_help_panel=SUBMIT)(doctor)
app.command(rich_help_panel=SUBMIT)(rehearse)
app.command(rich_help_panel=SUBMIT)(submit)


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
    if isinstance(sys.stdout, TextIOWrapper):
        # Names of files and words of submissions may be no text that can be encoded.
        sys.stdout.reconfigure(errors="backslashreplace")
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
