"""A separator whose stems go through the multichannel Wiener filter together, before a blend takes them.

Networks on magnitudes have a filter of their own (`transforms.wiener_model`), which knows more; this one is for those
that give waveforms. Without the stems of a whole song, what they leave of the mixture takes part as one more source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch

from audio.sources import SongSource
from audio.stems import Stems
from separation.blend_finish import BlendFinish
from separation.separator import Separator
from separation.song_blocks import numbered, song_blocks
from separation.streaming import check_request
from separation.wrapped import Wrapped


class WienerFiltered(Wrapped):
    """Another separator, filtered."""

    def __init__(self, inner: Separator, iterations: int, device: torch.device) -> None:
        """Take a separator.

        Args:
            inner: What separates.
            iterations: Of the filter, at least one.
            device: Where it is computed.
        """
        super().__init__(inner)
        self._finish = BlendFinish(wiener_iterations=iterations, device=device)

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block; all stems are estimated, since the filter weighs them against each other."""
        wanted = tuple(stems) if stems is not None else self.stems
        check_request(self, source, wanted)
        blocks = numbered(song_blocks(self.inner, source, self.stems, on_progress))
        for start, block in self._finish.apply(blocks, source, self.stems):
            yield start, {stem: block[stem] for stem in wanted}


def filtered(separator: Separator, iterations: int, device: torch.device) -> Separator:
    """Return a separator with the filter behind it, or the separator itself where no iteration is asked for."""
    return WienerFiltered(separator, iterations, device) if iterations else separator
