"""Progress goes by seconds of song, and tells the time left."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console
from rich.progress import Progress

from mdx.progress import TimeLeftColumn, add_songs, complete, fill_unknown, follow, progress_bar, skip


@pytest.fixture
def clock():
    return SimpleNamespace(seconds=0.0)


@pytest.fixture
def bar(clock):
    console = Console(file=io.StringIO(), force_terminal=True)
    return Progress(TimeLeftColumn(), console=console, auto_refresh=False, get_time=lambda: clock.seconds)


def test_the_bar_goes_by_seconds_of_song(bar):
    task = add_songs(bar, [30.0, 90.0])
    bar.advance(task, 30.0)
    assert bar.tasks[0].percentage == 25.0


def test_the_time_left_follows_the_speed_of_all_songs_however_long_they_took(bar, clock):
    column = TimeLeftColumn()
    task = add_songs(bar, [100.0, 100.0, 200.0])
    assert column.left_seconds(bar.tasks[0]) is None
    clock.seconds = 60.0
    bar.advance(task, 100.0)
    assert column.left_seconds(bar.tasks[0]) == pytest.approx(180.0)
    clock.seconds = 70.0
    assert column.left_seconds(bar.tasks[0]) == pytest.approx(170.0)
    assert column.render(bar.tasks[0]).plain == "2:50 left"
    clock.seconds = 120.0
    bar.advance(task, 100.0)
    assert column.left_seconds(bar.tasks[0]) == pytest.approx(120.0)


def test_songs_that_are_kept_advance_the_bar_and_leave_the_speed(bar, clock):
    column = TimeLeftColumn()
    task = add_songs(bar, [100.0, 100.0, 100.0, 100.0])
    skip(bar, task, 100.0)
    skip(bar, task, 100.0)
    assert bar.tasks[0].percentage == 50.0
    assert column.left_seconds(bar.tasks[0]) is None
    clock.seconds = 60.0
    bar.advance(task, 100.0)
    assert column.left_seconds(bar.tasks[0]) == pytest.approx(60.0)


def test_a_song_that_tells_its_progress_advances_the_bar_in_steps(bar):
    task = add_songs(bar, [100.0, 300.0])
    step = follow(bar, task, 100.0)
    step(0.25)
    step(0.5)
    assert bar.tasks[0].completed == pytest.approx(50.0)
    step(1.0)
    assert bar.tasks[0].percentage == pytest.approx(25.0)


def test_one_song_counts_once_it_tells_its_progress(bar):
    task = add_songs(bar, [300.0])
    follow(bar, task, 300.0)(0.5)
    assert bar.tasks[0].percentage == pytest.approx(50.0)


def test_one_song_pulses_until_it_is_done(bar):
    task = add_songs(bar, [300.0])
    assert bar.tasks[0].total is None
    bar.advance(task, 300.0)
    complete(bar, task)
    assert bar.finished


def test_a_bar_is_full_at_the_end_whatever_it_counted(bar):
    task = add_songs(bar, [30.0, 90.0])
    bar.advance(task, 30.0)
    complete(bar, task)
    assert bar.finished
    assert bar.tasks[0].percentage == 100.0


def test_lengths_that_are_not_known_count_as_the_usual_one():
    assert fill_unknown([10.0, None, 30.0]) == [10.0, 20.0, 30.0]
    assert fill_unknown([None, None]) == [1.0, 1.0]


def test_nothing_is_shown_when_quiet_or_not_on_a_terminal(capsys):
    with progress_bar(quiet=False) as bar:
        add_songs(bar, [1.0, 2.0])
    with progress_bar(quiet=True) as bar:
        add_songs(bar, [1.0, 2.0])
    assert capsys.readouterr() == ("", "")
