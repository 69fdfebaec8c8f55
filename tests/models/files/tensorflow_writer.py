"""Writes TensorFlow checkpoints (format V2) for tests, byte by byte after the format's description.

It shares nothing with the reader: its checksum goes byte by byte, and its blocks are small so that the keys are spread
over several of them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np

TYPES = {"float32": 1, "float64": 2, "int32": 3, "int64": 9, "float16": 19}


def write_checkpoint(prefix, variables: Mapping[str, np.ndarray], shards: int = 1, entries_per_block: int = 4) -> Path:
    """Write `PREFIX.index` and the data files; variables go round the data files. Returns the index's path."""
    prefix = Path(prefix)
    prefix.parent.mkdir(parents=True, exist_ok=True)
    data = [b""] * shards
    table = {b"": field(1, shards) + field(3, field(1, 1))}
    for number, (name, values) in enumerate(sorted(variables.items())):
        shard, content = number % shards, values.tobytes()
        shape = b"".join(field(2, field(1, size)) for size in values.shape)
        entry = field(1, TYPES[values.dtype.name]) + field(2, shape) + field(3, shard) + field(4, len(data[shard]))
        table[name.encode()] = entry + field(5, len(content)) + varint(6 << 3 | 5) + struct.pack("<I", masked(content))
        data[shard] += content
    for number, content in enumerate(data):
        Path(f"{prefix}.data-{number:05d}-of-{shards:05d}").write_bytes(content)
    index = Path(f"{prefix}.index")
    index.write_bytes(sorted_table(table, entries_per_block))
    return index


def sorted_table(table: Mapping[bytes, bytes], entries_per_block: int = 4) -> bytes:
    """Return a table's bytes: blocks, an empty list of filters, the list of blocks, the footer."""
    items = sorted(table.items())
    content = b""
    handles = {}
    for start in range(0, len(items), entries_per_block):
        piece = dict(items[start : start + entries_per_block])
        content, handles[max(piece)] = append_block(content, piece)
    content, filters = append_block(content, {})
    content, blocks = append_block(content, handles)
    return content + (filters + blocks).ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def append_block(content: bytes, entries: Mapping[bytes, bytes], compression: int = 0) -> tuple[bytes, bytes]:
    """Return the content with a block behind it, and the block's handle."""
    block, previous = b"", b""
    for key, value in entries.items():
        shared = next((i for i, (a, b) in enumerate(zip(key, previous, strict=False)) if a != b), None)
        shared = min(len(key), len(previous)) if shared is None else shared
        block += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        previous = key
    block += struct.pack("<II", 0, 1)
    handle = varint(len(content)) + varint(len(block))
    kind = bytes([compression])
    return content + block + kind + struct.pack("<I", masked(block + kind)), handle


def varint(value: int) -> bytes:
    """Return a number, seven bits in each byte."""
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def field(number: int, value: int | bytes) -> bytes:
    """Return a protocol buffer's field; a number of zero is left out, as TensorFlow does."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value) if value else b""


def masked(content: bytes) -> int:
    """Return the CRC-32C, masked as TensorFlow stores it."""
    register = 0xFFFFFFFF
    for byte in content:
        register = TABLE[(register ^ byte) & 0xFF] ^ (register >> 8)
    checksum = register ^ 0xFFFFFFFF
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _divided(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    return byte


TABLE = tuple(_divided(byte) for byte in range(256))
