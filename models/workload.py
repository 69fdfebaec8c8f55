"""How much sound a separator's networks are given for a song: its time and memory follow that, in steps of chunks.

A network that takes chunks of 44 s works as long on a song of one second as on one of 44 s where it is given silence
for the rest, and a chunk begun is a chunk paid. Chunks overlap, have context, and one pass follows another. All of that
is known before a song is read: `Workload` is those facts as numbers, without the networks, so that they can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Chunking:
    """The chunks of one pass of one network over a song, in samples."""

    chunk_samples: int | None = None
    """Length of a chunk; None takes the song whole."""
    stride_samples: int | None = None
    """From the start of a chunk to that of the next; None is the length of a chunk."""
    lead_samples: int = 0
    """Silence before the song that belongs to the pass."""
    shortest_input_samples: int = 0
    """What the network is given at least, however short the chunk."""
    context_samples: int = 0
    """What it is given beside the chunk."""
    chunks_per_call: int = 1
    """Most chunks that go into one call."""
    grain_samples: int = 1
    """The network fills up what it is given to a multiple of this."""

    def heard_samples(self, samples: int) -> int:
        """Return how much sound the network is given for a song of a length, all chunks together."""
        length, chunk, stride = self._pass(samples)
        whole = self._whole_chunks(samples)
        chunks = -(-length // stride)
        rest = sum(self._input(length - index * stride) for index in range(whole, chunks))
        return whole * self._input(chunk) + rest

    def longest_call_samples(self, samples: int) -> int:
        """Return the length of the longest call, all of its chunks together."""
        length, chunk, _ = self._pass(samples)
        whole = self._whole_chunks(samples)
        return self._input(chunk) * min(self.chunks_per_call, whole) if whole else self._input(length)

    def scaled(self, scale: float) -> Chunking:
        """Return the chunks with all lengths times a factor."""
        return Chunking(
            chunk_samples=None if self.chunk_samples is None else round(self.chunk_samples * scale),
            stride_samples=None if self.stride_samples is None else round(self.stride_samples * scale),
            lead_samples=round(self.lead_samples * scale),
            shortest_input_samples=round(self.shortest_input_samples * scale),
            context_samples=round(self.context_samples * scale),
            chunks_per_call=self.chunks_per_call,
            grain_samples=max(1, round(self.grain_samples * scale)),
        )

    def _pass(self, samples: int) -> tuple[int, int, int]:
        """Return the lengths of the pass, of a chunk and of the way to the next one."""
        length = self.lead_samples + samples
        chunk = self.chunk_samples or length
        return length, chunk, self.stride_samples or chunk

    def _whole_chunks(self, samples: int) -> int:
        """Count the chunks that the song's end does not cut."""
        length, chunk, stride = self._pass(samples)
        return (length - chunk) // stride + 1 if length >= chunk else 0

    def _input(self, chunk: int) -> int:
        given = max(self.shortest_input_samples, chunk + self.context_samples)
        return -(-given // self.grain_samples) * self.grain_samples


WHOLE_SONG = (Chunking(),)
"""One pass that takes the song as it is."""


@dataclass(frozen=True)
class Workload:
    """All passes of a separator over a song."""

    sample_rate: int
    """Of the separator, in hertz."""
    passes: tuple[Chunking, ...] = WHOLE_SONG

    def heard_seconds(self, duration_seconds: float) -> float:
        """Return how much sound the networks are given for a song."""
        samples = self._samples(duration_seconds)
        return sum(one.heard_samples(samples) for one in self.passes) / self.sample_rate

    def longest_call_seconds(self, duration_seconds: float) -> float:
        """Return how much sound is worked on at a time, at most."""
        samples = self._samples(duration_seconds)
        return max(one.longest_call_samples(samples) for one in self.passes) / self.sample_rate

    def at_rate(self, sample_rate: int) -> Workload:
        """Return the same work counted in samples of another rate."""
        scale = sample_rate / self.sample_rate
        return Workload(sample_rate, tuple(one.scaled(scale) for one in self.passes))

    def _samples(self, duration_seconds: float) -> int:
        return max(1, round(duration_seconds * self.sample_rate))


class _HasRate(Protocol):
    sample_rate: int


def workload_of(separator: _HasRate) -> Workload:
    """Return how a separator cuts songs; one without a method `workload` takes them whole."""
    own = getattr(separator, "workload", None)
    workload: Workload = Workload(separator.sample_rate) if own is None else own()
    return workload
