"""Bands of a spectrum that widen towards high frequencies, as hearing does: powers are pooled into them, masks spread.

Low partials need every bin, a cymbal does not. A network that looks at bands is several times smaller and faster than
one that looks at bins, and an ideal mask loses little by it (0.1 to 0.2 dB with the default layout).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from models.errors import SettingsError

Layout = tuple[tuple[int, int], ...]
"""(number of bands, bins of each), from the lowest up."""

DEFAULT_LAYOUT: Layout = ((160, 1), (128, 2), (80, 4), (64, 8), (32, 16))
"""464 bands over 1,760 bins: 10.8 Hz to 172 Hz wide up to 18.9 kHz with frames of 4,096 samples at 44.1 kHz."""


@dataclass(frozen=True)
class FrequencyBands:
    """Which bins are in which band. Bins above the last band belong to none and share its mask."""

    layout: Layout
    bins: int
    """Bins of the spectrum."""

    def __post_init__(self) -> None:
        """Refuse layouts that do not fit the spectrum."""
        groups: list[tuple[int, ...]] = [tuple(group) for group in self.layout]
        if not groups or any(len(group) != 2 or min(group) < 1 for group in groups) or self.covered > self.bins:
            raise SettingsError(
                f"The bands must be (number, bins of each), all 1 or more, over at most {self.bins} bins. "
                f"Got {self.layout}."
            )

    @property
    def count(self) -> int:
        """Number of bands."""
        return sum(number for number, _ in self.layout)

    @property
    def covered(self) -> int:
        """Number of bins that lie in bands."""
        return sum(number * width for number, width in self.layout)

    def widths(self, like: Tensor) -> Tensor:
        """Return the number of bins of each band, shape (bands,), with the type and device of a tensor."""
        parts = [torch.full((number,), float(width)) for number, width in self.layout]
        return torch.cat(parts).to(like)

    def pooled(self, values: Tensor) -> Tensor:
        """Add up the bins of each band: (..., bins, frames) to (..., bands, frames); bins above may be missing."""
        parts = [
            values[..., start:stop, :].unflatten(-2, (-1, width)).sum(dim=-2)
            for (start, stop), (_, width) in zip(self._edges(), self.layout, strict=True)
        ]
        return torch.cat(parts, dim=-2)

    def paired(self, values: Tensor, bins: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield band by band what belongs together, without spreading: views that can be multiplied.

        Args:
            values: Shape (..., frames, bands).
            bins: Shape (..., frames, parts x bins), where a bin has one part or more, such as real and imaginary.

        Yields:
            For bands of equal width, values (..., frames, number, 1) and parts of bins (..., frames, number, width);
            the bins above the last band come last, with its value.
        """
        parts = bins.shape[-1] // self.bins
        groups = values.split([number for number, _ in self.layout], dim=-1)
        edges = [*self._edges(), (self.covered, self.bins)]
        for group, (start, stop) in zip([*groups, values[..., -1:]], edges, strict=True):
            part = bins[..., parts * start : parts * stop]
            yield group.unsqueeze(-1), part.unflatten(-1, (group.shape[-1], part.shape[-1] // group.shape[-1]))

    def _edges(self) -> Iterator[tuple[int, int]]:
        """Yield the first bin of the bands of each width, and that behind them."""
        return pairwise(accumulate((number * width for number, width in self.layout), initial=0))
