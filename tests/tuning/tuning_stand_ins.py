"""What tests of tuning share: made-up models, and costs and scores that are known without running anything."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from audio.stems import STEMS
from separation.line_fit import Prediction
from tuning.costs import Cost
from tuning.model_facts import ModelFacts
from tuning.quality import Quality
from tuning.search_space import SearchSpace

QUICK = ModelFacts("classical", STEMS, runs_in_engine=False)
NETWORK = ModelFacts("umxhq", STEMS, True, segment_seconds=20.0, overlap=0.1, wiener_iterations=1)
SHORT = ModelFacts("htdemucs", STEMS, True, segment_seconds=7.8, longest_seconds=7.8, overlap=0.25)
VOICE = ModelFacts("mdx23c_vocals", ("vocals", "accompaniment"), True, segment_seconds=6.0, overlap=0.5)
LIMIT_SECONDS = 240.0
MARGIN = 0.8
NOTHING = {"songs": ["made up"], "limit": "kit"}


class RandomChooser:
    """Draws as a trial does, and keeps what it drew."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.params = {}

    def suggest_categorical(self, name, choices):
        return self.params.setdefault(name, self.random.choice(list(choices)))

    def suggest_float(self, name, low, high, *, step):
        return self.params.setdefault(name, low + step * self.random.randint(0, round((high - low) / step)))


class FixedChooser(RandomChooser):
    """Has all answers beforehand, and no other."""

    def __init__(self, params):
        self.params = params

    def suggest_categorical(self, name, choices):
        assert self.params[name] in choices
        return self.params[name]

    def suggest_float(self, name, low, high, *, step):
        assert low <= self.params[name] <= high
        return self.params[name]


def small_space():
    return SearchSpace((QUICK, NETWORK))


def seconds_of(plan):
    """20 s for each model, as often as it is run."""
    return 20.0 * sum(max(1, part.settings.get("shifts", 1)) for part in plan.parts)


def decibels_of(plan):
    """More models and more passes are better; a large overlap too."""
    return sum(1.0 + 0.1 * part.settings.get("shifts", 0) + part.settings.get("overlap", 0.25) for part in plan.parts)


def cost_of_seconds(seconds, memory_bytes=1e9):
    return Cost(
        Prediction(seconds, 0.9 * seconds, 1.1 * seconds),
        Prediction(memory_bytes, memory_bytes, memory_bytes),
        weight_bytes=1_000_000,
        limit_share=1.1 * seconds / LIMIT_SECONDS,
    )


def quality_of(decibels):
    return Quality(decibels, dict.fromkeys(STEMS, decibels), {"made up": decibels})


@dataclass
class Laboratory:
    """Measures and scores plans, and keeps which."""

    slower: float = 1.0
    measured: list = field(default_factory=list)
    scored: list = field(default_factory=list)

    def measure(self, plan):
        self.measured.append(plan)
        return cost_of_seconds(self.slower * seconds_of(plan), 1e9 * len(plan.parts))

    def score(self, plan):
        self.scored.append(plan)
        return quality_of(decibels_of(plan))
