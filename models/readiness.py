"""Can a model run on this machine now, or what does it still need? Asked without loading anything."""

from __future__ import annotations

import importlib.util
from typing import Any

from models.files.checkpoints import find_weights, weight_folders
from models.manifest import ModelEntry

READY = "ready"


_EXTRAS = {"h5py": "nnabla", "onnx": "onnx", "onnxruntime": "onnx", "onnxscript": "onnx"}
"""Import name of a package that is not always installed -> the extra of pyproject.toml that brings it."""


def readiness(entry: ModelEntry) -> str:
    """Say "ready", or what is missing: an extra or a package, training, or weights and their size where it is known.

    A model that is ready needs no network.
    """
    absent = [package for package in entry.requires if importlib.util.find_spec(package) is None]
    if absent:
        needed = dict.fromkeys(f"the extra {_EXTRAS[name]}" if name in _EXTRAS else name for name in absent)
        return f"needs {', '.join(needed)}"
    if entry.is_untrained:
        return "not trained yet"
    missing = [file for file in entry.weights if find_weights(file) is None]
    if not missing:
        return READY
    megabytes = [file.approximate_megabytes for file in missing]
    known = [size for size in megabytes if size is not None]
    return f"downloads {sum(known):.0f} MB" if len(known) == len(megabytes) else "downloads weights"


def describe(entry: ModelEntry) -> dict[str, Any]:
    """Return a row as plain values, with what holds for this machine: what `mdx models show` prints."""
    row = entry.model_dump(mode="json", exclude_none=True)
    now = readiness(entry)
    row["now"], row["runs_offline"] = now, now == READY
    if entry.weights:
        row["folders_searched"] = [str(folder) for folder in weight_folders()]
    for published, file in zip(row["weights"], entry.weights, strict=True):
        published["here"] = str(find_weights(file) or "nowhere")
    if entry.approximate_megabytes is not None:
        row["approximate_megabytes"] = entry.approximate_megabytes
    warning = entry.score_warning
    if warning:
        row["warning"] = warning
        row["scores"] = [{**score, "warning": warning} for score in row["scores"]]
    return row
