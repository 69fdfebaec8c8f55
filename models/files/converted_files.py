"""Proof that a converted weight file was made from the published one, and that nobody changed it since.

No publisher knows its hash. `mdx models convert` (`models.conversion`) leaves a record beside it, `NAME.json`, with its
own sha256 and, as `converted_from`, that of the file it was made from. The latter must be the published one.
"""

from __future__ import annotations

import json
from pathlib import Path

from audio.atomic import write_text_atomically
from models.errors import WeightError
from models.files.weight_files import record_path, recorded, recorded_sha256, refuse_lfs_pointer, sha256_of
from models.manifest import WeightFile

ORIGIN_KEY = "converted_from"
"""Key of the record that holds the sha256 of the published file."""


def is_converted(path: Path, file: WeightFile) -> bool:
    """Say whether there is a file at a path that takes the place of the published one.

    A converted file may have the name of one that the publisher offers too; then its record tells the two apart.

    Args:
        path: Where to look.
        file: The row of the manifest.
    """
    if path.name != file.converted_name or not path.is_file():
        return False
    return path.name not in file.also_accepted or _says_its_origin(path)


def record_converted(path: Path, target: Path, origin: Path, origin_sha256: str) -> None:
    """Write the record of a file that is about to get its name.

    Args:
        path: The file.
        target: Its name to be; the record lies beside that.
        origin: The file that it was made from.
        origin_sha256: The hash of that.

    Raises:
        OSError: The folder cannot be written.
    """
    own = {"file": target.name, "sha256": sha256_of(path), "bytes": path.stat().st_size}
    record = {**own, "source": origin.name, ORIGIN_KEY: origin_sha256}
    write_text_atomically(record_path(target), json.dumps(record, indent=2) + "\n")


def check_converted(path: Path, published: Path | None, file: WeightFile, model: str) -> str:
    """Check a converted file against its record, and its origin against all that is known of the published file.

    Args:
        path: The converted file.
        published: Where the published file lies, if it is here.
        file: The row of the manifest.
        model: Name of the model, for messages.

    Returns:
        Its sha256.

    Raises:
        WeightError: It has no record, was changed, or was made from another file.
    """
    refuse_lfs_pointer(path, file, model)
    next_step = (
        f"`mdx models convert {model}` makes it again from {file.name}; or delete it, and {file.name} itself is loaded."
    )
    if not record_path(path).is_file():
        raise WeightError(
            f"The converted file '{path}' of the model '{model}' must have its record '{record_path(path).name}' "
            f"beside it. Got none, so nothing proves what it was made from. {next_step}"
        )
    actual, expected, origin = sha256_of(path), recorded(path, "sha256"), recorded(path, ORIGIN_KEY)
    if actual != expected:
        raise WeightError(
            f"The converted file '{path}' of the model '{model}' must have the sha256 {expected} of its record. "
            f"Got {actual}: it was changed. {next_step}"
        )
    for digest in _known_digests(path, published, file):
        if not origin.startswith(digest):
            raise WeightError(
                f"The converted file '{path}' of the model '{model}' must have been made from a file with a sha256 "
                f"that begins with {digest}. Got one made from {origin}. {next_step}"
            )
    return actual


def published_sha256(path: Path, file: WeightFile) -> str:
    """Return the sha256 of the published file that a verified file is, or was made from."""
    return recorded(path, ORIGIN_KEY) if is_converted(path, file) else sha256_of(path)


def _known_digests(path: Path, published: Path | None, file: WeightFile) -> list[str]:
    """Return what the hash of the published file must begin with, as the manifest and its record say."""
    original = path.with_name(file.name) if published in (None, path) else published
    digests = [digest for digest in (file.published_digest, recorded_sha256(original)) if digest]
    if digests or not original.is_file():
        return digests
    # Nothing but the file itself says what it is: it may be the next version of a network of the user's own.
    return [sha256_of(original)]


def _says_its_origin(path: Path) -> bool:
    try:
        return bool(recorded(path, ORIGIN_KEY))
    except WeightError:
        return False
