"""BSSEval of a song as museval's `eval_mus_track` does it: every stem, and the vocals against their accompaniment.

Two passes: the stems against each other, and the vocals against the sum of the others; the vocals' scores are those of
the second. museval refuses a song with a silent stem; here that stem has no scores, and the others are scored without
it, which is museval's figure when the stem is left out. An estimate that is silent throughout makes all scores of its
passes NaN, as the rule for silent frames has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from audio.stems import ACCOMPANIMENT, SAMPLE_RATE
from evaluator.bsseval.scoring import PreparedReferences
from evaluator.bsseval.sdr import frame_sdr
from evaluator.bsseval.settings import BSSEvalSettings
from evaluator.bsseval.signals import Signals
from evaluator.frame_scores import METRICS, FrameScores

VOCALS = "vocals"


@dataclass(frozen=True)
class _Pass:
    """Sources that are scored against each other."""

    sources: Mapping[str, Sequence[str]]
    """Name -> the stems that it is the sum of."""
    reported: Sequence[str]
    """Whose scores are taken from this pass."""

    def combination(self, stems: Sequence[str]) -> Tensor:
        """Return which of the stems each source is the sum of, shape (sources, stems)."""
        rows = [[float(stem in parts) for stem in stems] for parts in self.sources.values()]
        return torch.tensor(rows, dtype=torch.float64)


class SongScorer:
    """The true stems of a song, ready to score systems: only the first one costs the work on the references."""

    def __init__(
        self,
        references: Mapping[str, Tensor],
        settings: BSSEvalSettings | None = None,
        device: torch.device | str = "cpu",
        sample_rate: int = SAMPLE_RATE,
    ) -> None:
        """Take the true stems.

        Args:
            references: Stem name -> samples, shape (channels, samples), the same for all.
            settings: Frames and filters; None takes museval's: 512 taps, frames of a second.
            device: Where to compute: the CPU, or a CUDA device.
            sample_rate: Of the stems, in hertz.

        Raises:
            ValueError: No stem sounds, different shapes, or samples that are no numbers.
        """
        self._settings = settings or BSSEvalSettings(sample_rate, sample_rate)
        self._sample_rate = sample_rate
        self._device = torch.device(device)
        self._shapes = {stem: tuple(samples.shape) for stem, samples in references.items()}
        _check("reference", references, self._shapes)
        self._sounding = [stem for stem, samples in references.items() if sounds(samples)]
        if not self._sounding:
            raise ValueError(f"A song must have a true stem that sounds. Got {', '.join(references)}.")
        self._passes = _passes(self._sounding)
        self._combinations = [each.combination(self._sounding) for each in self._passes]
        self._references = self._signals(references)

    def score(self, estimates: Mapping[str, Tensor]) -> FrameScores:
        """Score a system with all metrics.

        Args:
            estimates: The names and shapes of the true stems.

        Returns:
            The scores of each stem, and of the accompaniment where the vocals and another stem sound.

        Raises:
            ValueError: Other names or shapes, or samples that are no numbers.
        """
        _check("estimate", estimates, self._shapes)
        by_pass = self._prepared.score(self._signals(estimates))
        return self._named([dict(zip(METRICS, scores, strict=True)) for scores in by_pass])

    def sdr(self, estimates: Mapping[str, Tensor]) -> FrameScores:
        """Score a system with SDR alone: the same figures in a fraction of the time, because no filter is needed.

        Args:
            estimates: As for `score`.

        Raises:
            ValueError: As `score`.
        """
        _check("estimate", estimates, self._shapes)
        by_pass = frame_sdr(self._references, self._signals(estimates), self._combinations, self._settings)
        return self._named([{"SDR": scores} for scores in by_pass])

    @cached_property
    def _prepared(self) -> PreparedReferences:
        return PreparedReferences(self._references, self._combinations, self._settings)

    def _signals(self, stems: Mapping[str, Tensor]) -> Signals:
        """Return the stems whose reference sounds."""
        return Signals([stems[stem] for stem in self._sounding], self._device)

    def _named(self, by_pass: list[dict[str, Tensor]]) -> FrameScores:
        """Take from each pass, metric -> dB of shape (sources, frames), the scores that it is for."""
        undefined = {metric: np.full(scores.shape[-1], np.nan) for metric, scores in by_pass[0].items()}
        targets = dict.fromkeys(self._shapes, undefined)
        for each, by_metric in zip(self._passes, by_pass, strict=True):
            for number, source in enumerate(each.sources):
                if source in each.reported:
                    targets[source] = {metric: scores[number].numpy() for metric, scores in by_metric.items()}
        window_seconds, hop_seconds = (x / self._sample_rate for x in (self._settings.window, self._settings.hop))
        return FrameScores(targets, window_seconds, hop_seconds)


def sounds(stem: Tensor) -> bool:
    """Tell whether a stem, shape (channels, samples), is heard by museval's rule: its channels add up to something."""
    return bool(stem.sum(dim=0).any())


def _passes(stems: Sequence[str]) -> list[_Pass]:
    alone = {stem: [stem] for stem in stems}
    others = [stem for stem in stems if stem != VOCALS]
    if VOCALS not in stems or not others:
        return [_Pass(alone, stems)]
    return [_Pass(alone, others), _Pass({VOCALS: [VOCALS], ACCOMPANIMENT: others}, [VOCALS, ACCOMPANIMENT])]


def _check(name: str, stems: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Refuse stems without a score."""
    got = {stem: tuple(samples.shape) for stem, samples in stems.items()}
    if got != dict(wanted) or len({*got.values()}) != 1 or any(len(shape) != 2 or 0 in shape for shape in got.values()):
        raise ValueError(
            f"Every {name} must have the shape (channels, samples) and hold samples, the same for all stems and for "
            f"references and estimates. Got {got}, where {dict(wanted)} is wanted."
        )
    for stem, samples in stems.items():
        if not torch.isfinite(samples).all():
            raise ValueError(f"Every {name} must hold finite samples. Got '{stem}' with NaN or infinity.")
