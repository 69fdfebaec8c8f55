"""Hold a folder read-only for this process and all that it starts, root included: a mount of its own (Linux)."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

# From Linux's <sched.h> and <sys/mount.h>.
_CLONE_NEWNS = 0x00020000
_MS_RDONLY = 1
_MS_REMOUNT = 32
_MS_BIND = 4096
_MS_REC = 16384
_MS_PRIVATE = 1 << 18
_KEPT_FLAGS = 2 | 4 | 8
"""nosuid, nodev, noexec: a mount that has them may not lose them."""


def hold_read_only(folder: Path) -> bool:
    """Mount a folder read-only in a mount namespace of this process.

    Returns:
        Whether the system allows it; elsewhere only the folder's permissions protect it, and root passes those.
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    place = os.fsencode(folder)
    kept = os.statvfs(folder).f_flag & _KEPT_FLAGS
    # Private first, else the mounts would show in the rest of the system.
    return (
        libc.unshare(_CLONE_NEWNS) == 0
        and libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None) == 0
        and libc.mount(place, place, None, _MS_BIND, None) == 0
        and libc.mount(None, place, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept, None) == 0
    )
