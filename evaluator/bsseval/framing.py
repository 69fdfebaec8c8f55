"""Frames of long signals, a few at a time."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from evaluator.bsseval.signals import Signals

FRAMES_AT_ONCE = {"cpu": 2, "cuda": 128}


@dataclass(frozen=True)
class Framing:
    """Full frames only, as museval takes them; a signal shorter than one is one frame by itself."""

    window: int
    """In samples."""
    hop: int
    samples: int
    """Of the signal."""

    @property
    def frame_samples(self) -> int:
        """Return the length of a frame."""
        return min(self.window, self.samples)

    @property
    def count(self) -> int:
        """Return how many frames there are; what is left over at the end is in none."""
        return (self.samples - self.window) // self.hop + 1 if self.window < self.samples else 1

    def groups(self, device: torch.device) -> list[range]:
        """Return the frames' numbers, a few at a time."""
        at_once = FRAMES_AT_ONCE[device.type]
        return [range(first, min(first + at_once, self.count)) for first in range(0, self.count, at_once)]

    def frames(self, signals: Signals, numbers: range) -> Tensor:
        """Cut frames out of signals, float64, shape (stems, channels, frames, frame_samples)."""
        piece = signals.cut(numbers[0] * self.hop, numbers[-1] * self.hop + self.frame_samples)
        return piece.unfold(-1, self.frame_samples, self.hop)


def silent(combination: Tensor, frames: Tensor) -> Tensor:
    """Tell in which frames a source is silent by museval's rule: its channels sum to zero at every sample.

    Args:
        combination: Which stems each source is the sum of, shape (sources, stems).
        frames: Shape (stems, channels, frames, samples).

    Returns:
        Booleans, shape (frames,).
    """
    mono = torch.einsum("sj,jtn->stn", combination, frames.sum(dim=1))
    return (mono == 0.0).all(dim=-1).any(dim=0)
