"""Any model as two stems: one that it knows, and the accompaniment.

The accompaniment is what the stem leaves of the mixture, so the two always sum to the mixture, and only the networks
that the one stem needs are run. A model that gives the accompaniment itself is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from audio.sources import SongSource
from audio.stems import ACCOMPANIMENT, Stems
from models.errors import SettingsError
from separation.separator import Separator, StreamingSeparator


class TwoStems:
    """A stem of a separator, and the rest of the mixture."""

    def __init__(self, separator: Separator, stem: str) -> None:
        self.stems = two_stem_names(separator.stems, stem)
        self.sample_rate = separator.sample_rate
        self._separator = separator
        self._stem = stem

    def separate(self, mixture: Tensor) -> Stems:
        """Split a mixture (2, samples) into the stem and the accompaniment."""
        estimate = self._separator.separate(mixture)[self._stem]
        return {self._stem: estimate, ACCOMPANIMENT: mixture - estimate}


class StreamingTwoStems(TwoStems):
    """The same for a separator that streams."""

    def __init__(self, separator: StreamingSeparator, stem: str) -> None:
        super().__init__(separator, stem)
        self._streaming = separator

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song block by block: see `separation.engine.Engine.separate_stream`."""
        wanted = self.stems if stems is None else tuple(stems)
        for start, block in self._streaming.separate_stream(source, [self._stem], on_progress):
            estimate = block[self._stem]
            both = {self._stem: estimate}
            if ACCOMPANIMENT in wanted:
                both[ACCOMPANIMENT] = source.read(start, start + estimate.shape[-1]) - estimate
            yield start, {stem: both[stem] for stem in wanted}


def with_two_stems(separator: Separator, stem: str) -> Separator:
    """Make a separator give a stem and the accompaniment.

    Raises:
        SettingsError: The separator does not know the stem.
    """
    two_stem_names(separator.stems, stem)
    if ACCOMPANIMENT in separator.stems:
        return separator
    return (
        StreamingTwoStems(separator, stem) if isinstance(separator, StreamingSeparator) else TwoStems(separator, stem)
    )


def two_stem_names(known: Sequence[str], stem: str) -> tuple[str, ...]:
    """Return the names of a stem and of the rest.

    Args:
        known: What the model gives.
        stem: The asked one.

    Raises:
        SettingsError: The model does not give it.
    """
    names = [name for name in known if name != ACCOMPANIMENT]
    if stem not in names:
        raise SettingsError(
            f"The stem of --two-stems must be one that the model gives: {', '.join(names)}. Got '{stem}'."
        )
    return stem, ACCOMPANIMENT
