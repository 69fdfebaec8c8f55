"""A data loader that says where it is, so that a run goes on with the batch after its last one.

Lightning stores a loader's `state_dict` in its checkpoints. Workers read ahead, so where a run is cannot be asked of
the loader's own iterator: Lightning's count of batches says it. Which chunks a batch holds is a pure function of its
number (`training.datasets.chunks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypedDict

import torch.utils.data

from audio.stems import Stems
from training.datasets import ChunkDataset, ChunkSampler
from training.errors import RunError


class _Chunks(TypedDict):
    numbers: Any
    """Of one chunk its number; of a batch a tensor, shape (batch,)."""
    stems: Stems
    """Stem name -> shape (channels, samples), of a batch (batch, channels, samples)."""


class Batch(_Chunks, total=False):
    """Chunks with their numbers, and where songs have domains these."""

    domains: Any
    """Number of the song's domain; of a batch a tensor, shape (batch,), int64."""


class NumberedChunks(torch.utils.data.Dataset[Batch]):
    """Chunks that know their numbers, so that a batch can be traced to its songs."""

    def __init__(self, chunks: ChunkDataset, domains: Mapping[str, int] | None = None) -> None:
        """Take the chunks.

        Args:
            chunks: All of them.
            domains: Song -> number of its domain, where all stems of a chunk are of one song.
        """
        self.chunks = chunks
        self._domains = domains

    def __len__(self) -> int:
        return len(self.chunks)

    def __getitem__(self, index: int) -> Batch:
        """Read a chunk; see `ChunkDataset`."""
        batch: Batch = {"numbers": index, "stems": self.chunks[index]}
        if self._domains:
            song, _ = next(iter(self.chunks.describe(index).values()))
            batch["domains"] = self._domains[song]
        return batch


class ResumableSampler(torch.utils.data.Sampler[int]):
    """The chunks of a process from where a run goes on.

    Its length is always that of a whole epoch: Lightning counts the batches of a resumed epoch from its beginning.
    """

    def __init__(self, chunks: ChunkSampler) -> None:
        self._chunks = chunks
        self._length = len(chunks)
        self._start = (0, 0)

    def resume(self, epoch: int, done: int) -> None:
        """Go to a place; `done` chunks of the epoch were had already."""
        self._start = (epoch, done)
        self._chunks.set_epoch(epoch, done)

    def set_epoch(self, epoch: int) -> None:
        """Go to an epoch; Lightning calls this. What lies before the resumed place is not gone back to."""
        self._chunks.set_epoch(*max((epoch, 0), self._start))

    def __iter__(self) -> Iterator[int]:
        return iter(self._chunks)

    def __len__(self) -> int:
        return self._length


class ResumableLoader(torch.utils.data.DataLoader[Batch]):
    """A data loader with the state that Lightning keeps."""

    def __init__(self, sampler: ResumableSampler, batches_had: Callable[[], int], **settings: Any) -> None:
        """Take the sampler.

        Args:
            sampler: Of this process.
            batches_had: Returns how many batches the run has had in all epochs.
            settings: Of `torch.utils.data.DataLoader`.
        """
        super().__init__(sampler=sampler, **settings)
        self._resumable = sampler
        self._batches_had = batches_had

    def state_dict(self) -> dict[str, int]:
        """Return where the run is."""
        return {"batches": self._batches_had(), "batches_per_epoch": len(self)}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on from a state.

        Raises:
            RunError: Epochs had another number of batches.
        """
        if state["batches_per_epoch"] != len(self):
            raise RunError(
                f"A resumed run must have the epochs that it had, of {state['batches_per_epoch']} batches. Got "
                f"{len(self)}. Leave data.chunks_per_epoch, data.batch_size and the number of processes as they were."
            )
        epoch, batches = divmod(state["batches"], len(self))
        self._resumable.resume(epoch, batches * (self.batch_size or 1))
