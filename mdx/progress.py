"""Progress bars with the time left, for terminals only: a log file gets no bars.

A bar goes by seconds of song. One song alone, with a separator that cannot say how far it is, pulses and shows the time
it took.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text


class TimeLeftColumn(ProgressColumn):
    """Time left at the mean speed of all that is done; rich's own column forgets what is older than 30 s."""

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[TaskID, tuple[float, float]] = {}

    def render(self, task: Task) -> Text:
        """Show minutes and seconds; nothing before the first step is done."""
        left_seconds = self.left_seconds(task)
        if left_seconds is None:
            return Text("")
        minutes, seconds = divmod(round(left_seconds), 60)
        return Text(f"{minutes}:{seconds:02d} left", style="progress.remaining")

    def left_seconds(self, task: Task) -> float | None:
        """Estimate the time left from the speed at the latest step, less what has passed since then."""
        worked = task.completed - task.fields.get("skipped", 0.0)
        if task.total is None or worked <= 0.0 or task.elapsed is None:
            return None
        completed, elapsed_then = self._latest.get(task.id, (0.0, 0.0))
        if completed != task.completed:
            elapsed_then = task.elapsed
            self._latest[task.id] = (task.completed, elapsed_then)
        planned = elapsed_then * (task.total - task.completed) / worked
        return max(0.0, planned - (task.elapsed - elapsed_then))


def progress_bar(*, quiet: bool) -> Progress:
    """Make a progress display on standard error; it shows nothing when `quiet` or not on a terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeLeftColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )


def add_songs(bar: Progress, durations_seconds: Sequence[float]) -> TaskID:
    """Add a task as long as the songs together; for one song alone it pulses."""
    return bar.add_task("Separating", total=sum(durations_seconds) if len(durations_seconds) > 1 else None)


def follow(bar: Progress, task: TaskID, seconds: float) -> Callable[[float], None]:
    """Return a function that advances the bar through one song of `seconds`, by the share of it that is done.

    A bar that pulsed begins to count at the first share.
    """
    done = 0.0

    def step(share: float) -> None:
        nonlocal done
        if bar.tasks[bar.task_ids.index(task)].total is None:
            bar.update(task, total=seconds)
        bar.advance(task, (share - done) * seconds)
        done = share

    return step


def skip(bar: Progress, task: TaskID, seconds: float) -> None:
    """Advance past a song that took no work, which says nothing of the speed."""
    skipped = bar.tasks[bar.task_ids.index(task)].fields.get("skipped", 0.0)
    bar.update(task, advance=seconds, skipped=skipped + seconds)


def complete(bar: Progress, task: TaskID) -> None:
    """Fill a task's bar, whatever it counted."""
    total = bar.tasks[bar.task_ids.index(task)].total or 1.0
    bar.update(task, total=total, completed=total)


def fill_unknown(durations_seconds: Sequence[float | None]) -> list[float]:
    """Replace lengths that are not known by the mean of those that are; when none is, songs count one each."""
    known = [seconds for seconds in durations_seconds if seconds is not None]
    usual = sum(known) / len(known) if known else 1.0
    return [usual if seconds is None else seconds for seconds in durations_seconds]
