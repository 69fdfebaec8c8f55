"""Progress of downloads in bytes, for terminals only, beside the bars that count seconds of song (`mdx.progress`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from mdx.progress import TimeLeftColumn


def weight_bar(*, quiet: bool) -> Progress:
    """Make a progress display on standard error; it shows nothing when `quiet` or not on a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeLeftColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )


@contextmanager
def follow_download(bar: Progress, name: str) -> Iterator[Callable[[int, int | None], None]]:
    """Yield a function that is told of bytes; its task appears when the first ones are and goes with the block.

    What was there before the download was continued says nothing of its speed.
    """
    task = bar.add_task(name, total=None, visible=False, start=False)

    def tell(received_bytes: int, total_bytes: int | None) -> None:
        state = bar.tasks[bar.task_ids.index(task)]
        if not state.visible:
            bar.start_task(task)
            bar.update(task, visible=True, skipped=received_bytes)
        bar.update(task, completed=received_bytes, total=total_bytes)

    try:
        yield tell
    finally:
        bar.remove_task(task)
