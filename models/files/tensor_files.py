"""Tensors and text in one safetensors file: written exactly, read without running anything.

Reference: https://huggingface.co/docs/safetensors, section Format.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

_TYPES = frozenset(
    {
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.complex64),
        *(torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool),
    }
)


def require_storable(tensors: Mapping[str, Tensor]) -> None:
    """Refuse tensors that the format has no place for.

    Raises:
        TypeError: One of them is sparse or has a type of number that the format lacks; the message is about it.
    """
    for name, tensor in tensors.items():
        if tensor.layout is not torch.strided or tensor.dtype not in _TYPES:
            raise TypeError(f"'{name}' is a tensor of the kind {tensor.layout}, {tensor.dtype}")


def write_tensors(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, str]) -> None:
    """Write tensors and facts about them.

    Args:
        path: The file; others may read it as they may any other file of the user's.
        tensors: Name -> tensor; those that share memory are written once each.
        facts: Text by name.

    Raises:
        OSError: The file cannot be written.
    """
    # The format has no views and no shared memory.
    copies = {
        name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()
    }
    path.touch()
    mode = path.stat().st_mode
    try:
        save_file(copies, path, metadata=dict(facts))
    except SafetensorError as error:
        raise OSError(f"'{path}' cannot be written: {error}") from error
    # The library writes files that only their owner may read.
    path.chmod(mode)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read a file.

    Returns:
        Name -> tensor in memory of its own, and the facts.

    Raises:
        ValueError: The file is damaged, or in another format.
    """
    try:
        with safe_open(path, framework="pt") as file:
            # Without the copy a tensor would lie in the mapped file, where it begins at any address: kernels may round
            # differently there, and a change of the file would show.
            return {name: file.get_tensor(name).clone() for name in list(file.keys())}, file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"a damaged safetensors file: {error}") from error


def same_bytes(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> bool:
    """Say whether two sets of tensors have the same names, types, shapes and bits (not a number equals itself)."""
    return first.keys() == second.keys() and all(_same_bytes(tensor, second[name]) for name, tensor in first.items())


def _same_bytes(first: Tensor, second: Tensor) -> bool:
    if (first.dtype, first.shape) != (second.dtype, second.shape):
        return False
    return torch.equal(_bytes(first), _bytes(second))


def _bytes(tensor: Tensor) -> Tensor:
    return tensor.flatten().contiguous().view(torch.uint8)
