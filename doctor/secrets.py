"""Passwords and tokens in texts: found in addresses, and left out of everything that is shown."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=://)([^/\s]+)@")
_TOKEN_START = re.compile(r"gl[a-z]+-|gh[a-z]_|github_pat_", re.IGNORECASE)
_TOKEN = re.compile(rf"\b({_TOKEN_START.pattern})[\w-]{{12,}}", re.IGNORECASE)
"""Anywhere in a text, where words may begin alike."""
_LIKE_A_TOKEN = re.compile(r"[\w-]{20,}")
"""As the name of a user."""
_ASKED_TOKEN = re.compile(r"([?&][^=&\s]*token=)[^&\s'\"]+", re.IGNORECASE)
_HEADER = re.compile(r"((?:authorization|[\w-]*token)\s*:\s*(?:(?:bearer|basic|token)\s+)?)[^\s'\"]+", re.IGNORECASE)
HIDDEN = "(hidden)"


def has_secret(address: str) -> bool:
    """Tell whether an address holds a password or what looks like a token."""
    users = any(_is_secret(user) for user in _USER.findall(address))
    return users or _ASKED_TOKEN.search(address) is not None


def without_secrets(text: str) -> str:
    """Return a text with `HIDDEN` in the place of what `has_secret` finds, of tokens, and of what HTTP headers hold."""
    shown = _USER.sub(lambda found: f"{HIDDEN}@" if _is_secret(found[1]) else found[0], text)
    for pattern in (_ASKED_TOKEN, _HEADER):
        shown = pattern.sub(rf"\1{HIDDEN}", shown)
    return _TOKEN.sub(HIDDEN, shown)


def _is_secret(user: str) -> bool:
    name, colon, _ = user.partition(":")
    return bool(colon) or _TOKEN_START.match(name) is not None or _LIKE_A_TOKEN.fullmatch(name) is not None
