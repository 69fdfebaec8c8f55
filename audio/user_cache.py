"""Where this kit keeps what can be made or fetched again: weights, copies of datasets, voices, measured facts.

Reference: XDG Base Directory Specification, https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import os
from pathlib import Path


def user_cache(name: str) -> Path:
    """Return a file or folder of the user's cache by its name; it need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "music-demixing-kit", name)
