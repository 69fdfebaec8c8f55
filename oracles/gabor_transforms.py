"""sliCQ and NSGT as transforms of oracles: one block for each run of bands that are sampled alike.

Of a sliCQ the slices stand in a row, so that a band's frames go through the whole song. Centres in Hz hold at 44.1 kHz;
a song of another rate is taken as if it had this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from torch import Tensor

from oracles.errors import OracleError
from transforms import NSGT, NSGTConfig, SliCQ, SliCQConfig

Result = TypeVar("Result")


@dataclass(frozen=True)
class SliCQTransform:
    """The sliced constant-Q transform in blocks."""

    name: str
    """In tables and files."""
    config: SliCQConfig

    def __post_init__(self) -> None:
        """Check the setting.

        Raises:
            OracleError: The bands do not fit the slices or leave a gap.
        """
        _tried(self.name, lambda: self._slicq)

    def analyse(self, sounds: Tensor) -> tuple[Tensor, ...]:
        """Transform sounds to blocks, each (..., channels, bands, slices x length)."""
        return tuple(block.flatten(-2) for block in self._slicq(sounds))

    def synthesise(self, blocks: Sequence[Tensor], samples: int) -> Tensor:
        """Make sounds of so many samples."""
        lengths = [block.length for block in self._slicq.blocks]
        sliced = [block.unflatten(-1, (-1, length)) for block, length in zip(blocks, lengths, strict=True)]
        return self._slicq.inverse(sliced, samples)

    @cached_property
    def _slicq(self) -> SliCQ:
        return SliCQ(self.config)


@dataclass(frozen=True)
class NSGTTransform:
    """The nonstationary Gabor transform of whole songs in blocks."""

    name: str
    """In tables and files."""
    config: NSGTConfig

    def analyse(self, sounds: Tensor) -> tuple[Tensor, ...]:
        """Transform sounds to blocks, each (..., channels, bands, length).

        Raises:
            OracleError: In a spectrum of this length the bands leave a gap.
        """
        return tuple(_tried(self.name, lambda: self._nsgt(sounds)))

    def synthesise(self, blocks: Sequence[Tensor], samples: int) -> Tensor:
        """Make sounds of so many samples."""
        return self._nsgt.inverse(blocks, samples)

    @cached_property
    def _nsgt(self) -> NSGT:
        return NSGT(self.config)


def _tried(name: str, work: Callable[[], Result]) -> Result:
    """Do some work, and name the transform in what it refuses."""
    try:
        return work()
    except ValueError as error:
        raise OracleError(f"The transform '{name}' must have bands that fit. {error}") from error
