"""Every metric that scores stems, under a name of its own: label, unit, direction, definition, how songs are averaged.

Two numbers stand in one table only when they have the same name here. MDX SDR and the SDR of BSSEval are both called
"SDR" in papers and differ by several dB on the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audio import KitError
from evaluator.frame_scores import METRICS as FRAME_METRICS
from evaluator.metrics import sdr_files
from evaluator.other_metrics.si_sdr import si_sdr_files
from evaluator.other_metrics.stft_distance import stft_distance_files
from models.validation import did_you_mean

OverSongs = Literal["mean", "median"]


class MetricError(KitError):
    """A metric that is not in the catalogue."""


@dataclass(frozen=True)
class Metric:
    """What a score means."""

    name: str
    """In commands and in files."""
    label: str
    """In tables."""
    unit: str
    """"dB", or empty."""
    higher_is_better: bool
    over_songs: OverSongs
    """How its field makes one number of many songs."""
    definition: str
    """One sentence."""
    score_files: Callable[[Path, Path], float] | None = None
    """(reference, estimate) -> score of one stem; None where all stems of a song are judged together."""

    @property
    def heading(self) -> str:
        """Label, unit and direction, for the head of a table."""
        notes = [note for note in (self.unit, "" if self.higher_is_better else "lower is better") if note]
        return f"{self.label} ({', '.join(notes)})" if notes else self.label


_BSSEVAL_PARTS = {
    "SDR": "signal to distortion: all that is wrong, the level included",
    "ISR": "image to spatial distortion: what filters of the stem itself explain",
    "SIR": "signal to interference: what filters of the other stems explain",
    "SAR": "signal to artefacts: what no filter of the stems explains",
}

MDX_SDR = Metric(
    name="mdx-sdr",
    label="MDX SDR",
    unit="dB",
    higher_is_better=True,
    over_songs="mean",
    definition="The challenge's SDR: energies of the whole song and both channels.",
    score_files=sdr_files,
)
SI_SDR = Metric(
    name="si-sdr",
    label="SI-SDR",
    unit="dB",
    higher_is_better=True,
    over_songs="mean",
    definition="SDR of the whole song and both channels after the best scaling of the reference.",
    score_files=si_sdr_files,
)
STFT_DISTANCE = Metric(
    name="mr-stft",
    label="Multi-resolution STFT distance",
    unit="",
    higher_is_better=False,
    over_songs="mean",
    definition="Spectral convergence plus distance of log magnitudes at three resolutions, mean over 3 s excerpts.",
    score_files=stft_distance_files,
)
BSSEVAL = {
    part: Metric(
        name=f"bsseval-{part.lower()}",
        label=f"BSSEval v4 {part}",
        unit="dB",
        higher_is_better=True,
        over_songs="median",
        definition=f"museval's {part}, median of 1 s frames ({_BSSEVAL_PARTS[part]}).",
    )
    for part in FRAME_METRICS
}
"""Part of BSSEval (SDR, ISR, SIR, SAR) -> its metric."""

CATALOGUE = {metric.name: metric for metric in (MDX_SDR, SI_SDR, STFT_DISTANCE, *BSSEVAL.values())}
GROUPS = {"bsseval": tuple(metric.name for metric in BSSEVAL.values())}
"""A name for several metrics that are computed together."""


def find_metrics(names: Sequence[str]) -> list[Metric]:
    """Look metrics up.

    Args:
        names: Names of the catalogue or of a group.

    Returns:
        The metrics, each once, in the order of the catalogue.

    Raises:
        MetricError: A name is unknown, or none is given.
    """
    known = (*CATALOGUE, *GROUPS)
    names = [name.strip() for name in names]
    for name in names or [""]:
        if name not in known:
            raise MetricError(
                f"A metric must be one of {', '.join(known)}. Got '{name}'.{did_you_mean(name, known)} "
                "Separate several by commas."
            )
    wanted = {member for name in names for member in GROUPS.get(name, (name,))}
    return [metric for name, metric in CATALOGUE.items() if name in wanted]
