"""One process at a time: a lock that ends with its process, however that ends.

The lock is taken on an empty neighbour file (`flock`), never on the file that it protects, which may be renamed. The
neighbour is removed by whoever holds the lock, so a process that waited for it must look whether it still has its name.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Keep other processes out of `target` while the block runs; wait for one that is inside.

    Args:
        target: What is protected; `NAME.lock` beside it is the lock. Its folder is created when missing.

    Raises:
        OSError: The folder cannot be written, or its file system has no locks.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(f"{target.name}.lock")
    descriptor = _acquire(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait_for_lock(descriptor, path)
            if _is_still_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _wait_for_lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        logger.warning("Another process works on '%s'; waiting for it.", path.with_suffix(""))
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _is_still_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
