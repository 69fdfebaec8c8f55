"""Many small operations on all cores of a CPU: each thread does its own, none of them is split.

torch splits an operation over the cores. Where operations take a fraction of a millisecond, the cores' waiting for each
other costs more than that saves, and several times as much when another program uses one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_on_cores(function: Callable[[Item], Result], items: Iterable[Item], device: torch.device) -> list[Result]:
    """Apply a function to items, on a CPU in one thread for each core that torch may use.

    Args:
        function: Releases the interpreter for most of its time, as torch and scipy do.
        items: Small; all of them are listed at once.
        device: Where the function computes. A GPU takes one item after the other: its operations queue up.

    Returns:
        The results in the order of the items.
    """
    threads = torch.get_num_threads()
    if device.type != "cpu" or threads == 1:
        return [function(item) for item in items]
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return list(pool.map(function, items))
    finally:
        # The threads' setting is MKL's for the whole process; a thread may begin after the last item is done.
        torch.set_num_threads(threads)
