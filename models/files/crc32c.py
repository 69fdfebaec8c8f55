"""CRC-32C of a large block of bytes in numpy: the checksum that TensorFlow writes beside every tensor.

A weight file has 10^8 bytes, and a loop over them in Python takes a minute. A checksum is a linear map over the field
of two elements, so the block is cut into rows, all rows run through the table side by side, and neighbouring results
are then joined in pairs: crc(left + right) = shift(crc(left), length of right) xor crc(right).

Reference: RFC 3720, appendix B.4 (polynomial and test vectors); the joining is that of zlib's `crc32_combine`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

_POLYNOMIAL = 0x82F63B78  # 0x1EDC6F41 with its bits reversed
_ROW_BYTES = 1024
_BITS = 32
_START_BYTES = 4
_MASK_DELTA = 0xA282EAD8
_ALL_ONES = 0xFFFFFFFF


def crc32c(data: bytes | np.ndarray) -> int:
    """Return the CRC-32C of some bytes.

    Args:
        data: Bytes, or a one-dimensional array of uint8; left as it is.
    """
    values = np.frombuffer(data, dtype=np.uint8) if isinstance(data, bytes) else data
    if values.size < _ROW_BYTES:
        return _crc_byte_by_byte(values.tobytes())
    rows = 1 << (-(-values.size // _ROW_BYTES) - 1).bit_length()
    # Zeros in front change nothing in a register that starts at zero; its real start of all ones
    # is the same as inverting the first four bytes.
    padded = np.zeros(rows * _ROW_BYTES, dtype=np.uint8)
    start = padded.size - values.size
    padded[start:] = values
    padded[start : start + _START_BYTES] ^= 0xFF
    table = _byte_table()
    registers = np.zeros(rows, dtype=np.uint32)
    for column in np.ascontiguousarray(padded.reshape(rows, _ROW_BYTES).T):
        registers = table[(registers ^ column) & 0xFF] ^ (registers >> 8)
    shift = _shift_by_one_row()
    while registers.size > 1:
        registers = _apply(shift, registers[0::2]) ^ registers[1::2]
        shift = _apply(shift, shift)
    return int(registers[0]) ^ _ALL_ONES


def masked_crc32c(data: bytes | np.ndarray) -> int:
    """Return the form that TensorFlow stores: rotated by 15 bits, plus a constant.

    It masks them because the checksum of data that holds its own checksum is weak.
    """
    checksum = crc32c(data)
    return (((checksum >> 15) | (checksum << 17)) + _MASK_DELTA) & _ALL_ONES


def _crc_byte_by_byte(data: bytes) -> int:
    table = _byte_table().tolist()
    register = _ALL_ONES
    for byte in data:
        register = table[(register ^ byte) & 0xFF] ^ (register >> 8)
    return int(register ^ _ALL_ONES)


@cache
def _byte_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table


@cache
def _shift_by_one_row() -> np.ndarray:
    """Return what appending `_ROW_BYTES` zero bytes does to a register, as the images of its 32 single bits."""
    single_bits = np.uint32(1) << np.arange(_BITS, dtype=np.uint32)
    shift = _byte_table()[single_bits & 0xFF] ^ (single_bits >> 8)
    for _ in range(_ROW_BYTES.bit_length() - 1):
        shift = _apply(shift, shift)
    return shift


def _apply(images: np.ndarray, registers: np.ndarray) -> np.ndarray:
    """Apply a linear map, given as the images of the 32 single bits, to every register."""
    result = np.zeros_like(registers)
    for bit, image in enumerate(images):
        result ^= np.where((registers >> np.uint32(bit)) & 1, image, np.uint32(0))
    return result
