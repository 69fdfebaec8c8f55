"""Constant arrays as tensors, on whatever device and in whatever precision a signal comes.

Buffers of a module would follow the module instead of the signal, lose digits when the module is cast to single
precision and back, and appear where networks are counted and saved.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class DeviceConstant:
    """One array; its copies on devices and in precisions are made when first asked for and kept."""

    def __init__(self, array: NDArray) -> None:
        self._array = np.ascontiguousarray(array)
        self._copies: dict[tuple[torch.device, torch.dtype], Tensor] = {}

    def on(self, device: torch.device, dtype: torch.dtype) -> Tensor:
        """Return the array as a tensor, which must not be modified."""
        if (device, dtype) not in self._copies:
            # A tensor made in inference mode could not be used in training afterwards.
            with torch.inference_mode(False):
                self._copies[device, dtype] = torch.from_numpy(self._array).to(dtype).to(device)
        return self._copies[device, dtype]

    def __getstate__(self) -> dict[str, object]:
        return {"_array": self._array, "_copies": {}}
