"""Proof that a file is the weight file that was published.

The sha256 of the whole file is compared with the manifest (whole hash, or the prefix that the publisher wrote into the
file name) before anything opens it. A verified download leaves a small record beside the file, `NAME.json`, with the
whole hash and the size; from then on the file must match that record too, so a later change of more than the prefix
covers is seen. Where no hash is published at all, the record of the first download is the only proof and says so
(`trusted_on_first_use`). The record of a file that was put into the cache by hand says that (`placed_by_hand`) and no
address.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from audio.atomic import write_text_atomically
from audio.decoding import LFS_POINTER_START
from models.errors import WeightError
from models.manifest import CONVERTED_SUFFIX, WeightFile

BY_HAND_KEY = "placed_by_hand"
"""Key of the record of a file that no program fetched."""

_READ_BYTES = 1 << 20
_START_BYTES = 64
_TRUNCATED_BELOW = 0.9
_SHA256 = re.compile("[0-9a-f]{64}")

_ZIP, _PICKLE, _GZIP = b"PK\x03\x04", b"\x80", b"\x1f\x8b"
_TORCH = (_ZIP, _PICKLE)
_FIRST_BYTES: Mapping[str, tuple[bytes, ...]] = {
    **dict.fromkeys((".pth", ".th", ".pt", ".ckpt"), _TORCH),
    ".gz": (_GZIP,),
    ".h5": (b"\x89HDF\r\n\x1a\n",),
    ".zip": (_ZIP,),
}
"""Suffix -> how a file begins that is what its suffix says."""
_SAFETENSORS_HEADER_AT = 8
_SAFETENSORS_LONGEST_HEADER = 100_000_000


def sha256_of(path: Path) -> str:
    """Return the sha256 of a whole file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def check_weight_file(path: Path, file: WeightFile, model: str) -> str:
    """Check a file on disk against the manifest and, where one lies beside it, the record of its download.

    Args:
        path: The file. One of `file.also_accepted` has no published hash: only its record can speak against it.
        file: The row of the manifest.
        model: Name of the model, for the message.

    Returns:
        The sha256 of the whole file.

    Raises:
        WeightError: The file is a Git LFS pointer, is truncated, or has another hash.
    """
    refuse_lfs_pointer(path, file, model)
    actual = sha256_of(path)
    recorded = recorded_sha256(path)
    expected = [digest for digest in (published_digest(path, file), recorded) if digest]
    for digest in expected:
        if not actual.startswith(digest):
            raise WeightError(_mismatch_text(path, file, model, actual, digest))
    if recorded is not None:
        _check_recorded_size(path)
    return actual


def check_download(path: Path, url: str, file: WeightFile, model: str) -> str:
    """Check what a server sent, before it gets its name.

    Args:
        path: The temporary file.
        url: Where it came from, for the message.
        file: The row of the manifest.
        model: Name of the model, for the message.

    Returns:
        The sha256 of the whole file.

    Raises:
        WeightError: The server sent another file.
    """
    actual = sha256_of(path)
    if file.published_digest is None:
        _refuse_what_is_no_weight_file(path, url, file, model)
    elif not actual.startswith(file.published_digest):
        raise WeightError(
            f"The download of {url} for the model '{model}' must have a sha256 that begins with "
            f"{file.published_digest}. Got {actual} ({path.stat().st_size} bytes); nothing was kept. Try again later; "
            "if the hash stays the same, the address serves another file: get the published one elsewhere."
        )
    return actual


def record_verified(path: Path, url: str | None, sha256: str, *, trusted_on_first_use: bool = False) -> None:
    """Write the record of a file beside it.

    Args:
        path: The file.
        url: Where it came from; None for a file that was put there by hand.
        sha256: Its whole hash.
        trusted_on_first_use: No published hash confirmed it: the record is its only proof from now on.

    Raises:
        OSError: The folder cannot be written.
    """
    text = record_text(path.name, sha256, path.stat().st_size, url, trusted_on_first_use)
    write_text_atomically(record_path(path), text)


def record_text(name: str, sha256: str, size_bytes: int, url: str | None, trusted_on_first_use: bool) -> str:
    """Return the text of a record (arguments as for `record_verified`); the same facts give the same bytes."""
    origin = {BY_HAND_KEY: True} if url is None else {"url": url}
    record: dict[str, Any] = {"file": name, "sha256": sha256, "bytes": size_bytes, **origin}
    if trusted_on_first_use:
        record["trusted_on_first_use"] = True
    return json.dumps(record, indent=2) + "\n"


def record_path(path: Path) -> Path:
    """Return where the record of a weight file lies."""
    return path.with_name(path.name + ".json")


def published_digest(path: Path, file: WeightFile) -> str | None:
    """Return the published hash, or the beginning of it, that a file must have; None where there is none."""
    return None if path.name in (*file.also_accepted, file.converted_name) else file.published_digest


