"""What separators that alter another one's stems do alike: names, rate, costs, and whole songs by streaming them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems
from models.workload import Workload, workload_of
from separation.separator import Separator
from separation.streaming import separate_whole


class Wrapped(ABC):
    """Another separator, whose stems are altered as they come."""

    def __init__(self, inner: Separator) -> None:
        self.inner = inner
        self.stems = inner.stems
        self.sample_rate = inner.sample_rate

    def workload(self) -> Workload:
        """Return how the separator cuts songs; what is done afterwards costs little beside it."""
        return workload_of(self.inner)

    def separate(self, mixture: Tensor, on_progress: Callable[[float], None] = lambda share: None) -> Stems:
        """Split a mixture into stems: see `separation.separator.Separator`."""
        return separate_whole(self, mixture, on_progress)

    @abstractmethod
    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block: see `separation.engine.Engine.separate_stream`."""
