"""How sure the gain of a pick is: song by song against the best model as it is.

The best of many trials on few songs is partly luck. The standard error of the mean difference says how far it would
move with other songs of the same kind; a gain that is no larger is no reason to expect one elsewhere. It knows nothing
of the choice among trials: the doubt is larger.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from tuning.outcome import Candidate, Outcome, describe_plan


@dataclass(frozen=True)
class Gain:
    """Of a pick against a model as it is."""

    model: str
    decibels: float
    """Mean over the songs of the differences in MDX SDR."""
    standard_error: float | None
    """Of that mean; None with one song."""
    songs: int

    @property
    def is_sure(self) -> bool:
        """Whether the gain is more than twice its standard error."""
        return self.standard_error is not None and self.decibels > 2 * self.standard_error

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f" ± {self.standard_error:.2f}"
        text = f"{self.decibels:+.2f}{error} dB against {self.model} as it is, over {self.songs} songs"
        return text if self.is_sure else f"{text}: no more than chance may give. Tune on more songs."


def gain_of(picked: Candidate, outcome: Outcome) -> Gain | None:
    """Compare a pick with the best model that was tried as it is; None where that is the pick, or none was.

    Args:
        picked: A candidate that was scored.
        outcome: What was found with it.
    """
    plain = [one for one in outcome.scored if one.plan is not None and one.plan.model and not one.plan.settings]
    if not plain or plain[0].number == picked.number:
        return None
    ours, theirs = (one.quality.songs if one.quality else {} for one in (picked, plain[0]))
    differences = [ours[song] - theirs[song] for song in ours]
    error = statistics.stdev(differences) / math.sqrt(len(differences)) if len(differences) > 1 else None
    return Gain(describe_plan(plain[0].plan), statistics.fmean(differences), error, len(differences))
