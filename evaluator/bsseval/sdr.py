"""SDR of frames without the other three scores.

The parts of an error add up to estimate minus reference, whatever the filters are: version 4's SDR needs none.

Legend: s sources of a pass; j stems; c channels; t frames; n samples.
"""

from __future__ import annotations

import torch
from torch import Tensor

from evaluator.bsseval.decibels import decibels
from evaluator.bsseval.framing import Framing, silent
from evaluator.bsseval.settings import BSSEvalSettings
from evaluator.bsseval.signals import Signals
from evaluator.bsseval.workers import map_on_cores


def frame_sdr(
    references: Signals, estimates: Signals, combinations: list[Tensor], settings: BSSEvalSettings
) -> list[Tensor]:
    """Score stems.

    Args:
        references: The true stems.
        estimates: Shape and device as the true stems.
        combinations: For each pass which stems each source is the sum of, shape (s, j).
        settings: Frames; the filters' length has no effect.

    Returns:
        For each pass SDR in dB, float64 on the CPU, shape (s, t).
    """
    framing = Framing(settings.window, settings.hop, references.samples)
    passes = [combination.to(references.device, torch.float64) for combination in combinations]

    def scores(numbers: range) -> list[Tensor]:
        true, estimated = (framing.frames(stems, numbers) for stems in (references, estimates))
        return [_sdr(combination, true, estimated) for combination in passes]

    groups = map_on_cores(scores, framing.groups(references.device), references.device)
    return [torch.cat(parts, dim=-1).cpu() for parts in zip(*groups, strict=True)]


def _sdr(combination: Tensor, true: Tensor, estimated: Tensor) -> Tensor:
    signal, error = (torch.einsum("sj,jctn->sctn", combination, stems) for stems in (true, estimated - true))
    quiet = silent(combination, true) | silent(combination, estimated)
    return decibels(*(x.square().sum(dim=(1, 3)) for x in (signal, error))).masked_fill(quiet, torch.nan)
