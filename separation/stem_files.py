"""Write stems that come in blocks at the separator's rate into files at the song's rate and length.

With `rest_of`, what a stem leaves of the song is written too. It is taken at the song's rate, so that the two always
sum to the song, whatever the separator's rate cuts off.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from audio.resampling import BlockResampler
from audio.sources import SongSource
from audio.stems import ACCOMPANIMENT, Stems
from audio.writing import AudioWriter


class StemFiles:
    """The open files of one song's stems."""

    def __init__(
        self, writers: Mapping[str, AudioWriter], song: SongSource, sample_rate: int, rest_of: str | None = None
    ) -> None:
        """Take the files.

        Args:
            writers: Stem name -> its file, at the song's rate.
            song: The song.
            sample_rate: Of the blocks that will be written, in hertz.
            rest_of: The stem whose rest of the song goes into the file of the accompaniment.
        """
        self._writers = writers
        self._song = song
        self._rest_of = rest_of
        separated = writers if rest_of is None else (rest_of,)
        self._resamplers = {stem: BlockResampler(sample_rate, song.sample_rate, song.samples) for stem in separated}
        self._rest_start = 0

    def write(self, block: Stems) -> None:
        """Append a block of every stem, (2, samples) each."""
        for stem, samples in block.items():
            self._append(stem, self._resamplers[stem].push(samples))

    def finish(self) -> None:
        """Write what the resamplers still hold, after the last block."""
        for stem, resampler in self._resamplers.items():
            self._append(stem, resampler.finish())

    def _append(self, stem: str, samples: Tensor) -> None:
        if stem in self._writers:
            self._writers[stem].write(samples)
        if stem == self._rest_of and ACCOMPANIMENT in self._writers:
            stop = self._rest_start + samples.shape[-1]
            self._writers[ACCOMPANIMENT].write(self._song.read(self._rest_start, stop) - samples)
            self._rest_start = stop
