"""The oracles by name: as defined here, and as the published oracle studies compute them.

A published study differs in its transform, in its masks, or in both; a `Definitions` holds all of that together, so
that published figures can be approached under the study's name.

mss-oracle-experiments also searches its transforms with MPI on 5 s of each song (from 20 s on) while its other oracles
take whole songs, and its README prints a formula, |S| / |X|, that its code does not compute: figures of that search are
not comparable with others, and neither is imitated here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.validation import did_you_mean
from oracles.binary_masks import MajorityMask, MixtureThresholdMask
from oracles.bins import Estimate
from oracles.complex_ratio_mask import complex_ratio_mask
from oracles.errors import OracleError
from oracles.even_wiener_filter import FLOAT64_EPS, EvenWienerFilter, of_first_bins
from oracles.masking import Masked
from oracles.mixture_phase import FLOAT32_EPS, with_mixture_phase, with_sum_phase
from oracles.phase_sensitive_mask import phase_sensitive_mask
from oracles.published_transforms import ScipySTFT
from oracles.ratio_masks import RatioMask
from oracles.transform import HannSTFT, InvertibleTransform
from oracles.wiener_filter import wiener_filter

TITLES = {
    "irm1": "ideal ratio mask of magnitudes",
    "irm2": "ideal ratio mask of powers",
    "ibm1": "ideal binary mask of magnitudes",
    "ibm2": "ideal binary mask of powers",
    "mpi": "true magnitudes, the mixture's phase",
    "mwf": "multichannel Wiener filter",
    "mwf-even": "multichannel Wiener filter, quiet frames count as loud ones",
    "psm": "phase-sensitive mask",
    "crm": "complex ratio mask, parts within ±10",
}
"""Name of an oracle -> what it is."""


@dataclass(frozen=True)
class Definitions:
    """What the names of oracles mean, and which STFT a window's length stands for."""

    name: str
    stft: Callable[[int], InvertibleTransform]
    """Length of the window in samples -> transform."""
    oracles: Mapping[str, Estimate]
    """Name, one of `TITLES` -> oracle; the order is that of tables."""

    def find(self, names: Sequence[str]) -> dict[str, Estimate]:
        """Look oracles up, in small letters or capitals.

        Returns:
            Name -> oracle, each once, in the order of the definitions.

        Raises:
            OracleError: A name is unknown, or none is given.
        """
        wanted = [name.lower() for name in names]
        for name in wanted or [""]:
            if name not in self.oracles:
                raise OracleError(
                    f"An oracle (definitions: {self.name}) must be one of {', '.join(self.oracles)}. "
                    f"Got '{name}'.{did_you_mean(name, self.oracles)} Separate several by commas."
                )
        return {name: oracle for name, oracle in self.oracles.items() if name in wanted}


KIT = Definitions(
    "kit",
    HannSTFT,
    {
        "irm1": Masked(RatioMask(1)),
        "irm2": Masked(RatioMask(2)),
        "ibm1": Masked(MajorityMask(1)),
        "ibm2": Masked(MajorityMask(2)),
        "mpi": with_mixture_phase,
        "mwf": wiener_filter,
        "mwf-even": EvenWienerFilter(),
        "psm": Masked(phase_sensitive_mask),
        "crm": Masked(complex_ratio_mask),
    },
)


def _sigsep_stft(window_samples: int) -> ScipySTFT:
    return ScipySTFT(window_samples, overlap_quarters=2)


def _mss_oracle_stft(window_samples: int) -> ScipySTFT:
    return ScipySTFT(window_samples, overlap_quarters=1)


def _published_masks(floor: float) -> dict[str, Estimate]:
    """Return the masks of both published studies, which differ in the number that they add to denominators."""
    return {
        "irm1": Masked(RatioMask(1, floor)),
        "irm2": Masked(RatioMask(2, floor)),
        "ibm1": Masked(MixtureThresholdMask(1, floor)),
        "ibm2": Masked(MixtureThresholdMask(2, floor)),
    }


SIGSEP = Definitions(
    "sigsep",
    _sigsep_stft,
    {**_published_masks(FLOAT64_EPS), "mwf": EvenWienerFilter(of_first_bins, FLOAT64_EPS)},
)
"""sigsep-mus-oracle, https://github.com/sigsep/sigsep-mus-oracle; its own window has 2048 samples."""

MSS_ORACLE = Definitions(
    "mss-oracle",
    _mss_oracle_stft,
    {**_published_masks(FLOAT32_EPS), "mpi": with_sum_phase},
)
"""mss-oracle-experiments, https://github.com/sevagh/mss-oracle-experiments."""

ALL_DEFINITIONS = {definitions.name: definitions for definitions in (KIT, SIGSEP, MSS_ORACLE)}


def find_definitions(name: str) -> Definitions:
    """Look definitions up, in small letters or capitals.

    Raises:
        OracleError: The name is unknown.
    """
    if name.lower() not in ALL_DEFINITIONS:
        raise OracleError(
            f"The definitions must be one of {', '.join(ALL_DEFINITIONS)}. Got '{name}'."
            f"{did_you_mean(name.lower(), ALL_DEFINITIONS)}"
        )
    return ALL_DEFINITIONS[name.lower()]
