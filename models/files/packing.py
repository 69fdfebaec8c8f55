"""Make a pack of weights (`models.files.pack_index` says what is in one).

The same files give the same bytes on every machine: members are sorted and carry no owner, no time and one mode. Files
are packed as they were published, so that whoever unpacks them can prove them.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from audio.atomic import atomic_path
from models.files.checkpoints import locate_published_hashed
from models.files.pack_index import INDEX_NAME, LICENCES_NAME, PackedFile, PackError, PackIndex, licences_text
from models.files.weight_files import published_digest, record_path
from models.manifest import ModelEntry

_MODE = 0o644


def pack_weights(target: Path, entries: Sequence[ModelEntry]) -> PackIndex:
    """Write the weight files of some models into one tar file, whole or not at all. Files pass through in pieces.

    Args:
        target: The pack; its name ends in `.tar`.
        entries: Rows of the manifest. Their files are verified, and fetched where they are missing.

    Returns:
        The index of the pack.

    Raises:
        PackError: The name has another ending, no model has weights, or a file changed while it was read.
        WeightError: A weight file is missing or wrong.
        OSError: The pack cannot be written.
    """
    require_pack_name(target)
    entries = sorted(entries, key=lambda entry: entry.name)
    found = _find(entries)
    if not found:
        raise PackError(
            f"A pack must hold weight files. Got {', '.join(entry.name for entry in entries) or 'no model'}, "
            "which need none: nothing has to be carried for them."
        )
    index = PackIndex(files=tuple(file for file, _ in found))
    with atomic_path(target) as temporary, tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as pack:
        _add_text(pack, INDEX_NAME, index.text())
        _add_text(pack, LICENCES_NAME, licences_text(entries))
        for file, path in found:
            _add_file(pack, file, path)
            _add_text(pack, record_path(Path(file.member_name)).as_posix(), file.record)
    return index


def require_pack_name(target: Path) -> None:
    """Refuse a name that is probably a model's, given where the pack's name belongs.

    Raises:
        PackError: The name does not end in `.tar`.
    """
    if target.suffix != ".tar":
        raise PackError(f"A pack must have a name that ends in .tar, before the names of models. Got '{target}'.")


def _find(entries: Sequence[ModelEntry]) -> list[tuple[PackedFile, Path]]:
    """Verify every file, and describe each path once, sorted by name."""
    found: dict[Path, PackedFile] = {}
    for entry in entries:
        for file in entry.weights:
            located = locate_published_hashed(entry.name, file)
            path = located.path
            if path in found:
                shared = found[path]
                found[path] = shared.model_copy(update={"models": (*shared.models, entry.name)})
                continue
            found[path] = PackedFile(
                name=path.name,
                sha256=located.sha256,
                size_bytes=path.stat().st_size,
                url=file.source,
                trusted_on_first_use=published_digest(path, file) is None,
                models=(entry.name,),
            )
    return sorted(((file, path) for path, file in found.items()), key=lambda pair: pair[0].name)


def _add_text(pack: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    pack.addfile(_member(name, len(content)), io.BytesIO(content))


def _add_file(pack: tarfile.TarFile, file: PackedFile, path: Path) -> None:
    with path.open("rb") as stream:
        hashed = _HashedReader(stream)
        pack.addfile(_member(file.member_name, file.size_bytes), hashed)
    if hashed.digest.hexdigest() != file.sha256:
        raise PackError(f"The file '{path}' must stay as it is while it is packed. It was changed: pack again.")


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size_bytes, _MODE, 0
    return member


class _HashedReader:
    """Hashes what is read from a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.digest.update(block)
        return block
