"""Reads the sorted string table that the `.index` file of a TensorFlow checkpoint is.

A table is a run of blocks, a block that lists them, and a footer that says where that list lies. Inside a block every
key only writes what differs from the key before it. Behind every block stand one byte that names its compression and
a checksum of the block and that byte. TensorFlow writes these tables uncompressed, so no decompressor is here.

Reference: the table format of LevelDB, https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

import struct

from models.files.crc32c import masked_crc32c

_MAGIC = 0xDB4775248B80FB57
_FOOTER_BYTES = 48
_TRAILER_BYTES = 5
_UINT32_BYTES = 4
_VARINT_MOST_BYTES = 10
_UNCOMPRESSED = 0


class DamagedTableError(ValueError):
    """The bytes are no sound table; the message is a noun phrase for "Got ..."."""


def read_table(content: bytes) -> dict[bytes, bytes]:
    """Read all keys and values of a table, checking every block's checksum.

    Args:
        content: The whole file.

    Raises:
        DamagedTableError: The file is no such table, or it is truncated, damaged or compressed.
    """
    if len(content) < _FOOTER_BYTES:
        raise DamagedTableError(f"{len(content)} bytes, which is less than the footer of an index")
    footer = content[-_FOOTER_BYTES:]
    (magic,) = struct.unpack("<Q", footer[-8:])
    if magic != _MAGIC:
        raise DamagedTableError("an index that does not end with the mark of a table: it is truncated or another file")
    reader = WireReader(footer)
    reader.varint()  # where the list of filters lies, which nobody writes
    reader.varint()
    blocks = _read_block(content, reader.varint(), reader.varint())
    table: dict[bytes, bytes] = {}
    for handle in blocks.values():
        reader = WireReader(handle)
        table |= _read_block(content, reader.varint(), reader.varint())
    return table


class WireReader:
    """Reads numbers and runs of bytes one after the other and never past the end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def at_end(self) -> bool:
        """Return True when nothing is left."""
        return self._position >= len(self._content)

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            DamagedTableError: Fewer bytes are left.
        """
        taken = self._content[self._position : self._position + count]
        if len(taken) != count:
            raise DamagedTableError("a record that ends too early")
        self._position += count
        return taken

    def varint(self) -> int:
        """Return the next number: seven bits in each byte, lowest first, the eighth bit says that more follow.

        Raises:
            DamagedTableError: The number does not end, or takes more than ten bytes.
        """
        value = 0
        for place in range(_VARINT_MOST_BYTES):
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return value
        raise DamagedTableError("a number of more than ten bytes")


def _read_block(content: bytes, offset: int, size: int) -> dict[bytes, bytes]:
    stored = content[offset : offset + size + _TRAILER_BYTES]
    if len(stored) != size + _TRAILER_BYTES or size < _UINT32_BYTES:
        raise DamagedTableError(f"a block of {size} bytes at {offset} that does not lie within {len(content)} bytes")
    compression, checksum = struct.unpack("<BI", stored[size:])
    if checksum != masked_crc32c(stored[: size + 1]):
        raise DamagedTableError(f"a block at {offset} that does not have its checksum")
    if compression != _UNCOMPRESSED:
        raise DamagedTableError(f"a block at {offset} with compression {compression}, which TensorFlow does not write")
    (restarts,) = struct.unpack("<I", stored[size - _UINT32_BYTES : size])
    end = size - _UINT32_BYTES * (restarts + 1)
    if end < 0:
        raise DamagedTableError(f"a block at {offset} with {restarts} restart points in {size} bytes")
    return _read_entries(stored[:end])


def _read_entries(content: bytes) -> dict[bytes, bytes]:
    entries: dict[bytes, bytes] = {}
    reader = WireReader(content)
    key = b""
    while not reader.at_end():
        shared, own, value_bytes = reader.varint(), reader.varint(), reader.varint()
        if shared > len(key):
            raise DamagedTableError(f"a key that shares {shared} bytes with one of {len(key)}")
        key = key[:shared] + reader.take(own)
        entries[key] = reader.take(value_bytes)
    return entries
