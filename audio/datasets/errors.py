"""What can be wrong with a dataset; every message names the next step."""

from __future__ import annotations

from audio.errors import KitError


class DatasetError(KitError):
    """A folder holds no dataset, or its tracks cannot serve what is asked of them."""
