"""Keep freed memory for the next chunk instead of handing it back to the system.

Networks ask for the same large blocks at every chunk. The C library gives such blocks back at once, and the system then
clears each page again before it is used: a tenth of the time of HTDemucs on a CPU, a third of training the default
model. Threads share one heap: those of their own have no room for large blocks. A program that runs networks calls this
once, before it starts threads; a library must not, since it changes the whole process.

Reference: GNU C Library manual, "Malloc Tunable Parameters"
"""

from __future__ import annotations

import ctypes
import logging

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -4, -8
_NEVER_BYTES = 2**31 - 1

logger = logging.getLogger(__name__)


def keep_freed_memory() -> bool:
    """Tell the C library to keep what is freed; returns whether it is one that can (glibc).

    Threads that run already keep the heaps that they have.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    # TypeError: systems on which a program cannot be opened as a library.
    except (AttributeError, OSError, TypeError):
        logger.info("The C library has no mallopt; large blocks of memory are cleared at each chunk.")
        return False
    settings = {_M_MMAP_MAX: 0, _M_TRIM_THRESHOLD: _NEVER_BYTES, _M_ARENA_MAX: 1}
    results = [mallopt(name, value) for name, value in settings.items()]
    return all(result == 1 for result in results)
