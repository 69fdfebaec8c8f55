"""Can a model run on this machine now, or what does it still need? Asked without loading anything."""

from __future__ import annotations

import importlib.util

from models.checkpoints import find_weights
from models.manifest import ModelEntry


def readiness(entry: ModelEntry) -> str:
    """Say "ready", or what is missing: a package, or weights and their size where it is known."""
    absent = [package for package in entry.requires if importlib.util.find_spec(package) is None]
    if absent:
        return f"needs {', '.join(absent)}"
    missing = [file for file in entry.weights if find_weights(file) is None]
    if not missing:
        return "ready"
    megabytes = [file.approximate_megabytes for file in missing]
    known = [size for size in megabytes if size is not None]
    return f"downloads {sum(known):.0f} MB" if len(known) == len(megabytes) else "downloads weights"
