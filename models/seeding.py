"""Random numbers that are repeatable here and disturb nobody else's.

Building a torch network draws from torch's global generator, and the Demucs package draws from Python's: both are
seeded for a block and put back afterwards. Neither is safe against another thread that draws at the same time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def seeded_torch(seed: int) -> Iterator[None]:
    """Seed torch's CPU generator inside the block and restore its state afterwards."""
    with torch.random.fork_rng(devices=[]):
        # torch.manual_seed would also reseed the generators of every GPU, which fork_rng does not put back here.
        torch.default_generator.manual_seed(seed)
        yield


@contextmanager
def seeded_python_random(seed: int) -> Iterator[None]:
    """Seed Python's `random` module inside the block and restore its state afterwards."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
