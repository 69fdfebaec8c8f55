"""BSSEval in the shapes of `museval.metrics.bss_eval`, for sources that are no song's stems.

Frames are of a second unless told otherwise, as museval has them for a song. An estimate belongs to the reference in
its place, so that museval's fifth result, the best order, does not exist here.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from evaluator.bsseval.scoring import PreparedReferences
from evaluator.bsseval.settings import BSSEvalSettings
from evaluator.bsseval.signals import Signals


def bss_eval(
    references: np.ndarray,
    estimates: np.ndarray,
    window: float = 44_100,
    hop: float = 44_100,
    filters_len: int = 512,
    device: torch.device | str = "cpu",
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Score sources against each other: images, filters of the whole signal, each estimate against its own reference.

    Args:
        references: Shape (sources, samples, channels).
        estimates: The same shape.
        window: Of a frame, in samples; infinity takes the signal as one frame.
        hop: From frame to frame, in samples.
        filters_len: Taps of the distortion filters.
        device: Where to compute: the CPU, or a CUDA device.

    Returns:
        SDR, ISR, SIR and SAR in dB, each of shape (sources, frames). A frame in which a reference or an estimate is
        silent is NaN for all sources; a ratio without a denominator is infinite.

    Raises:
        ValueError: Other shapes, a source that is silent throughout, samples that are no numbers, or a setting that is
            not positive.
    """
    true, estimated = (_tensor(sources) for sources in (references, estimates))
    if true.shape != estimated.shape or true.ndim != 3 or not true.numel():
        raise ValueError(
            "References and estimates must have one shape, (sources, samples, channels), and hold samples. "
            f"Got {tuple(true.shape)} and {tuple(estimated.shape)}."
        )
    for name, sources in (("reference", true), ("estimate", estimated)):
        check_samples(name, sources)
    samples = true.shape[1]
    settings = BSSEvalSettings(int(min(window, samples)), int(min(hop, samples)), filters_len)
    signals = [Signals(list(sources.transpose(1, 2)), torch.device(device)) for sources in (true, estimated)]
    prepared = PreparedReferences(signals[0], [torch.eye(len(true))], settings)
    sdr, isr, sir, sar = prepared.score(signals[1])[0].numpy()
    return sdr, isr, sir, sar


def _tensor(array: np.ndarray) -> Tensor:
    """Share an array's memory; one that is read backwards is copied, as torch has no such tensors."""
    array = np.asarray(array)
    return torch.from_numpy(array if min(array.strides, default=0) >= 0 else array.copy())


def check_samples(name: str, sources: Tensor) -> None:
    """Refuse what has no score.

    Raises:
        ValueError: A source is silent throughout, or holds samples that are no numbers.
    """
    for number, source in enumerate(sources):
        if not torch.isfinite(source).all():
            raise ValueError(f"Every {name} must hold finite samples. Got number {number} with NaN or infinity.")
        if not source.sum(dim=-1).any():
            raise ValueError(
                f"Every {name} must sound: with a silent one the scores of all are undefined. "
                f"Got number {number}, whose channels sum to zero throughout. Leave the source out."
            )
