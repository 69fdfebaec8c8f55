"""Long songs in pieces that are cross-faded: what bounds the memory of the separators without weights.

The fades of two neighbours add up to one everywhere, so that whatever adds up to the mixture in each piece does so in
the whole song.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.stems import SAMPLE_RATE
from models.workload import Chunking, Workload

Signal = NDArray[np.float32]


@dataclass(frozen=True)
class Pieces:
    """How a song is cut."""

    piece_samples: int
    """Length of a piece."""
    fade_samples: int
    """Overlap of two pieces."""
    shortest_samples: int
    """A last piece no longer than this goes with the one before; at least the overlap."""

    def separate(
        self, signal: Signal, stems: tuple[str, ...], separate_piece: Callable[[Signal], Mapping[str, Signal]]
    ) -> dict[str, Signal]:
        """Separate a song piece by piece.

        Args:
            signal: Shape (channels, samples).
            stems: The names that `separate_piece` returns.
            separate_piece: Turns a piece (channels, its samples) into stem name -> the same shape.

        Returns:
            Stem name -> shape (channels, samples).
        """
        samples = signal.shape[-1]
        step_samples = self.piece_samples - self.fade_samples
        total = {stem: np.zeros_like(signal) for stem in stems}
        rise = (np.arange(self.fade_samples, dtype=np.float32) + 0.5) / self.fade_samples
        last_start = max(0, -(-(samples - self.shortest_samples) // step_samples) - 1) * step_samples
        for start in range(0, last_start + 1, step_samples):
            stop = samples if start == last_start else start + self.piece_samples
            fade = np.ones(stop - start, dtype=np.float32)
            if start > 0:
                fade[: self.fade_samples] = rise
            if start < last_start:
                fade[-self.fade_samples :] = rise[::-1]
            for stem, piece in separate_piece(signal[:, start:stop]).items():
                total[stem][:, start:stop] += fade * piece
        return total

    def workload(self) -> Workload:
        """Return the pieces that songs are cut into, for predictions of time and memory.

        A rest that goes with the last piece is counted as one more.
        """
        return Workload(SAMPLE_RATE, (Chunking(self.piece_samples, self.piece_samples - self.fade_samples),))
