"""Chunks for PyTorch's data loader: a number in, the samples of each stem out.

The number of a chunk counts through all epochs and says everything (`training.datasets.plans`), so the dataset keeps no
state, and workers need no seeds. `ChunkSampler` deals the numbers of an epoch to processes.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch.utils.data

from audio.datasets.errors import DatasetError
from audio.stems import Stems
from training.datasets.plans import ChunkPlan
from training.datasets.reading import read_stem


class ChunkDataset(torch.utils.data.Dataset[Stems]):
    """The chunks of a plan."""

    def __init__(self, plan: ChunkPlan) -> None:
        self.plan = plan

    def __len__(self) -> int:
        """Return the chunks of one epoch; numbers beyond are those of later epochs."""
        return self.plan.settings.chunks_per_epoch

    def __getitem__(self, index: int) -> Stems:
        """Read a chunk.

        Args:
            index: Its number, counted through all epochs.

        Returns:
            Stem name -> shape (2, samples_before + chunk_samples + samples_after), float32; silence outside the song.

        Raises:
            DatasetError: A stem must be cached first.
            AudioError: A file is damaged here.
        """
        settings = self.plan.settings
        before, after = settings.samples_before, settings.chunk_samples + settings.samples_after
        places = self.plan.places(index)
        return {
            stem: read_stem(place.track, stem, place.start - before, place.start + after)
            for stem, place in places.items()
        }

    def describe(self, index: int) -> dict[str, tuple[str, float]]:
        """Return the song and the start in seconds of each stem of a chunk, for messages; nothing is read."""
        places = self.plan.places(index)
        return {stem: (place.track.name, place.start / place.track.sample_rate) for stem, place in places.items()}


class ChunkSampler(torch.utils.data.Sampler[int]):
    """The numbers of an epoch's chunks for one process of several.

    Batch n of all processes together holds the numbers that batch n of one process alone would hold. Lightning calls
    `set_epoch`; it must not put a sampler of its own in place of this one (`use_distributed_sampler=False`).
    """

    def __init__(self, chunks_per_epoch: int, rank: int = 0, processes: int = 1) -> None:
        """Take the share of one process.

        Args:
            chunks_per_epoch: Of all processes together; what does not divide by `processes` is left out.
            rank: Which process this is.
            processes: How many there are.

        Raises:
            DatasetError: The rank is out of range, or there are fewer chunks than processes.
        """
        if not 0 <= rank < processes <= chunks_per_epoch:
            raise DatasetError(
                f"Processes must be counted from 0, each with a chunk or more. Got rank {rank} of {processes} with "
                f"{chunks_per_epoch} chunks."
            )
        self._chunks_per_epoch, self._rank, self._processes = chunks_per_epoch, rank, processes
        self._epoch = self._done = 0

    def set_epoch(self, epoch: int, done: int = 0) -> None:
        """Go to an epoch.

        Args:
            epoch: Counted from 0.
            done: How many of its chunks this process has had already, when a run is resumed.
        """
        self._epoch, self._done = epoch, done

    def numbers(self, epoch: int) -> range:
        """Return the numbers of this process's chunks in an epoch, in order."""
        first = epoch * self._chunks_per_epoch
        kept = self._chunks_per_epoch - self._chunks_per_epoch % self._processes
        return range(first + self._rank, first + kept, self._processes)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers(self._epoch)[self._done :])

    def __len__(self) -> int:
        return len(self.numbers(self._epoch)) - self._done
