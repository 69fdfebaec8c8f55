"""The error of this package."""

from __future__ import annotations

from audio import KitError


class OracleError(KitError):
    """An oracle or a transform that does not exist."""
