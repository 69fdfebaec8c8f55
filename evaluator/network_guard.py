"""Cut the network of this process, and say who asked for it.

The grader has no network, and a submission that quietly downloads weights passes at home and fails there. Two layers:
an audit hook refuses every look-up and connection of this Python process with a message that names the caller; and,
where the system allows it, an empty network namespace stops compiled code and other programs too. The machine itself
(loopback, Unix sockets) stays within reach, as it does in the grader's container: worker processes need it.
"""

from __future__ import annotations

import ctypes
import fcntl
import ipaddress
import os
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

# From Linux's <sched.h>, <bits/ioctls.h> and <net/if.h>.
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1

_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_CONNECTIONS = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_OWN_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost"})


BOTH_LAYERS, SOCKETS_ALONE = "namespace and sockets", "sockets"
"""What holds, as reports name it."""


class NetworkCutError(OSError):
    """Code asked for the network while it is cut."""


def cut_network(on_attempt: Callable[[str], None]) -> str:
    """Cut the network for this process.

    Args:
        on_attempt: Called with one sentence for every refused attempt.

    Returns:
        What holds: `BOTH_LAYERS`, or `SOCKETS_ALONE` where the system refuses a network namespace; programs that this
        process starts can then still reach the network.
    """
    isolated = isolate_network()
    refuse_sockets(on_attempt)
    return BOTH_LAYERS if isolated else SOCKETS_ALONE


def isolate_network() -> bool:
    """Leave this process and all that it starts alone with loopback; return whether the system allows it."""
    isolated = sys.platform.startswith("linux") and _can_enter_namespace()
    if isolated:
        _enter_namespace()
    return isolated


def refuse_sockets(on_attempt: Callable[[str], None]) -> None:
    """Refuse every look-up and connection of this Python process.

    Args:
        on_attempt: Called with one sentence for every refused attempt.
    """
    sys.addaudithook(_make_hook(on_attempt))


def _make_hook(on_attempt: Callable[[str], None]) -> Callable[[str, tuple[Any, ...]], None]:
    own_names = _OWN_NAMES | {socket.gethostname()}

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LOOKUPS:
            target = arguments[0]
        elif event in _CONNECTIONS and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
            target = arguments[1]
        else:
            return
        host = target[0] if isinstance(target, tuple) else target
        if _is_this_machine(host, own_names):
            return
        message = (
            f"The network is cut, as at grading: {_caller()} asked for {target!r}. "
            "Load weights from files in the repository instead."
        )
        on_attempt(message)
        raise NetworkCutError(message)

    return refuse


def _is_this_machine(host: object, own_names: frozenset[str]) -> bool:
    """Tell whether a look-up or a connection stays on this machine; None asks for its own addresses."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in own_names:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _caller() -> str:
    """Name the nearest frame that is not part of Python's own library."""
    library = Path(os.__file__).parent
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        own_library = path.is_relative_to(library) and "site-packages" not in path.parts
        if path != Path(__file__) and not own_library and path.exists():
            return f"{path}:{frame.f_lineno} ({frame.f_code.co_name})"
        frame = frame.f_back
    return "unknown code"


def _can_enter_namespace() -> bool:
    """Try it in a fork: a system may allow the first step and refuse the second, which cannot be undone."""
    probe = os.fork()
    if probe == 0:
        try:
            _enter_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(probe, 0)[1] == 0


def _enter_namespace() -> None:
    """Move this process into a network namespace that holds nothing but loopback.

    Raises:
        OSError: The system allows it neither directly (root) nor through a user namespace.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        user, group = os.getuid(), os.getgid()
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no network namespace")
        # Without these maps the process would own its files as nobody.
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
