"""Ways to draw a setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def chance(rng: np.random.Generator, probability: float) -> bool:
    """Return whether something happens."""
    return bool(rng.uniform() < probability)


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a number, all equally likely."""
    return float(rng.uniform(low, high))


def log_between(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a positive number, all ratios equally likely."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def pick(rng: np.random.Generator, choices: Sequence[T]) -> T:
    """Draw one of some things, all equally likely."""
    return choices[int(rng.integers(len(choices)))]


def seed_for(rng: np.random.Generator) -> int:
    """Draw a seed for an effect with noise of its own."""
    return int(rng.integers(2**31))
