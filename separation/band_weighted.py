"""A separator whose estimates are weighted by frequency band, as a member of a blend may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from audio.sources import SongSource
from audio.stems import Stems
from separation.band_filter import BlockFilter, band_kernel
from separation.separator import Separator
from separation.song_blocks import song_blocks
from separation.streaming import check_request
from separation.wrapped import Wrapped


class BandWeighted(Wrapped):
    """Another separator, filtered."""

    def __init__(self, inner: Separator, shapes: Mapping[str, Sequence[float]], edges_hz: Sequence[float]) -> None:
        """Take a separator.

        Args:
            inner: What separates.
            shapes: Stem -> weight of each band; stems that are not named stay as they are, up to rounding.
            edges_hz: Between the bands, rising.

        Raises:
            BlendError: An edge is not below half of the separator's sample rate.
        """
        super().__init__(inner)
        flat = [1.0] * (len(edges_hz) + 1)
        self._kernels = {stem: band_kernel(shapes.get(stem, flat), edges_hz, inner.sample_rate) for stem in inner.stems}

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block: see `separation.engine.Engine.separate_stream`."""
        wanted = tuple(stems) if stems is not None else self.stems
        check_request(self, source, wanted)
        filters = {stem: BlockFilter(self._kernels[stem]) for stem in wanted}
        start = 0
        for block in song_blocks(self.inner, source, wanted, on_progress):
            weighted = {stem: filters[stem].push(block[stem]) for stem in wanted}
            yield start, weighted
            start += weighted[wanted[0]].shape[-1]
        yield start, {stem: one.finish() for stem, one in filters.items()}


def in_bands(separator: Separator, shapes: Mapping[str, Sequence[float]], edges_hz: Sequence[float]) -> Separator:
    """Return a separator weighted by band, or the separator itself where no stem is."""
    return BandWeighted(separator, shapes, edges_hz) if shapes else separator
