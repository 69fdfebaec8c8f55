"""The core of the submission: plan to separator, song to four valid stems. Both adapters call it.

Whatever a model returns is checked here, because a grader scores what it is given: all four stems, the mixture's exact
length, finite. Samples outside [-1, 1] are clamped: the true stems lie inside, and the nearest point of a convex set
that holds the truth is never further from it.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from audio import STEMS, Stems, write_audio
from separation.at_rate import separate_at_rate
from separation.separator import Separator

PLAN_PATH = Path(__file__).parent / "plan.yaml"
WARM_UP_SECONDS = 1.0
WARM_UP_LEVEL = 0.01


class DemixingError(RuntimeError):
    """A model returned something that cannot be submitted."""


def demix(separator: Separator, mixture: Tensor, sample_rate: int) -> Stems:
    """Separate a song into four stems that are fit to be submitted.

    Args:
        separator: Any separator.
        mixture: Shape (2, samples), at any rate.
        sample_rate: Of `mixture`, in hertz.

    Returns:
        The four stems, each of the shape and rate of `mixture`, finite, inside [-1, 1].

    Raises:
        DemixingError: A stem is missing, has another shape, or is not finite.
    """
    stems = separate_at_rate(separator, mixture, sample_rate)
    missing = [stem for stem in STEMS if stem not in stems]
    if missing:
        raise DemixingError(f"The model must return {', '.join(STEMS)}. It did not return {', '.join(missing)}.")
    for stem in STEMS:
        if stems[stem].shape != mixture.shape:
            raise DemixingError(
                f"The stem '{stem}' must have the shape of the mixture, {tuple(mixture.shape)}. "
                f"Got {tuple(stems[stem].shape)}."
            )
        if not bool(torch.isfinite(stems[stem]).all()):
            raise DemixingError(f"The stem '{stem}' must be finite. The model returned NaN or infinite samples.")
    return {stem: stems[stem].clamp(-1.0, 1.0) for stem in STEMS}


def warm_up(separator: Separator) -> None:
    """Separate a second of quiet noise: for the set-up, whose clock is not that of the songs.

    It pays what only the first call costs (imports, compilation, memory), and a model that cannot run at all fails the
    set-up with its reason, where each song would otherwise become a fallback.

    Raises:
        Exception: Whatever stops the model.
        DemixingError: As `demix`.
    """
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(2, round(WARM_UP_SECONDS * separator.sample_rate), generator=generator)
    demix(separator, WARM_UP_LEVEL * noise, separator.sample_rate)


def fallback_stems(mixture: Tensor) -> Stems:
    """Give every stem a quarter of the mixture: a valid answer of about 1 dB, whatever happens later."""
    quarter = (mixture / len(STEMS)).clamp(-1.0, 1.0)
    return dict.fromkeys(STEMS, quarter)


def write_stems(stems: Stems, sample_rate: int, folder: Path, encoding: str) -> None:
    """Write `<stem>.wav` for each stem, each file whole or not at all.

    Raises:
        OSError: A file cannot be written.
    """
    for stem, samples in stems.items():
        write_audio(folder / f"{stem}.wav", samples, sample_rate, encoding)
