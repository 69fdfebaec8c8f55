"""Reads TensorFlow checkpoints (format V2) without TensorFlow: `NAME.index` and `NAME.data-00000-of-0000N`.

The index is a sorted string table from a variable's name to a small protocol buffer that says its type, its shape, in
which data file it lies, where, and its checksum. The data files hold nothing but the values. Spleeter and Wave-U-Net
are published so, inside an archive, which is read in place: nothing is unpacked, so a name in it can point nowhere.
No code of a file is run, there is none in the format.

Reference: `tensor_bundle.proto` and `tensor_bundle.cc` of TensorFlow; https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import math
import struct
import tarfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from models.errors import WeightError
from models.files.crc32c import masked_crc32c
from models.files.tensorflow_table import DamagedTableError, WireReader, read_table

Arrays = dict[str, np.ndarray]
ReadFile = Callable[[str], bytes]
"""From the end of a file's name (".index") to the file's bytes; raises OSError or KeyError when there is none."""

_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?", 19: "<f2"}
"""TensorFlow's number of a data type -> numpy's name of it."""
_HEADER_KEY = b""
_BIG_ENDIAN = 1
_VARINT, _EIGHT_BYTES, _RUN_OF_BYTES, _FOUR_BYTES = 0, 1, 2, 5
_HEADER_SHARDS, _HEADER_ENDIANNESS = 1, 2
_ENTRY_TYPE, _ENTRY_SHAPE, _ENTRY_SHARD, _ENTRY_OFFSET, _ENTRY_SIZE, _ENTRY_CRC, _ENTRY_SLICES = range(1, 8)
_SHAPE_DIMENSION, _DIMENSION_SIZE = 2, 1

Fields = Mapping[int, list[int | bytes]]


@dataclass(frozen=True)
class _Entry:
    name: str
    type_name: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    size_bytes: int
    checksum: int | None


def read_checkpoint(prefix: Path) -> Arrays:
    """Read every variable of a checkpoint, checking all checksums.

    Args:
        prefix: What the names of its files have in common, such as `folder/model` for `folder/model.index`.

    Returns:
        Variable name -> array with the shape and the type as stored.

    Raises:
        WeightError: A file is missing, truncated, damaged, or no checkpoint.
    """
    return _read(lambda ending: Path(f"{prefix}{ending}").read_bytes(), str(prefix))


def read_published_checkpoint(path: Path, folder: str = "") -> Arrays:
    """Read the one checkpoint that a publisher's archive or folder holds, or that a path points at.

    Args:
        path: A `.tar.gz` or `.zip` as published, a folder, an `.index` file, or a prefix as for `read_checkpoint`.
        folder: Name of the folder inside the archive or folder, where it holds several checkpoints.

    Raises:
        WeightError: There is no checkpoint or more than one, or it cannot be read.
    """
    if path.is_dir():
        names = [str(found.relative_to(path).as_posix()) for found in sorted(path.rglob("*.index"))]
        return read_checkpoint(path / _only_prefix(names, folder, path))
    if not path.is_file():
        return read_checkpoint(path)
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                prefix = _only_prefix(archive.namelist(), folder, path)
                return _read(lambda ending: archive.read(prefix + ending), f"{path}/{prefix}")
        if tarfile.is_tarfile(path):
            with tarfile.open(path) as archive:
                prefix = _only_prefix(archive.getnames(), folder, path)
                return _read(lambda ending: _read_member(archive, prefix + ending), f"{path}/{prefix}")
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise WeightError(_unusable_text(path, f"an archive that does not unpack ({error})")) from error
    return read_checkpoint(path.with_suffix("") if path.suffix == ".index" else path)


def _only_prefix(names: list[str], folder: str, path: Path) -> str:
    # Names stay strings as they are: "./model.index" is not found as "model.index". Archives made on a Mac hold a
    # shadow "._NAME" of every file.
    found = [
        name
        for name in names
        if name.endswith(".index")
        and not PurePosixPath(name).name.startswith("._")
        and (not folder or PurePosixPath(name).parent.name == folder)
    ]
    if len(found) != 1:
        place = f" in a folder '{folder}'" if folder else ""
        listed = f": {', '.join(found)}" if found else ""
        raise WeightError(_unusable_text(path, f"{len(found)} files '.index'{place}{listed}"))
    return found[0].removesuffix(".index")


def _read_member(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(f"{name} is no file")
    return member.read()


def _read(read_file: ReadFile, subject: str) -> Arrays:
    try:
        table = read_table(read_file(".index"))
        shard_count = _read_shard_count(table.get(_HEADER_KEY))
        entries = [_read_entry(key, value) for key, value in table.items() if key != _HEADER_KEY]
        shards = [
            np.frombuffer(read_file(f".data-{shard:05d}-of-{shard_count:05d}"), dtype=np.uint8)
            for shard in range(shard_count)
        ]
        return {entry.name: _read_array(entry, shards) for entry in entries}
    except DamagedTableError as error:
        raise WeightError(_unusable_text(subject, str(error))) from error
    except (OSError, KeyError) as error:
        raise WeightError(_unusable_text(subject, f"files that do not open ({error})")) from error


def _read_shard_count(header: bytes | None) -> int:
    if header is None:
        raise DamagedTableError("an index without the header of a checkpoint")
    fields = _fields(header)
    if _number(fields, _HEADER_ENDIANNESS) == _BIG_ENDIAN:
        raise DamagedTableError("values in big-endian order, which this reader does not convert")
    return _number(fields, _HEADER_SHARDS)


def _read_entry(key: bytes, value: bytes) -> _Entry:
    name = key.decode("utf-8", errors="replace")
    fields = _fields(value)
    if _ENTRY_SLICES in fields:
        raise DamagedTableError(f"the variable '{name}' in slices, which this reader does not join")
    type_number = _number(fields, _ENTRY_TYPE)
    if type_number not in _TYPES:
        raise DamagedTableError(f"the variable '{name}' of the TensorFlow type {type_number}, which is no plain number")
    dimensions = [
        _number(_fields(_as_bytes(dimension)), _DIMENSION_SIZE)
        for shape in fields.get(_ENTRY_SHAPE, [])
        for dimension in _fields(_as_bytes(shape)).get(_SHAPE_DIMENSION, [])
    ]
    checksum = fields.get(_ENTRY_CRC)
    return _Entry(
        name=name,
        type_name=_TYPES[type_number],
        shape=tuple(dimensions),
        shard=_number(fields, _ENTRY_SHARD),
        offset=_number(fields, _ENTRY_OFFSET),
        size_bytes=_number(fields, _ENTRY_SIZE),
        checksum=struct.unpack("<I", _as_bytes(checksum[-1]))[0] if checksum else None,
    )


def _read_array(entry: _Entry, shards: list[np.ndarray]) -> np.ndarray:
    subject = f"the variable '{entry.name}'"
    stored_type = np.dtype(entry.type_name)
    if entry.size_bytes != math.prod(entry.shape) * stored_type.itemsize:
        raise DamagedTableError(f"{subject} of the shape {entry.shape} in {entry.size_bytes} bytes")
    if entry.shard >= len(shards):
        raise DamagedTableError(f"{subject} in data file {entry.shard} of {len(shards)}")
    content = shards[entry.shard][entry.offset : entry.offset + entry.size_bytes]
    if content.size != entry.size_bytes:
        raise DamagedTableError(
            f"a data file of {shards[entry.shard].size} bytes, which ends before {subject} does: it is truncated"
        )
    if entry.checksum is not None and masked_crc32c(content) != entry.checksum:
        raise DamagedTableError(f"{subject}, whose values do not have their checksum")
    native = stored_type.newbyteorder("=")
    return np.frombuffer(content.tobytes(), dtype=stored_type).reshape(entry.shape).astype(native)


def _fields(message: bytes) -> Fields:
    """Split a protocol buffer into its fields: field number -> values in order of appearance."""
    fields: dict[int, list[int | bytes]] = defaultdict(list)
    reader = WireReader(message)
    while not reader.at_end():
        number, wire_type = divmod(reader.varint(), 8)
        if wire_type == _VARINT:
            fields[number].append(reader.varint())
        elif wire_type == _RUN_OF_BYTES:
            fields[number].append(reader.take(reader.varint()))
        elif wire_type in (_FOUR_BYTES, _EIGHT_BYTES):
            fields[number].append(reader.take(4 if wire_type == _FOUR_BYTES else 8))
        else:
            raise DamagedTableError(f"a record with the unknown wire type {wire_type}")
    return fields


def _number(fields: Fields, number: int) -> int:
    """Return a number, whose absence means zero."""
    value = fields.get(number, [0])[-1]
    if not isinstance(value, int):
        raise DamagedTableError(f"a record whose field {number} is no number")
    return value


def _as_bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise DamagedTableError("a record with a number where bytes belong")
    return value


def _unusable_text(subject: Path | str, received: str) -> str:
    return (
        f"The TensorFlow checkpoint '{subject}' must be sound and whole: an index and its data files. Got {received}. "
        "Replace it by the published files; `mdx models list` names the models, `mdx models show NAME` has their URL."
    )
