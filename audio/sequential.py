"""Songs that can only be read from the beginning: containers such as m4a, and songs at another sample rate.

What was read last is kept for a while, because chunks overlap; a read before that begins anew. So the memory does not
grow with the song, and a reader that moves forward decodes it once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator

import torch
from torch import Tensor

KEPT_SAMPLES = 1 << 22
"""What is kept at least before the last read: 95 s at 44.1 kHz, in 34 MB."""


class SequentialSource:
    """A song that comes in blocks, readable at any place (`audio.sources.SongSource`)."""

    def __init__(
        self,
        blocks: Callable[[], Generator[Tensor, None, None]],
        samples: int,
        sample_rate: int,
        kept_samples: int = KEPT_SAMPLES,
    ) -> None:
        """Take the song.

        Args:
            blocks: Begins the song and yields it in blocks (2, samples); may be called again. The generator is closed
                when the song is begun anew.
            samples: Length of the song; a shorter one ends in silence.
            sample_rate: In hertz.
            kept_samples: How much is kept at least before the last read.
        """
        self.samples = samples
        self.sample_rate = sample_rate
        self._begin = blocks
        self._kept_samples = kept_samples
        self._blocks: Generator[Tensor, None, None] | None = None
        self._kept: deque[Tensor] = deque()
        self._origin = self._end = 0

    def read(self, start: int, stop: int) -> Tensor:
        """Return the samples [start, stop), zero outside the song.

        Raises:
            AudioError: The song is damaged here.
        """
        first, last = max(start, 0), min(stop, self.samples)
        if last <= first:
            return torch.zeros(2, stop - start)
        if self._blocks is None or first < self._origin:
            self.close()
            self._blocks = self._begin()
        self._advance(self._blocks, first, last)
        return torch.nn.functional.pad(self._part(first, last), (first - start, stop - last))

    def close(self) -> None:
        """Let go of the file that the blocks come from; a later read begins anew."""
        if self._blocks is not None:
            self._blocks.close()
        self._blocks = None
        self._kept.clear()
        self._origin = self._end = 0

    def _advance(self, blocks: Iterator[Tensor], first: int, last: int) -> None:
        """Read on up to `last`; forget blocks that lie too far before `first`."""
        while self._end < last:
            block = next(blocks, None)
            if block is None:
                block = torch.zeros(2, last - self._end)
            self._kept.append(block)
            self._end += block.shape[-1]
            while self._kept and self._origin + self._kept[0].shape[-1] <= first - self._kept_samples:
                self._origin += self._kept.popleft().shape[-1]

    def _part(self, first: int, last: int) -> Tensor:
        parts, position = [], self._origin
        for block in self._kept:
            if position < last and position + block.shape[-1] > first:
                parts.append(block[:, max(0, first - position) : last - position])
            position += block.shape[-1]
        return torch.cat(parts, dim=-1)
