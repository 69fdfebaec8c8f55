"""Any separator's estimates of a song at any rate, as blocks at the song's own rate.

A separator that can stream gives blocks as it goes; another takes the song whole and gives one block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from audio.resampling import BlockResampler
from audio.songs import at_rate
from audio.sources import SongSource
from audio.stems import Stems
from separation.at_rate import check_length, separate_at_rate
from separation.separator import Separator, StreamingSeparator

OnProgress = Callable[[float], None]


def song_blocks(
    separator: Separator, song: SongSource, stems: tuple[str, ...], on_progress: OnProgress
) -> Iterator[Stems]:
    """Separate a song.

    Args:
        separator: Any separator.
        song: At any rate.
        stems: What is wanted.
        on_progress: Called with the share of the work that is done.

    Raises:
        StemLengthError: The separator gave more or fewer samples than the song has.

    Yields:
        Stem name -> shape (2, samples of the block), one after the other to the song's end; a block may be empty.
    """
    if not isinstance(separator, StreamingSeparator):
        estimates = separate_at_rate(separator, song.read(0, song.samples), song.sample_rate)
        on_progress(1.0)
        yield {stem: estimates[stem] for stem in stems}
        return
    rates = separator.sample_rate, song.sample_rate
    resamplers = {stem: BlockResampler(*rates, song.samples) for stem in stems}
    with at_rate(song, separator.sample_rate) as heard:
        given = 0
        for _, block in separator.separate_stream(heard, stems, on_progress):
            given += block[stems[0]].shape[-1]
            yield {stem: resamplers[stem].push(block[stem]) for stem in stems}
        check_length(given, heard.samples, stems[0])
    yield {stem: resampler.finish() for stem, resampler in resamplers.items()}


def numbered(blocks: Iterable[Stems]) -> Iterator[tuple[int, Stems]]:
    """Yield with each block where it begins, in samples."""
    start = 0
    for block in blocks:
        yield start, block
        start += next(iter(block.values())).shape[-1]
