"""Seeds of single steps: what a step draws depends on its number alone, so a resumed run draws what it would have."""

from __future__ import annotations

import numpy as np

AUGMENTATION, DROPOUT, PENALTY = 0, 1, 2
"""Streams of random numbers that must not be the same."""


def step_seed(seed: int, stream: int, batch_number: int, rank: int) -> int:
    """Return the seed of one batch of one process.

    Args:
        seed: The run's.
        stream: What it is for.
        batch_number: Counted through all epochs.
        rank: Which process.
    """
    state = np.random.SeedSequence((seed, stream, batch_number, rank)).generate_state(2, np.uint32)
    return int(state[0]) << 31 | int(state[1]) >> 1
