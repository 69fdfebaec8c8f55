r"""Cut a song into overlapping chunks, and know beforehand how the chunks add up again.

    weight   /\    /\    /\         A chunk's weight rises to its middle and falls again. The sum of all weights at a
            /  \  /  \  /  \        sample is known from the plan alone, so each chunk is divided by it before it is
           /    \/    \/    \       added: the output needs no second pass and no second buffer.

Same grid and weights as `demucs.apply.apply_model` (chunks start every (1 - overlap) of their length; the last ones are
cut at the song's end).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class ChunkPlan:
    """The chunks of one pass over a song."""

    start: int
    """Where the first chunk begins: 0, or before the song for a delayed pass."""
    stop: int
    """The song's end."""
    chunk_samples: int
    stride_samples: int

    @classmethod
    def cut(cls, samples: int, chunk_samples: int | None, overlap: float, lead_samples: int = 0) -> ChunkPlan:
        """Plan a pass over a song.

        Args:
            samples: Length of the song.
            chunk_samples: Length of a chunk, or None for the song as one.
            overlap: Share of a chunk that the next covers again, in [0, 1).
            lead_samples: Silence before the song that belongs to the pass.
        """
        length = lead_samples + samples
        if chunk_samples is None:
            return cls(-lead_samples, samples, length, length)
        return cls(-lead_samples, samples, chunk_samples, max(1, int((1 - overlap) * chunk_samples)))

    def starts(self) -> range:
        """List where the chunks begin."""
        return range(self.start, self.stop, self.stride_samples)

    def length(self, start: int) -> int:
        """Give the length of the chunk that begins at `start`: the last ones end with the song."""
        return min(self.chunk_samples, self.stop - start)

    def share(self, start: int) -> Tensor:
        """Give the share that the chunk at `start` has in each of its samples, shape (length,); shares sum to one."""
        length = self.length(start)
        weights = self._weights(0, length)
        total = weights.clone()
        reach = (self.chunk_samples - 1) // self.stride_samples * self.stride_samples
        for other in range(start - reach, start + reach + 1, self.stride_samples):
            if other == start or other not in self.starts():
                continue
            first, last = max(start, other), min(start + length, other + self.length(other))
            total[first - start : last - start] += self._weights(first - other, last - other)
        return weights / total

    def _weights(self, first: int, last: int) -> Tensor:
        """Give a chunk's weights in its samples [first, last): rising to its middle, then falling."""
        places = torch.arange(first, last, dtype=torch.float64)
        return torch.minimum(places + 1, self.chunk_samples - places) / (self.chunk_samples - self.chunk_samples // 2)
