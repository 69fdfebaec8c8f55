"""Hash every weight file that is here, converted ones included, against the manifest and its record; open none.

What loading does for one model, for all at once and without stopping at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from models.errors import WeightError
from models.files.checkpoints import find_published, find_weights
from models.files.converted_files import check_converted, is_converted
from models.files.weight_files import check_weight_file, is_placed_by_hand, published_digest, record_path
from models.manifest import ModelEntry, WeightFile

Standing: TypeAlias = Literal["ok", "trusted on first use", "recorded by hand", "unproven"]
"""ok: it has the published hash. Where none is published, it is what its record says, of a first download or of a file
that somebody put there; unproven: there is nothing to compare with."""
Status: TypeAlias = Standing | Literal["wrong", "absent"]
"""wrong: it is another file; absent: it is in no folder."""

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
    return CheckedFile(model, name, standing_of(path, file), path, proof, sha256)


def standing_of(path: Path, file: WeightFile) -> Standing:
    """Say what speaks for a file that was checked.

    Args:
        path: The file, published or converted.
        file: The row of the manifest.
    """
    converted = is_converted(path, file)
    if (file.published_digest if converted else published_digest(path, file)) is not None:
        return "ok"
    # A converted file is as good as what it was made from, which may be gone.
    original = path.with_name(file.name) if converted else path
    if is_placed_by_hand(original):
        return "recorded by hand"
    return "trusted on first use" if record_path(path).is_file() else "unproven"


def _proof(path: Path, file: WeightFile) -> str:
    digest = published_digest(path, file)
    published = "" if digest is None else f"published sha256 ({len(digest)} of {_WHOLE_HASH_DIGITS} digits)"
    recorded = "record" if record_path(path).is_file() else ""
    return " and ".join(filter(None, (published, recorded)))
