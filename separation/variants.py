"""Test-time variants: separate altered copies of a song, undo the alteration, and average.

A delay, a flipped polarity or swapped channels change nothing of what is heard in the stems, but a network answers to
each a little differently, and its errors partly cancel (Demucs calls the delay the "shift trick").
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from torch import Tensor

LONGEST_SHIFT_SECONDS = 0.5


@dataclass(frozen=True)
class Variant:
    """One alteration of a song."""

    lead_samples: int = 0
    """Samples of silence before the song: moves the grid of chunks."""
    flip_polarity: bool = False
    swap_channels: bool = False

    def apply(self, sound: Tensor) -> Tensor:
        """Alter polarity and channels of (..., channels, samples); doing it twice undoes it."""
        if self.flip_polarity:
            sound = -sound
        return sound.flip(-2) if self.swap_channels else sound


def make_variants(
    sample_rate: int, *, shifts: int = 0, flip_polarity: bool = False, swap_channels: bool = False, seed: int = 0
) -> tuple[Variant, ...]:
    """List the variants of a pass; the same arguments give the same list.

    Args:
        sample_rate: In hertz.
        shifts: Number of random delays; 0 is one pass without delay.
        flip_polarity: Add to each the one with flipped polarity.
        swap_channels: Add to each the one with left and right swapped.
        seed: Of the delays.
    """
    longest = int(LONGEST_SHIFT_SECONDS * sample_rate)
    generator = random.Random(seed)
    leads = [longest - generator.randint(0, longest) for _ in range(shifts)] or [0]
    return tuple(
        Variant(lead, flip, swap)
        for lead in leads
        for flip in ((False, True) if flip_polarity else (False,))
        for swap in ((False, True) if swap_channels else (False,))
    )
