"""State dicts as training programs leave them: bare, or as one entry of a larger checkpoint.

A checkpoint of a training run also holds optimisers, counters and averages. Which entry holds the network differs from
program to program, and networks trained on several GPUs carry a prefix on every name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

STATE_KEYS = ("best_state", "model_state_dict", "state_dict", "state")
"""Entries that hold the network, the best first: SCNet's own checkpoints hold the last state beside the best one."""

_PARALLEL_PREFIX = "module."


def network_tensors(content: Mapping[str, Any]) -> dict[str, Tensor]:
    """Find a network's tensors in what a weight file holds.

    Args:
        content: A state dict, or a dictionary with one under one of `STATE_KEYS`.

    Returns:
        Name -> tensor, without the prefix that training in parallel puts before every name.

    Raises:
        TypeError: The state dict holds something that is no tensor.
    """
    for key in STATE_KEYS:
        if isinstance(content.get(key), Mapping):
            return network_tensors(content[key])
    for name, value in content.items():
        if not isinstance(value, Tensor):
            raise TypeError(f"'{name}' is no tensor but {type(value).__name__}")
    return {str(name).removeprefix(_PARALLEL_PREFIX): tensor for name, tensor in content.items()}


def numbered_parts(state: Mapping[str, Tensor], prefix: str) -> int:
    """Count the different parts of a state dict whose names go on with a number after a prefix."""
    return len({name.removeprefix(prefix).split(".")[0] for name in state if name.startswith(prefix)})