def recorded_sha256(path: Path) -> str | None:
    """Return the hash that the record beside a file says, or None where there is no record.

    Raises:
        WeightError: The record cannot be read.
    """
    return recorded(path, "sha256") if record_path(path).is_file() else None


def recorded(path: Path, key: str) -> str:
    """Return one of the hashes in the record beside a file.

    Raises:
        WeightError: There is no record, it cannot be read, or it has no whole hash under this key.
    """
    digest = _record(path).get(key)
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise _unusable_record(path, f"64 hexadecimal digits under the key '{key}'", repr(digest))
    return digest


def is_placed_by_hand(path: Path) -> bool:
    """Say whether the record beside a file says that it was put there by hand.

    Raises:
        WeightError: The record cannot be read.
    """
    return record_path(path).is_file() and BY_HAND_KEY in _record(path)


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(record_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable_record(path, "readable JSON", repr(error)) from error
    if not isinstance(record, dict):
        raise _unusable_record(path, "a JSON object", type(record).__name__)
    return record


def _check_recorded_size(path: Path) -> None:
    recorded_bytes, size_bytes = _record(path).get("bytes"), path.stat().st_size
    if isinstance(recorded_bytes, bool) or recorded_bytes != size_bytes:
        raise _unusable_record(path, f"the {size_bytes} bytes of its file under the key 'bytes'", repr(recorded_bytes))


def _unusable_record(path: Path, wanted: str, received: str) -> WeightError:
    return WeightError(
        f"The record '{record_path(path)}' must hold {wanted}. Got: {received}. "
        "Delete the record and the weight file beside it, then load the model again."
    )


def refuse_lfs_pointer(path: Path, file: WeightFile, model: str) -> None:
    """Refuse the few lines that stand for a file where Git LFS did not fetch it.

    Raises:
        WeightError: The file is such a pointer.
    """
    with path.open("rb") as stream:
        start = stream.read(len(LFS_POINTER_START))
    if start == LFS_POINTER_START:
        raise WeightError(
            f"The file '{path}' of the model '{model}' must hold its weights. Got a Git LFS pointer of "
            f"{path.stat().st_size} bytes. Run `git lfs pull`, or replace it by the file from {file.source}"
        )


def why_not_opened(error: Exception) -> str:
    """Say in a few words why a weight file did not open or did not fit.

    torch's own text about a refused pickle runs over a page and advises to switch the protection off.
    """
    text = str(error)
    forbidden = re.search(r"GLOBAL (\S+)", text)
    if forbidden:
        return f"a reference to '{forbidden.group(1)}', which such a file has no use for"
    if isinstance(error, pickle.UnpicklingError):
        return "no pickle of tensors and plain values"
    return f"{type(error).__name__}: {' '.join(text.split())}"


def _refuse_what_is_no_weight_file(path: Path, url: str, file: WeightFile, model: str) -> None:
    """Catch an error page before it is trusted for ever; all that can be done without a published hash."""
    with path.open("rb") as stream:
        start = stream.read(_START_BYTES)
    size_bytes = path.stat().st_size
    is_short = size_bytes < _TRUNCATED_BELOW * (file.approximate_bytes or 0)
    suffix = PurePath(file.name).suffix
    if not _begins_as(suffix, start) or is_short or not size_bytes:
        raise WeightError(
            f"The download of {url} for the model '{model}' must be a weight file ({suffix}) of about "
            f"{file.approximate_megabytes or 'an unknown number of'} MB. Got {size_bytes} bytes that begin with "
            f"{start[:20]!r}; nothing was kept. Try again later, or get the file elsewhere."
        )


def _begins_as(suffix: str, start: bytes) -> bool:
    """Say whether a file begins as its suffix promises; of other suffixes, whether it is no page and no pointer."""
    if suffix == CONVERTED_SUFFIX:
        header_bytes = int.from_bytes(start[:_SAFETENSORS_HEADER_AT], "little")
        return start[_SAFETENSORS_HEADER_AT:].startswith(b"{") and header_bytes <= _SAFETENSORS_LONGEST_HEADER
    if suffix in _FIRST_BYTES:
        return start.startswith(_FIRST_BYTES[suffix])
    return not start.lstrip().startswith((b"<", b"{", b"[")) and not start.startswith(LFS_POINTER_START)


def _mismatch_text(path: Path, file: WeightFile, model: str, actual: str, expected: str) -> str:
    size_bytes = path.stat().st_size
    subject = f"The file '{path}' of the model '{model}' must have a sha256 that begins with {expected}."
    next_step = f"Delete it and put {file.name} from {file.source} in its place."
    if size_bytes < _TRUNCATED_BELOW * (file.approximate_megabytes or 0) * 1e6:
        return (
            f"{subject} Got {actual}: the file looks truncated, {size_bytes} bytes instead of about "
            f"{file.approximate_megabytes:g} MB. {next_step}"
        )
    return f"{subject} Got {actual}: it is another file, or it was changed. {next_step}"
