"""Hash every weight file that is here, converted ones included, against the manifest and its record; open none.

What loading does for one model, for all at once and without stopping at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from models.checkpoints import find_published, find_weights
from models.converted_files import check_converted, is_converted
from models.errors import WeightError
from models.manifest import ModelEntry, WeightFile
from models.weight_files import check_weight_file, published_digest, record_path

Status: TypeAlias = Literal["ok", "unproven", "wrong", "absent"]
"""ok: it has a published or recorded hash; unproven: there is none to compare with; absent: in no folder."""

_WHOLE_HASH_DIGITS = 64


@dataclass(frozen=True)
class CheckedFile:
    """What is known of one weight file of one model."""

    model: str
    file: str
    status: Status
    path: Path | None = None
    proof: str = ""
    """What its hash was compared with."""
    sha256: str | None = None
    problem: str | None = None
    """Why it is wrong, with the next step."""


def verify_weights(entries: Iterable[ModelEntry]) -> list[CheckedFile]:
    """Check the weight files of some models; a file that two of them share is hashed once.

    Args:
        entries: Rows of the manifest.
    """
    checked: dict[tuple[str, Path | None], CheckedFile] = {}
    results = []
    for entry in entries:
        for file in entry.weights:
            published, loaded = find_published(file), find_weights(file)
            # Where there is a converted file, it is what gets loaded, and the published one may be here too.
            for path in dict.fromkeys([published, loaded] if published else [loaded]):
                key = (file.name, path)
                if key not in checked:
                    checked[key] = _check(entry.name, file, path, published)
                results.append(replace(checked[key], model=entry.name))
    return results


def _check(model: str, file: WeightFile, path: Path | None, published: Path | None) -> CheckedFile:
    if path is None:
        return CheckedFile(model, file.name, "absent")
    converted = is_converted(path, file)
    name = path.name if converted else file.name
    proof = f"record (converted from {file.name})" if converted else _proof(path, file)
    try:
        sha256 = check_converted(path, published, file, model) if converted else check_weight_file(path, file, model)
    except (WeightError, OSError) as error:
        return CheckedFile(model, name, "wrong", path, proof, problem=str(error))
    return CheckedFile(model, name, "ok" if proof else "unproven", path, proof, sha256)


def _proof(path: Path, file: WeightFile) -> str:
    digest = published_digest(path, file)
    published = "" if digest is None else f"published sha256 ({len(digest)} of {_WHOLE_HASH_DIGITS} digits)"
    recorded = "record" if record_path(path).is_file() else ""
    return " and ".join(filter(None, (published, recorded)))
