"""Unpack a pack of weights into a folder that is searched for them, trusting nothing in it.

A pack may have passed through any hands. Only the members that its index names are looked at; links, devices, folders,
sparse files, other names and second copies are refused. Every file is written into a hidden folder inside the target
first; when all of them have the size and hash of the index, and the hash that the manifest knows, they get their names.

What the pack says of a file's origin counts for nothing: its record is written anew from the manifest, and a file that
no published hash confirms is one that was trusted on first use.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.files.checkpoints import user_cache_folder
from models.files.file_locks import locked
from models.files.pack_index import (
    INDEX_NAME,
    LICENCES_NAME,
    WEIGHTS_PREFIX,
    PackedFile,
    PackError,
    PackIndex,
    read_index,
)
from models.files.weight_files import published_digest, record_path, record_verified, recorded_sha256, sha256_of
from models.manifest import Manifest, WeightFile

_READ_BYTES = 1 << 20
_MOST_INDEX_BYTES = 10_000_000


@dataclass(frozen=True)
class UnpackedFile:
    """A weight file of a pack, in its folder."""

    path: Path
    is_proven: bool
    """Whether a published hash confirms it; a file under a name of `also_accepted` has none."""


def unpack_weights(pack_path: Path, manifest: Manifest, folder: Path | None = None) -> list[UnpackedFile]:
    """Put the weight files of a pack, with their records, into a folder: all of them or none.

    Args:
        pack_path: The tar file.
        manifest: The rows that say which files there are, and their published hashes.
        folder: Where they go, created when missing; None is the user's cache.

    Returns:
        The weight files, in the order of the index.

    Raises:
        PackError: The pack is missing, is no tar file, is cut off, holds anything that its index does not name, or a
            file has another hash than the index, the manifest, an earlier record or the file that is there.
        OSError: The folder cannot be written or the pack not be read.
    """
    if not pack_path.is_file():
        raise PackError(f"The pack '{pack_path}' must be a file. There is none: check its path, or copy it here.")
    target = folder or user_cache_folder()
    target.mkdir(parents=True, exist_ok=True)
    # A hidden neighbour on the same file system, so that renaming is all that is left when everything is proven.
    with tempfile.TemporaryDirectory(prefix=".unpack.", dir=target) as staging:
        index = _extract(pack_path, manifest, Path(staging))
        with ExitStack() as locks:
            # In one order for all processes, or two of them could wait for each other.
            for name in sorted(file.name for file in index.files):
                locks.enter_context(locked(target / name))
            for file in index.files:
                _refuse_conflict(pack_path, file, target / file.name)
            return [_put(file, manifest, Path(staging), target / file.name) for file in index.files]


def _put(file: PackedFile, manifest: Manifest, staging: Path, path: Path) -> UnpackedFile:
    """Give a proven file its name and its record."""
    rows = _rows_of(file.name, manifest)
    is_proven = any(published_digest(path, row) for row in rows)
    os.replace(staging / file.name, path)
    record_verified(path, rows[0].source, file.sha256, trusted_on_first_use=not is_proven)
    return UnpackedFile(path, is_proven)


def _extract(pack_path: Path, manifest: Manifest, staging: Path) -> PackIndex:
    try:
        with tarfile.open(pack_path, "r:") as pack:
            index = _index_of(pack, pack_path)
            for file in index.files:
                _compare_with_manifest(file, manifest, pack_path)
            awaited = {file.member_name: file for file in index.files}
            ignored = {LICENCES_NAME, *(record_path(Path(name)).as_posix() for name in awaited)}
            while (member := pack.next()) is not None:
                _refuse_special(member, pack_path)
                if member.name in ignored:
                    ignored.remove(member.name)
                elif member.name in awaited:
                    file = awaited.pop(member.name)
                    _extract_file(_content(pack, member), member.size, file, staging / file.name, pack_path)
                else:
                    raise PackError(
                        f"The pack '{pack_path}' must hold what its index names, once each. Got '{member.name}': "
                        "it is not a pack of this kit, or somebody changed it. Nothing was unpacked."
                    )
    except (tarfile.TarError, EOFError) as error:
        raise PackError(
            f"The pack '{pack_path}' must be a whole tar file without compression. Got: {error}. "
            "Copy it again, or make it again with `mdx models pack`."
        ) from error
    if awaited:
        missing = ", ".join(name.removeprefix(WEIGHTS_PREFIX) for name in awaited)
        raise PackError(f"The pack '{pack_path}' must hold every file of its index. It lacks {missing}: copy it again.")
    return index


def _index_of(pack: tarfile.TarFile, pack_path: Path) -> PackIndex:
    first = pack.next()
    if first is None or first.name != INDEX_NAME or first.size > _MOST_INDEX_BYTES:
        got = "nothing" if first is None else f"'{first.name}' of {first.size} bytes"
        raise PackError(f"The pack '{pack_path}' must begin with {INDEX_NAME}. Got {got}: it is no pack of this kit.")
    _refuse_special(first, pack_path)
    return read_index(_content(pack, first).read(), str(pack_path))


def _refuse_special(member: tarfile.TarInfo, pack_path: Path) -> None:
    if not member.isreg() or member.issparse():
        raise PackError(
            f"The pack '{pack_path}' must hold plain files only. Got '{member.name}', a link, folder, device or sparse "
            "file: somebody changed it. Nothing was unpacked."
        )


def _content(pack: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = pack.extractfile(member)
    if content is None:
        raise tarfile.ReadError(f"'{member.name}' has no content")
    return content


def _extract_file(content: IO[bytes], size_bytes: int, file: PackedFile, path: Path, pack_path: Path) -> None:
    """Copy a member in pieces, and compare it with the index."""
    digest = hashlib.sha256()
    if size_bytes == file.size_bytes:
        with path.open("xb") as stream:
            while block := content.read(_READ_BYTES):
                digest.update(block)
                stream.write(block)
    if size_bytes != file.size_bytes or digest.hexdigest() != file.sha256:
        raise PackError(
            f"The file {file.name} in the pack '{pack_path}' must have {file.size_bytes} bytes with the sha256 "
            f"{file.sha256} of its index. Got {size_bytes} bytes with {digest.hexdigest()}. Nothing was unpacked: "
            "copy the pack again."
        )


def _compare_with_manifest(file: PackedFile, manifest: Manifest, pack_path: Path) -> None:
    rows = _rows_of(file.name, manifest)
    if not rows:
        raise PackError(
            f"The pack '{pack_path}' must hold weight files of this kit's models. Got {file.name}, which no row of the "
            "manifest names. Nothing was unpacked: use the version of the kit that made the pack."
        )
    for row in rows:
        digest = published_digest(Path(file.name), row) or ""
        if not file.sha256.startswith(digest):
            raise PackError(
                f"The file {file.name} in the pack '{pack_path}' must have a sha256 that begins with {digest}, as "
                f"published. Got {file.sha256}. Nothing was unpacked: make the pack again from the published file."
            )


def _rows_of(name: str, manifest: Manifest) -> list[WeightFile]:
    """Return the rows that a file belongs to, those that publish this very name first."""
    rows = [row for entry in manifest.models for row in entry.weights if name in (row.name, *row.also_accepted)]
    return sorted(rows, key=lambda row: row.name != name)


def _refuse_conflict(pack_path: Path, file: PackedFile, path: Path) -> None:
    recorded = recorded_sha256(path)
    if recorded not in (None, file.sha256):
        raise PackError(
            f"The pack '{pack_path}' must hold the files that were met here before. Its {file.name} has the sha256 "
            f"{file.sha256}, the record '{record_path(path)}' says {recorded}. Nothing was unpacked: find out "
            "which one is right, then delete the record here or make the pack again."
        )
    if recorded is None and path.exists() and (here := sha256_of(path)) != file.sha256:
        raise PackError(
            f"The pack '{pack_path}' must not replace another file. Its {file.name} has the sha256 {file.sha256}, "
            f"'{path}' has {here} and no record. Nothing was unpacked: find out which one is right, then move "
            "the file away or unpack into another folder."
        )
