"""What a weight file holds, taken apart into tensors and a description of all the rest in JSON, and put together again.

A safetensors file has room for named tensors and for text. Checkpoints nest their tensors in dictionaries and lists,
among numbers and words. The description keeps that nesting: plain values stand for themselves, and an object of one key
stands for what JSON cannot say:

    {"_tensor": name}   {"_dict": [[key, value], ...]}   {"_list": [...]}   {"_tuple": [...]}
    {"_class": "package.module.Name"}   {"_numpy": [type of number, value]}

All but the last is how the publisher of Demucs describes quantised states (`load_safetensors_model` of the package
`demucs`), so one reader serves both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor

Node: TypeAlias = Any
"""A JSON value."""
Classes: TypeAlias = Mapping[str, type]
"""Path of each class that content may name -> the class."""

SEPARATOR = "/"
"""Between the keys that lead to a tensor, in its name."""

_RESERVED_NAME = "__metadata__"
_KINDS = (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
_NUMBERS: Mapping[str, type[np.generic]] = {
    np.dtype(kind).name: kind for kind in (*_KINDS, np.float16, np.float32, np.float64)
}


def take_apart(content: Any, classes: Classes | None = None) -> tuple[Node, dict[str, Tensor]]:
    """Describe content.

    Args:
        content: Dictionaries (of any kind), lists, tuples, text, numbers, numpy's numbers, None and tensors, nested.
        classes: Classes that it may name.

    Returns:
        The description, and name -> tensor. A tensor is named by the keys that lead to it.

    Raises:
        TypeError: The content holds anything else; the message says what and where.
    """
    tensors: dict[str, Tensor] = {}
    return _describe(content, (), tensors, {named: path for path, named in (classes or {}).items()}), tensors


def put_together(node: Node, tensors: Mapping[str, Tensor], classes: Classes | None = None) -> Any:
    """Build what a description describes: the inverse of `take_apart`.

    Args:
        node: The description.
        tensors: Name -> tensor.
        classes: Classes that it may name; nothing is imported.

    Raises:
        LookupError: A tensor is missing.
        ValueError: It is no description, or names another class.
    """
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        ((kind, inner),) = node.items()
        if kind == "_tensor":
            return tensors[inner]
        if kind == "_dict":
            return {key: put_together(item, tensors, classes) for key, item in inner}
        if kind in ("_list", "_tuple"):
            items = [put_together(item, tensors, classes) for item in inner]
            return items if kind == "_list" else tuple(items)
        if kind == "_class" and inner in (classes or {}):
            return (classes or {})[inner]
        if kind == "_numpy":
            name, value = inner
            return _NUMBERS[name](value)
    raise ValueError(f"a structure with the node {node}")


def _describe(value: Any, place: tuple[str, ...], tensors: dict[str, Tensor], paths: Mapping[type, str]) -> Node:
    if isinstance(value, Tensor):
        name = _free_name(SEPARATOR.join(place), tensors)
        tensors[name] = value
        return {"_tensor": name}
    if isinstance(value, Mapping):
        pairs = [(_key(key, place), item) for key, item in value.items()]
        return {"_dict": [[key, _describe(item, (*place, str(key)), tensors, paths)] for key, item in pairs]}
    if isinstance(value, list | tuple):
        kind = "_list" if isinstance(value, list) else "_tuple"
        return {kind: [_describe(item, (*place, str(index)), tensors, paths) for index, item in enumerate(value)]}
    if isinstance(value, type) and value in paths:
        return {"_class": paths[value]}
    # Before plain numbers, some of which numpy's derive from.
    if isinstance(value, np.generic) and type(value) in _NUMBERS.values():
        return {"_numpy": [value.dtype.name, value.item()]}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"'{SEPARATOR.join(place)}' is of the type {type(value).__name__}")


def _key(key: Any, place: tuple[str, ...]) -> Node:
    if key is None or isinstance(key, bool | int | float | str):
        return key
    raise TypeError(f"'{SEPARATOR.join(place)}' has a key of the type {type(key).__name__}")


def _free_name(wanted: str, taken: Mapping[str, Tensor]) -> str:
    """Return the name, or one like it when another tensor or the format itself has it."""
    while wanted in taken or wanted == _RESERVED_NAME:
        wanted += "_"
    return wanted
