"""Checkpoints of ZFTurbo/Music-Source-Separation-Training (MSST): a state dict, bare or among other entries.

Its training writes a dict with the state under `model_state_dict`, other programs under `state` or `state_dict`; most
published files were reduced to the bare state dict. The reader there looks into those keys in the order below, each
inside the one before.

Reference: https://github.com/ZFTurbo/Music-Source-Separation-Training, utils/model_utils.py (load_start_checkpoint)
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from models.state_files import read_state

_WRAPPERS = ("state", "state_dict", "model_state_dict")


def read_msst_state(path: Path) -> dict[str, Tensor]:
    """Read the state dict of a checkpoint.

    Args:
        path: A verified `.ckpt` or `.th` file.

    Returns:
        Key -> tensor, of whatever floating point type the file holds.

    Raises:
        TypeError: There is something else than tensors in the state dict.
        pickle.UnpicklingError: The file refers to anything but tensors and plain values.
    """
    state = read_state(path)
    for wrapper in _WRAPPERS:
        state = state.get(wrapper, state)
        if not isinstance(state, dict):
            raise TypeError(f"'{wrapper}' holds one {type(state).__name__} instead of a dictionary")
    others = sorted(str(key) for key, value in state.items() if not isinstance(value, Tensor))
    if others:
        raise TypeError(f"beside tensors: {', '.join(others)}")
    return dict(state)
