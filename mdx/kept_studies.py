"""What commands say whose work is kept in a study on disk and goes on when they are typed again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def tells_how_to_go_on() -> Iterator[None]:
    """Print the command that goes on, when the work in the block is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"The study keeps what is done. Go on with: {shlex.join(['mdx', *sys.argv[1:]])}", err=True)
        raise
