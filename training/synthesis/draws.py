"""Ways to draw a setting, for players and the mixing desk alike. The composer, which draws far more, has `Dice`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def weighted(rng: np.random.Generator, weights: Mapping[T, float]) -> T:
    """Draw a key, as likely as its value says (the values need not sum to 1)."""
    shares = np.array(list(weights.values()), float)
    return list(weights)[int(rng.choice(len(weights), p=shares / shares.sum()))]


def seed_for(rng: np.random.Generator) -> int:
    """Draw a seed for an effect with noise of its own."""
    return int(rng.integers(2**31))
