"""Draws of chance for the composer: every one comes from the generator that was handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")


class Dice:
    """Draws from one stream of random numbers, by the uniform draw alone, which is the fast one for single numbers."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._random = rng.random

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self._random() < probability

    def between(self, low: float, high: float) -> float:
        """Return a number from low up to high, all equally likely."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices, all equally likely."""
        return choices[int(self._random() * len(choices))]

    def weighted(self, weights: Mapping[Choice, float]) -> Choice:
        """Return one of the keys, as likely as its value says (the values need not sum to 1)."""
        left = self._random() * sum(weights.values())
        for choice, weight in weights.items():
            if left < weight:
                return choice
            left -= weight
        # Rounding may leave a little after the last one.
        return list(weights)[-1]

    def shuffled(self, choices: Sequence[Choice]) -> list[Choice]:
        """Return the choices in another order."""
        return [
            choice for _, choice in sorted(((self._random(), choice) for choice in choices), key=lambda pair: pair[0])
        ]

    def jitter(self, spread: float) -> float:
        """Return a deviation around 0 whose standard deviation is the spread; it never exceeds three times that.

        The sum of three uniform draws looks like a bell and has bounds.
        """
        if spread == 0.0:
            return 0.0
        return 2.0 * spread * (self._random() + self._random() + self._random() - 1.5)
