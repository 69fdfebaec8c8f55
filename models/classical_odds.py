"""What a cue says about a stem: typical levels and odds in decibels, combined by Bayes' rule.

The tables are rounded knowledge of produced pop music, set on made-up songs (`audio.made_up_songs`, seeds 1000 to
1011) and never on a recording. A sound is split among the stems in proportion to typical level times the odds of each
cue that holds for it, as if the cues were independent. The expected share is the estimate that has the least squared
error, which is what the challenge's SDR measures: where the cues leave doubt, the stems share.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from audio.stems import STEMS

STEADINESS = ("steady", "wavering", "struck")
PLACES = ("middle", "sides")
NOVELTIES = ("repeated", "new")

FREQUENCIES_HZ = (40.0, 75.0, 105.0, 150.0, 210.0, 320.0, 530.0, 900.0, 1700.0, 3500.0, 7000.0, 14000.0)
TYPICAL_LEVELS_DB: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "bass": (10.0, 9.0, 8.0, 2.0, -3.0, -6.0, -7.0, -7.0, -6.5, -5.5, -5.0, -4.0),
        "drums": (1.5, 5.0, 2.5, 2.5, 2.0, -1.5, -4.0, -3.0, 0.0, 1.0, 5.0, 9.0),
        "other": (-6.0, -6.0, -3.0, 3.0, 2.5, 3.5, 4.0, 3.5, 3.5, 0.0, -2.0, -3.0),
        "vocals": (-8.0, -9.0, -7.0, -6.0, 0.5, 5.5, 7.0, 6.5, 3.5, 4.5, 1.5, -2.5),
    }
)
ODDS_DB: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "steady": {"bass": 4.0, "drums": -9.0, "other": 5.5, "vocals": 0.5},
        "wavering": {"bass": -5.0, "drums": 3.0, "other": -3.5, "vocals": 5.0},
        "struck": {"bass": -3.0, "drums": 10.0, "other": -2.5, "vocals": -6.0},
        "middle": {"bass": 1.0, "drums": 1.0, "other": -4.0, "vocals": 2.0},
        "sides": {"bass": -3.0, "drums": 1.5, "other": 4.0, "vocals": -2.5},
        "repeated": {"bass": 0.0, "drums": 1.0, "other": 2.0, "vocals": -3.0},
        "new": {"bass": -2.0, "drums": 1.5, "other": -2.5, "vocals": 3.0},
    }
)


def expected_shares(
    frequencies_hz: NDArray[np.floating], combinations: tuple[tuple[str, ...], ...], cue_weight: float
) -> dict[str, NDArray[np.float32]]:
    """Return how sounds are split among the stems: stem name -> (bins, combinations); they sum to one.

    Args:
        frequencies_hz: Centre of each bin, shape (bins,).
        combinations: The cues that hold for each kind of sound, keys of ODDS_DB.
        cue_weight: Scales the odds: 0 trusts only the typical levels, 1 the cues as they are.
    """
    positions = np.log(np.maximum(frequencies_hz, FREQUENCIES_HZ[0]))
    weights = {}
    for stem in STEMS:
        level_db = np.interp(positions, np.log(FREQUENCIES_HZ), TYPICAL_LEVELS_DB[stem])
        odds_db = np.array([sum(ODDS_DB[cue][stem] for cue in cues) for cues in combinations])
        weights[stem] = 10.0 ** ((level_db[:, None] + cue_weight * odds_db) / 10.0)
    total = sum(weights.values())
    return {stem: (weight / total).astype(np.float32) for stem, weight in weights.items()}
