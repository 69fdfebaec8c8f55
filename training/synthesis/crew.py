"""Processes that make songs, one thread each.

They are forked from a server that has only imported modules: loading PyTorch and SciPy takes longer than some songs,
and what the caller has running knows nothing of forks. They leave Ctrl-C to the parent, finish the song they are at,
and end; if the parent is gone, they end at once.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from typing import TypeAlias

from training.synthesis.sounds import Sounds
from training.synthesis.writing import DatasetSettings, PlannedSong, write_song

OpenSounds: TypeAlias = Callable[[], Sounds]
"""Opens the sounds in each process; a function of a module, or a `functools.partial` of one."""
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

_opened: dict[str, Sounds] = {}
"""The sounds of this process: too large to travel with each song."""


def write_songs(
    songs: Sequence[PlannedSong], settings: DatasetSettings, open_sounds: OpenSounds, jobs: int
) -> Iterator[PlannedSong]:
    """Write songs, yielding each as it is done; the order depends on their speed.

    Args:
        songs: Which of the plan.
        settings: Of the dataset.
        open_sounds: Called once in each process.
        jobs: How many processes.

    Raises:
        KitError: Sounds are missing.
        OSError: A song cannot be written.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with _single_threads(), ProcessPoolExecutor(min(jobs, max(1, len(songs))), context, _start) as pool:
        tasks = {pool.submit(_make, song, settings, open_sounds): song for song in songs}
        try:
            for done in as_completed(tasks):
                done.result()
                yield tasks[done]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _make(song: PlannedSong, settings: DatasetSettings, open_sounds: OpenSounds) -> None:
    if "sounds" not in _opened:
        _opened["sounds"] = open_sounds()
    write_song(song, settings, _opened["sounds"])


def _start() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _single_threads() -> Iterator[None]:
    """Let new processes compute with one thread: sums over several depend on how many there are."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
