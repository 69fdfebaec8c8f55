"""Addresses that weight files may come from: https, at every hop of a redirect.

Many hashes are published as 8 digits only. Whoever sits on a line without encryption could make a file that has them.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

TRUSTED_PREFIXES = ("https://",)
"""How an address must begin; tests add their own servers."""


class TrustedRedirects(urllib.request.HTTPRedirectHandler):
    """Looks at every address that a server sends on to, before it is asked."""

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:  # the overridden method's arguments
        """Return the request for the next address, which comes last.

        Raises:
            URLError: It is not to be trusted.
        """
        require_trusted(arguments[-1])
        return super().redirect_request(*arguments)


def require_trusted(url: str) -> None:
    """Refuse an address.

    Raises:
        URLError: It is none of https.
    """
    if not url.startswith(TRUSTED_PREFIXES):
        raise urllib.error.URLError(
            f"weights, with or without a published hash, are only taken over https, not from '{url}'"
        )
