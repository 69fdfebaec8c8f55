"""What an oracle asks of a transform: sounds become blocks of complex coefficients, and blocks become sounds again.

An STFT gives one block. A transform whose frequencies have sampling rates of their own gives one block for each rate.
All oracles treat each frequency of each block by itself, so they need to know no more than this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from oracles.errors import OracleError
from transforms.stft import STFT, STFTConfig

LONGEST_WINDOW_SAMPLES = 1 << 20


class InvertibleTransform(Protocol):
    """A linear transform of sounds, with its inverse."""

    @property
    def name(self) -> str:
        """In tables and files."""

    def analyse(self, sounds: Tensor) -> tuple[Tensor, ...]:
        """Transform sounds, shape (..., channels, samples), to blocks, complex, each (..., channels, bins, frames)."""

    def synthesise(self, blocks: Sequence[Tensor], samples: int) -> Tensor:
        """Make sounds of so many samples, shape (..., channels, samples), of blocks as `analyse` gives them."""


@dataclass(frozen=True)
class HannSTFT:
    """The STFT with a Hann window and a hop of a quarter of it, where masks change smoothly from frame to frame."""

    window_samples: int

    def __post_init__(self) -> None:
        """Check the length.

        Raises:
            OracleError: It is no multiple of 4, or too long.
        """
        check_window(self.window_samples)

    @property
    def name(self) -> str:
        """In tables and files."""
        return f"STFT {self.window_samples}"

    def analyse(self, sounds: Tensor) -> tuple[Tensor, ...]:
        """Transform sounds to one block, shape (..., channels, window_samples / 2 + 1, frames)."""
        return (self._stft()(sounds),)

    def synthesise(self, blocks: Sequence[Tensor], samples: int) -> Tensor:
        """Make sounds of so many samples."""
        (block,) = blocks
        return self._stft().inverse(block, samples)

    def _stft(self) -> STFT:
        return STFT(STFTConfig(window_samples=self.window_samples, hop_samples=self.window_samples // 4))


def check_window(samples: int) -> None:
    """Refuse a window whose quarter is no whole number of samples, or that lasts longer than any sound in music.

    Raises:
        OracleError: The length is no multiple of 4, or out of bounds.
    """
    if not 4 <= samples <= LONGEST_WINDOW_SAMPLES or samples % 4:
        raise OracleError(
            f"A window must have a multiple of 4 samples, 4 to {LONGEST_WINDOW_SAMPLES}. Got {samples}. "
            "Usual ones are 1024 to 16384."
        )
