"""What a sliCQ may be: scale, number of bands, lowest centre, offset of a variable-Q scale, length of slices.

The usual bounds are those of the published search. All of these are drawn for every candidate; the offset plays a part
in variable-Q scales alone. Slices have the length that the scale suggests, unless it is drawn, too; in either case
no candidate has longer ones than allowed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.validation import did_you_mean
from oracles.band_layouts import (
    HIGHEST_HZ,
    MOST_BANDS,
    SCALES,
    VARIABLE_Q,
    BandLayout,
    slicq_config,
    slicq_transform,
)
from oracles.errors import OracleError
from oracles.gabor_transforms import SliCQTransform

if TYPE_CHECKING:
    from optuna.trial import Trial

STEP_HZ = 0.1
SHORTEST_DRAWN_SLICE = 1024
_MOST_DRAWS = 10_000

Parameters = Mapping[str, Any]
"""`scale`, `bands`, `fmin` and `gamma` in Hz; `slice` in samples where it is drawn."""


@dataclass(frozen=True)
class SearchSpace:
    """The bounds of a search, all of them included."""

    scales: tuple[str, ...] = ("bark", "mel", "constant-q", "variable-q")
    """Some of `SCALES`."""
    bands: tuple[int, int] = (10, 300)
    min_hz: tuple[float, float] = (10.0, 130.0)
    """The lowest centre, in steps of 0.1 Hz."""
    gamma_hz: tuple[float, float] = (0.0, 100.0)
    """The offset, in steps of 0.1 Hz."""
    max_slice_samples: int = 44100
    draws_slices: bool = False
    """Whether the length of slices is drawn instead of suggested by the scale."""

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            OracleError: A scale is unknown, a range is empty or out of bounds, or nothing fits the longest slice.
        """
        for scale in self.scales or ("",):
            if scale not in SCALES:
                raise OracleError(
                    f"A scale must be one of {', '.join(SCALES)}. Got '{scale}'.{did_you_mean(scale, SCALES)}"
                )
        _check_range("number of bands", self.bands, 2, MOST_BANDS)
        _check_range("lowest centre in Hz", self.min_hz, STEP_HZ, HIGHEST_HZ / 2, decimals=1)
        _check_range("gamma in Hz", self.gamma_hz, 0.0, HIGHEST_HZ / 2, decimals=1)
        if self.max_slice_samples < SHORTEST_DRAWN_SLICE:
            raise OracleError(
                f"The longest slice must have {SHORTEST_DRAWN_SLICE} samples or more. Got {self.max_slice_samples}."
            )
        self.draw(0)

    def as_dict(self) -> dict[str, Any]:
        """Return the bounds under the names that messages use, fit for JSON."""
        names = ("scales", "bands", "lowest centres", "gammas", "longest slice", "drawn slices")
        return dict(zip(names, asdict(self).values(), strict=True))

    def draw(self, seed: int) -> Parameters:
        """Draw parameters at random, again and again until the slices are short enough.

        Raises:
            OracleError: None of many draws fits.
        """
        generator = np.random.default_rng(seed)
        for _ in range(_MOST_DRAWS):
            parameters = self._drawn_once(generator)
            if self.fits(parameters):
                return parameters
        raise OracleError(
            f"Some sliCQ of these scales and bands must have slices of {self.max_slice_samples} samples or less. "
            f"Got none in {_MOST_DRAWS} draws. Raise --max-slice, or allow fewer bands."
        )

    def suggest(self, trial: Trial) -> Parameters:
        """Let a trial draw parameters, whether they fit or not."""
        parameters = {
            "scale": trial.suggest_categorical("scale", self.scales),
            "bands": trial.suggest_int("bands", *self.bands),
            "fmin": round(trial.suggest_float("fmin", *self.min_hz, step=STEP_HZ), 1),
            "gamma": round(trial.suggest_float("gamma", *self.gamma_hz, step=STEP_HZ), 1),
        }
        if self.draws_slices:
            parameters["slice"] = trial.suggest_int("slice", SHORTEST_DRAWN_SLICE, self.max_slice_samples, log=True)
        return parameters

    def fits(self, parameters: Parameters) -> bool:
        """Tell whether the slices are short enough, and hold the bands."""
        # Most draws end here: to build the windows takes much longer.
        if slicq_config(*self._layout(parameters)).slice_samples > self.max_slice_samples:
            return False
        try:
            self.transform(parameters)
        except OracleError:
            return False
        return True

    def transform(self, parameters: Parameters) -> SliCQTransform:
        """Return the sliCQ of some parameters.

        Raises:
            OracleError: The bands do not fit the slices.
        """
        return slicq_transform(*self._layout(parameters))

    def _layout(self, parameters: Parameters) -> tuple[BandLayout, int | None]:
        """Return bands and, where it is drawn, the length of slices."""
        gamma_hz = parameters["gamma"] if parameters["scale"] == VARIABLE_Q else None
        layout = BandLayout(parameters["scale"], parameters["bands"], parameters["fmin"], gamma_hz)
        return layout, parameters["slice"] // 4 * 4 if self.draws_slices else None

    def _drawn_once(self, generator: np.random.Generator) -> Parameters:
        parameters: dict[str, Any] = {
            "scale": self.scales[generator.integers(len(self.scales))],
            "bands": int(generator.integers(self.bands[0], self.bands[1], endpoint=True)),
            "fmin": _drawn_hz(generator, self.min_hz),
            "gamma": _drawn_hz(generator, self.gamma_hz),
        }
        if self.draws_slices:
            ends = math.log(SHORTEST_DRAWN_SLICE), math.log(self.max_slice_samples)
            parameters["slice"] = int(math.exp(generator.uniform(*ends)))
        return parameters


def _drawn_hz(generator: np.random.Generator, bounds: tuple[float, float]) -> float:
    steps = round((bounds[1] - bounds[0]) / STEP_HZ)
    return round(bounds[0] + STEP_HZ * int(generator.integers(0, steps, endpoint=True)), 1)


def _check_range(what: str, bounds: tuple[float, float], lowest: float, highest: float, *, decimals: int = 0) -> None:
    is_on_grid = all(round(bound, decimals) == bound for bound in bounds)
    if not (lowest <= bounds[0] <= bounds[1] <= highest and is_on_grid):
        step = 0.1**decimals
        raise OracleError(
            f"The {what} must have ascending bounds between {lowest:g} and {highest:g}, in steps of {step:g}. "
            f"Got {bounds[0]:g} to {bounds[1]:g}."
        )
