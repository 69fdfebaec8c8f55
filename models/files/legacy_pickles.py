"""torch's file format from before version 1.6, opened without running anything in it.

torch's own safe loader refuses files of that format that hold a network's class beside its weights, because they carry
the class's source text along. Here a class is a name and its source is skipped. Of all that a pickle may refer to, only
the following means anything: the names that the caller expects, tensors of float16 and float32, ordered dictionaries.

The format is a row of pickles (a magic number, the format's version, facts on the machine, the content, the keys of all
storages in their order), then for each storage its number of elements (int64) and its elements, little-endian.
"""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Collection
from typing import IO, Any

import torch
from torch import Tensor

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_STORAGE_TYPES = {"torch.FloatStorage": torch.float32, "torch.HalfStorage": torch.float16}
_COUNT = struct.Struct("<q")


def read_legacy_pickle(stream: IO[bytes], names: Collection[str]) -> Any:  # whatever was saved
    """Read one file.

    Args:
        stream: The open file.
        names: Classes that the content may name, such as "demucs.model.Demucs"; they come back as these strings.

    Returns:
        The content.

    Raises:
        pickle.UnpicklingError: The file refers to anything else, or has another format.
        EOFError: The file is cut.
    """
    for expected in (_MAGIC_NUMBER, _VERSION, None):
        value = _Reader(stream).load()
        if expected is not None and value != expected:
            raise pickle.UnpicklingError(f"no file of torch before 1.6: {value!r} in place of {expected}")
    reader = _Reader(stream, names)
    content = reader.load()
    keys = _Reader(stream).load()
    # A storage that no key names would stay memory that nobody wrote; a key without one belongs to another file.
    if (
        not isinstance(keys, list)
        or len(keys) != len(reader.storages)
        or any(key not in keys for key in reader.storages)
    ):
        raise pickle.UnpicklingError(
            f"a list of storages {str(keys)[:200]} in place of those of the content, {sorted(reader.storages)}"
        )
    for key in keys:
        _fill(reader.storages[key], stream)
    return content


class _Reader(pickle.Unpickler):
    """Builds the content; tensors are views of storages that are still to be filled."""

    def __init__(self, stream: IO[bytes], names: Collection[str] = ()) -> None:
        super().__init__(stream)
        self.storages: dict[str, Tensor] = {}
        self._known: dict[str, Any] = {
            **{name: name for name in names},
            **_STORAGE_TYPES,
            "torch._utils._rebuild_tensor_v2": _view,
            "collections.OrderedDict": OrderedDict,
        }

    def find_class(self, module: str, name: str) -> Any:  # the overridden method's type
        path = f"{module}.{name}"
        if path not in self._known:
            raise pickle.UnpicklingError(f"Unsupported GLOBAL {path} in the file")
        return self._known[path]

    def persistent_load(self, reference: Any) -> Any:  # the overridden method's type
        kind, subject, *details = reference
        if kind == "module":
            return subject
        if kind != "storage":
            raise pickle.UnpicklingError(f"a reference to a {kind}")
        key, _device, count, _view_of = details
        return self.storages.setdefault(key, torch.empty(count, dtype=subject))


def _view(storage: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_gradients: object) -> Tensor:
    return storage.as_strided(size, stride, offset)


def _fill(storage: Tensor, stream: IO[bytes]) -> None:
    (count,) = _COUNT.unpack(stream.read(_COUNT.size).ljust(_COUNT.size, b"\0"))
    content = stream.read(storage.nbytes)
    if count != storage.numel() or len(content) != storage.nbytes:
        raise EOFError(f"a storage of {count} elements instead of {storage.numel()}, in {len(content)} bytes")
    storage.copy_(torch.frombuffer(bytearray(content), dtype=storage.dtype))
