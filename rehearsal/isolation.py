"""A view of the disk of its own for this process and all that it starts, root included: mounts of its own (Linux).

The grader's machine has the image and the clone. Here lie the developer's files too, and a path to one of them works
in a rehearsal and fails at grading; so they are hidden under empty file systems (man7.org, mount_namespaces(7)).
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# From Linux's <sched.h> and <sys/mount.h>.
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_RDONLY = 1
_MS_NOSUID_NODEV = 2 | 4
_MS_REMOUNT = 32
_MS_BIND = 4096
_MS_REC = 16384
_MS_PRIVATE = 1 << 18
_KEPT_FLAGS = 2 | 4 | 8
"""nosuid, nodev, noexec: a mount that has them may not lose them."""


@dataclass(frozen=True)
class View:
    """What a submission sees of the disk."""

    hidden: Sequence[str]
    """Folders that it finds empty, none within another."""
    kept: Sequence[str]
    """Folders that stay, also within hidden ones, none within another; without links on the way."""
    links: Sequence[tuple[str, str]]
    """Symbolic links that lead to those, and what they say."""

    def hides(self, path: str) -> bool:
        """Tell whether a folder or file, named without links, lies in a hidden folder."""
        return any(Path(path).is_relative_to(folder) for folder in self.hidden)


def enter_own_mounts() -> bool:
    """Let no mount of this process show in the rest of the system; return whether the system allows it."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) != 0:
        return False
    return bool(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None) == 0)


def enter_own_user() -> None:
    """Become one who may mount, as nobody but root may otherwise; files stay with who owns them.

    Raises:
        OSError: The system does not allow it.
    """
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    # Without these maps the process would own its files as nobody.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def hold_read_only(folder: str) -> bool:
    """Mount a folder read-only, in mounts of its own; elsewhere only permissions protect it, and root passes those."""
    try:
        kept = os.statvfs(folder).f_flag & _KEPT_FLAGS
        _mount(folder, folder, _MS_BIND)
        _mount(None, folder, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)
    except OSError:
        return False
    return True


def can_hold_read_only(folder: str) -> bool:
    """Tell whether the system allows that, without a change for this process."""
    return _succeeds_apart(lambda: enter_own_mounts() and hold_read_only(folder))


def runs_in(view: View, command: Sequence[str]) -> bool:
    """Tell whether a command succeeds where a view holds, without a change for this process."""

    def run() -> bool:
        # Elsewhere the folders would vanish from the whole system.
        if not enter_own_mounts():
            return False
        hide(view)
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0

    return _succeeds_apart(run)


def _succeeds_apart(attempt: Callable[[], bool]) -> bool:
    """Tell whether an attempt succeeds in a fork of this process."""
    probe = os.fork()
    if probe == 0:
        code = 1
        try:
            code = 0 if attempt() else 1
        finally:
            os._exit(code)
    return os.waitpid(probe, 0)[1] == 0


def hide(view: View) -> None:
    """Make a view hold, in mounts of its own.

    Raises:
        OSError: The system does not allow it; some folders may be hidden already.
    """
    sources = {folder: os.open(folder, os.O_PATH) for folder in view.kept if view.hides(folder)}
    for folder in view.hidden:
        _mount("tmpfs", folder, _MS_NOSUID_NODEV, kind="tmpfs", settings="mode=1777")
    for link, target in view.links:
        if view.hides(link) and not os.path.lexists(link):
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(target, link)
    for folder, source in sources.items():
        os.makedirs(folder, exist_ok=True)
        _mount(f"/proc/self/fd/{source}", folder, _MS_BIND | _MS_REC)
        os.close(source)


def _mount(source: str | None, target: str, flags: int, kind: str | None = None, settings: str | None = None) -> None:
    """Call mount(2).

    Raises:
        OSError: With the system's reason.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, settings)]
    source_bytes, target_bytes, kind_bytes, settings_bytes = encoded
    if libc.mount(source_bytes, target_bytes, kind_bytes, ctypes.c_ulong(flags), settings_bytes) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)
