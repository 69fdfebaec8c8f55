"""BSSEval of a song whose stems are files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audio import AudioError
from evaluator.bsseval.song import SongScorer, sounds
from evaluator.frame_scores import METRICS, FrameScores
from evaluator.metrics import check_finite, open_stem, stem_pairs


def bsseval_files(
    references: Mapping[str, Path], estimates: Mapping[str, Path], parts: Sequence[str] = METRICS
) -> FrameScores | None:
    """Score a song, all its stems together.

    Args:
        references: Stem -> its true file.
        estimates: The same stems -> their files.
        parts: Which of SDR, ISR, SIR and SAR are needed; SDR alone takes a fraction of the time, and is all there is
            in the result.

    Returns:
        The scores of each frame, of a second; None where all true stems are silent.

    Raises:
        AudioError: A file is unreadable, cut off, or holds samples that are no numbers, or a file differs from the
            others in sample rate, length or channels.
    """
    sample_rate = _common_rate(references)
    pairs = {stem: _read_pair(references[stem], estimates[stem]) for stem in references}
    if not any(sounds(true) for true, _ in pairs.values()):
        return None
    scorer = SongScorer({stem: true for stem, (true, _) in pairs.items()}, sample_rate=sample_rate)
    estimated = {stem: estimate for stem, (_, estimate) in pairs.items()}
    return scorer.sdr(estimated) if set(parts) == {"SDR"} else scorer.score(estimated)


def _common_rate(references: Mapping[str, Path]) -> int:
    """Return the sample rate of a song, in hertz, whose stems must go together."""
    layouts: dict[Path, tuple[int, int, int]] = {}
    for path in references.values():
        with open_stem(path) as stem:
            layouts[path] = stem.samplerate, stem.channels, stem.frames
    first, wanted = next(iter(layouts.items()))
    for path, layout in layouts.items():
        if layout != wanted:
            raise AudioError(
                "BSSEval takes the stems of a song together, so they must have one sample rate, number of channels and "
                f"length, {wanted} as in '{first}'. Got '{path}' with {layout}. Export the stems again, all alike."
            )
    return wanted[0]


def _read_pair(reference: Path, estimate: Path) -> tuple[Tensor, Tensor]:
    """Read a stem and its estimate whole, each of shape (channels, samples).

    They are float32: files of up to 24 bits lose nothing, and a song's eight files take half the memory.
    """
    blocks = [np.stack(pair).astype(np.float32) for pair in stem_pairs(reference, estimate)]
    both = np.concatenate(blocks, axis=1) if blocks else np.zeros((2, 0, 2), dtype=np.float32)
    for path, samples in zip((reference, estimate), both, strict=True):
        check_finite(path, float(np.sum(np.abs(samples), dtype=np.float64)))
    true, estimated = (torch.from_numpy(np.ascontiguousarray(samples.T)) for samples in both)
    return true, estimated
