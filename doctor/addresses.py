"""Where the address of a remote leads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LIKE_SCP = re.compile(r"(?:[^@/]+@)?([^@:/\\]{2,}):(?!//)")
"""As `git@gitlab.aicrowd.com:me/demix.git`; one letter before the colon is a disk of Windows."""


def host_of(address: str) -> str | None:
    """Return the name of the machine that an address leads to, in small letters; None for this machine."""
    if "://" in address:
        try:
            return urlsplit(address).hostname
        except ValueError:
            return None
    found = _LIKE_SCP.match(address)
    return found[1].lower() if found else None
