"""Which of torch's attention kernels transformer layers use on a CPU.

`torch.nn.MultiheadAttention` has a fused path for evaluation, which makes the whole matrix of attention weights, and a
general one, whose flash kernel never does. With float32 the general one is 6 % faster for HTDemucs; with bfloat16 the
fused one is 10 % faster, because its matrix products gain from the format and the flash kernel's do not.

The switch is the process's, so networks that run in several threads at once may get either kernel, with equal results.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def flash_attention(device: torch.device) -> Iterator[None]:
    """Switch the fused path off inside the block, on a CPU without autocast."""
    before = torch.backends.mha.get_fastpath_enabled()
    if device.type == "cpu" and not torch.is_autocast_enabled("cpu"):
        torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)
