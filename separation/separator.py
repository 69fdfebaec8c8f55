"""The protocol that every separator follows, whatever is behind it: a network, a bag, a filter, a blend.

Classes in `models` satisfy it by their shape alone; they never import this package.
`tests/separation/test_separator_contract.py` holds every registered model to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems


@runtime_checkable
class Separator(Protocol):
    """Turns a stereo mixture into named stems."""

    stems: tuple[str, ...]
    """The names that `separate` returns, in the project's order."""
    sample_rate: int
    """Sample rate in hertz that `separate` expects and returns."""

    def separate(self, mixture: Tensor) -> Stems:
        """Split a mixture into stems.

        Never modifies its input, keeps the exact length (down to one sample), returns finite values and exactly the
        names in `stems`. The same separator with the same seed returns the same bytes; on a GPU, or after memory did
        not suffice, up to rounding, because chunks may go through the networks in other batches.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`.

        Returns:
            Stem name -> shape (2, samples), float32, on the mixture's device.

        Raises:
            ValueError: The mixture is no finite stereo signal.
        """
        ...


@runtime_checkable
class StreamingSeparator(Separator, Protocol):
    """A separator that never holds a whole song."""

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block: see `separation.engine.Engine.separate_stream`."""
        ...
