"""What songs cost on a target machine, against a limit: a record and a scaling put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from separation.cost import FittingSongs, fitting_songs
from separation.cost_record import CostRecord
from separation.line_fit import CONFIDENCE, Prediction
from separation.target_machines import Scaling

BUSY_SHARE = 0.25
"""Of the processors: where other programs take more, times say little."""


@dataclass(frozen=True)
class SongCosts:
    """Times of songs, files included."""

    record: CostRecord
    scaling: Scaling
    limit_seconds: Callable[[float], float]
    """Duration -> time that a song may take."""

    @property
    def setup_seconds(self) -> float:
        """From the start of the process until the separator stands."""
        return self.record.setup_seconds * self.scaling.whole_factor

    @property
    def first_call_seconds(self) -> float:
        """What the first separation of a process may take beyond the others."""
        return self.record.first_call_seconds * self.scaling.whole_factor

    def seconds(self, duration_seconds: float) -> Prediction:
        """Predict what a song takes: reading it, separating it, writing its stems.

        Raises:
            CostError: A duration that is not above zero.
        """
        separation = self.record.model.seconds(duration_seconds).times(self.scaling.factor)
        return separation.plus(self.record.file_seconds(duration_seconds) * self.scaling.whole_factor)

    def limit_share(self, duration_seconds: float) -> float:
        """Return the upper bound of a song's time, a first call included, over its limit."""
        return self._with_first_call(duration_seconds).high / self.limit_seconds(duration_seconds)

    def fits(self, duration_seconds: float) -> bool:
        """Tell whether the upper bound of a song's time, a first call included, is within its limit."""
        return self.limit_share(duration_seconds) <= 1.0

    def fitting(self) -> FittingSongs | None:
        """Return which songs fit, by the upper bound of their time."""
        return fitting_songs(self._with_first_call, self.limit_seconds)

    def fitting_text(self) -> str:
        """Return the same as a sentence."""
        fitting = self.fitting()
        if fitting is None:
            return "No song of up to an hour fits the limit."
        longest = "an hour and more" if fitting.is_open else f"{fitting.longest_seconds} s"
        since = "" if fitting.shortest_seconds == 1 else f"from {fitting.shortest_seconds} s "
        return f"Songs {since}up to {longest} fit the limit, by the upper bound of {CONFIDENCE:.0%}."

    def warnings(self) -> list[str]:
        """Return what speaks against these figures, as sentences."""
        if self.record.busy_share <= BUSY_SHARE:
            return []
        return [
            f"Other programs had {self.record.busy_share:.0%} of the processors, so these are times of a busy machine. "
            "Measure again on a quiet one with --again."
        ]

    def _with_first_call(self, duration_seconds: float) -> Prediction:
        return self.seconds(duration_seconds).plus(self.first_call_seconds)
