"""Run networks over songs of any length: chunks, batches, variants, averages, in bounded memory.

A song is read in overlapping chunks; each chunk's estimate is added to a rolling sum under shares that are known
beforehand, and what no later chunk can change is given out. So the memory is that of a few chunks, however long the
song. Normalisation needs a first pass over the song, which reads it in blocks too.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as settings_dataclass
from torch import Tensor

from audio.sources import BLOCK_SAMPLES, SongSource, TensorSource
from audio.stems import Stems
from models.errors import SettingsError
from models.mixtures import CHANNELS, check_mixture
from models.network import Bag, Member
from separation.chunks import ChunkPlan
from separation.variants import Variant, make_variants

logger = logging.getLogger(__name__)

SILENT_DEVIATION = 1e-8


@settings_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class EngineSettings:
    """How a bag of networks is run: what a plan may set for every network; None leaves what it was trained for."""

    segment_seconds: float | None = Field(default=None, ge=0.05)
    """Length of a chunk."""
    overlap: float | None = Field(default=None, ge=0, lt=1)
    """Share of a chunk that the next one covers again."""
    batch_chunks: int = Field(default=1, ge=1)
    """Chunks in one call of a network; halved while memory does not suffice."""
    shifts: int = Field(default=0, ge=0)
    """Number of passes with random delays (0 to 0.5 s) that are averaged; 0 is one pass without delay."""
    flip_polarity: bool = False
    """Run each pass a second time with flipped polarity."""
    swap_channels: bool = False
    """Run each pass a second time with left and right swapped."""


ENGINE_KEYS = frozenset(EngineSettings.__dataclass_fields__)


@dataclass(frozen=True)
class Level:
    """What a song is normalised by."""

    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True)
class Job:
    """One chunk for one network in one variant."""

    member: Member
    variant: Variant
    plan: ChunkPlan
    start: int

    @cached_property
    def samples(self) -> int:
        """Length of the chunk."""
        return self.plan.length(self.start)

    @cached_property
    def input_samples(self) -> int:
        """Length that the network must be given: the chunk in the middle of real context."""
        return self.member.network.input_samples(self.samples)

    @property
    def context_before(self) -> int:
        """Samples of context before the chunk."""
        return (self.input_samples - self.samples) // 2


class Engine:
    """A bag of networks as a separator."""

    def __init__(self, bag: Bag, settings: EngineSettings | None = None, seed: int = 0) -> None:
        """Take the networks.

        Args:
            bag: What a builder made.
            settings: How to run it.
            seed: Of the random delays.

        Raises:
            SettingsError: The chunks are longer than a network can take.
        """
        self.stems = bag.stems
        self.sample_rate = bag.sample_rate
        self._bag = bag
        self._settings = settings or EngineSettings()
        self._batch_chunks = self._settings.batch_chunks
        self._variants = make_variants(
            self.sample_rate,
            shifts=self._settings.shifts,
            flip_polarity=self._settings.flip_polarity,
            swap_channels=self._settings.swap_channels,
            seed=seed,
        )
        for member in bag.members:
            self._check_segment(member)
            member.network.to(bag.device)
            member.network.eval()

    def separate(self, mixture: Tensor) -> Stems:
        """Split a mixture into stems.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.

        Returns:
            Stem name -> shape (2, samples), on the mixture's device.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        check_mixture(mixture)
        source = TensorSource(mixture.detach().to("cpu", torch.float32), self.sample_rate)
        stems = {stem: torch.empty(CHANNELS, source.samples) for stem in self.stems}
        for start, block in self.separate_stream(source):
            for stem, samples in block.items():
                stems[stem][:, start : start + samples.shape[-1]] = samples
        return {stem: samples.to(mixture.device) for stem, samples in stems.items()}

    def separate_stream(
        self,
        source: SongSource,
        stems: Sequence[str] | None = None,
        on_progress: Callable[[float], None] = lambda share: None,
    ) -> Iterator[tuple[int, Stems]]:
        """Split a song of any length, block by block.

        Args:
            source: The song, at `sample_rate`.
            stems: The stems that are wanted, or None for all; networks without a say in them are not run.
            on_progress: Called with the share of the work that is done.

        Yields:
            Where a block begins, and stem name -> shape (2, samples of the block); blocks follow each other without
            a gap from 0 to the song's end.
        """
        wanted = tuple(stems) if stems is not None else self.stems
        jobs = self._plan(source.samples, wanted)
        levels = {"none": Level()}
        if any(job.member.normalisation == "mono" for job in jobs):
            levels["mono"] = measure_level(source)
        totals = {stem: sum(member.stem_weights.get(stem, 0.0) for member in self._bag.members) for stem in wanted}
        sums = {stem: RollingSum() for stem in wanted}
        done, count, given = 0, len(jobs), 0
        while jobs:
            batch = self._next_batch(jobs)
            for job, estimate in zip(batch, self._run(batch, source, levels), strict=True):
                for stem, samples in self._shares(job, estimate, totals):
                    sums[stem].add(job.start, samples)
            done += len(batch)
            on_progress(done / count)
            final = jobs[0].start if jobs else source.samples
            if final > given:
                yield given, {stem: sums[stem].take(given, final) for stem in wanted}
                given = final

    def _plan(self, samples: int, wanted: tuple[str, ...]) -> deque[Job]:
        """Queue the jobs in the order of their chunks."""
        overlap = self._settings.overlap
        jobs = []
        for member in self._bag.members:
            if not any(member.counts_for(stem) for stem in wanted):
                continue
            for variant in self._variants:
                plan = ChunkPlan.cut(
                    samples,
                    self._chunk_samples(member),
                    member.overlap if overlap is None else overlap,
                    variant.lead_samples,
                )
                jobs += [Job(member, variant, plan, start) for start in plan.starts()]
        return deque(sorted(jobs, key=lambda job: job.start))

    def _chunk_samples(self, member: Member) -> int | None:
        seconds = self._settings.segment_seconds
        return member.segment_samples if seconds is None else round(seconds * self.sample_rate)

    def _check_segment(self, member: Member) -> None:
        seconds, longest = self._settings.segment_seconds, member.longest_samples
        if seconds is not None and longest is not None and round(seconds * self.sample_rate) > longest:
            raise SettingsError(
                f"The setting 'segment_seconds' must be at most {longest / self.sample_rate:g}, the length that this "
                f"network was trained on. Got {seconds:g}."
            )

    def _next_batch(self, jobs: deque[Job]) -> list[Job]:
        """Take the first job out of the queue, with later ones that fit into one call with it."""
        first = jobs.popleft()
        batch = [first]
        passed_over: list[Job] = []
        while jobs and len(batch) < self._batch_chunks:
            job = jobs.popleft()
            fits = job.member is first.member and job.input_samples == first.input_samples
            (batch if fits else passed_over).append(job)
        jobs.extendleft(reversed(passed_over))
        return batch

    def _run(self, batch: list[Job], source: SongSource, levels: dict[str, Level]) -> list[Tensor]:
        """Return each job's estimates, shape (stems, 2, samples of the chunk), as they are in the song."""
        inputs = torch.stack([self._read(job, source, levels) for job in batch])
        outputs = self._call(batch[0].member, inputs)
        estimates = []
        for job, output in zip(batch, outputs, strict=True):
            level = levels[job.member.normalisation]
            chunk = output[..., job.context_before : job.context_before + job.samples]
            estimates.append(job.variant.apply(chunk) * level.deviation + level.mean)
        return estimates

    def _call(self, member: Member, inputs: Tensor) -> Tensor:
        """Call a network, in smaller batches where memory does not suffice."""
        parts = []
        position = 0
        while position < len(inputs):
            part = inputs[position : position + self._batch_chunks]
            try:
                with torch.inference_mode():
                    parts.append(member.network(part.to(self._bag.device)).float().cpu().clone())
            except (torch.OutOfMemoryError, RuntimeError) as error:
                if len(part) == 1 or not _is_out_of_memory(error):
                    raise
                self._batch_chunks = max(1, len(part) // 2)
                logger.warning(
                    "Out of memory with %d chunks at a time; going on with %d.", len(part), self._batch_chunks
                )
                continue
            position += len(part)
        return torch.cat(parts)

    def _read(self, job: Job, source: SongSource, levels: dict[str, Level]) -> Tensor:
        """Read a job's chunk with its context, normalised and altered; silent outside the song."""
        start = job.start - job.context_before
        stop = start + job.input_samples
        level = levels[job.member.normalisation]
        chunk = (source.read(start, stop) - level.mean) / level.deviation
        chunk[:, : max(0, -start)] = 0
        chunk[:, max(0, source.samples - start) :] = 0
        return job.variant.apply(chunk)

    def _shares(self, job: Job, estimate: Tensor, totals: dict[str, float]) -> Iterator[tuple[str, Tensor]]:
        """Weigh a job's estimates; cut off what lies before the song."""
        share = (job.plan.share(job.start) / len(self._variants)).float()
        names = job.member.network.stems
        before = max(0, -job.start)
        for stem, samples in zip(names, estimate, strict=True):
            weight = job.member.stem_weights.get(stem, 0.0)
            if stem in totals and weight:
                yield stem, (samples * (share * (weight / totals[stem])))[:, before:]


class RollingSum:
    """Adds up chunks at any place behind a front that only moves forward."""

    def __init__(self) -> None:
        self._origin = 0
        self._sum = torch.zeros(CHANNELS, 0)

    def add(self, start: int, samples: Tensor) -> None:
        """Add samples (2, length) that begin at `start`; a start before the song means its beginning."""
        first = max(start, 0) - self._origin
        missing = first + samples.shape[-1] - self._sum.shape[-1]
        if missing > 0:
            self._sum = torch.nn.functional.pad(self._sum, (0, missing))
        self._sum[:, first : first + samples.shape[-1]] += samples

    def take(self, start: int, stop: int) -> Tensor:
        """Return the sum of [start, stop) and forget it."""
        taken = self._sum[:, start - self._origin : stop - self._origin].clone()
        self._sum = self._sum[:, stop - self._origin :].clone()
        self._origin = stop
        return taken


def measure_level(source: SongSource) -> Level:
    """Measure the mean and the standard deviation of a song's mono mix, as Demucs' command line normalises by.

    Where the mono mix is silent although the channels are not (opposite channels), the deviation of the channels is
    taken: dividing by next to nothing would blow the song up.
    """
    mono_sum = mono_squares = channel_sum = channel_squares = 0.0
    for start in range(0, source.samples, BLOCK_SAMPLES):
        block = source.read(start, min(start + BLOCK_SAMPLES, source.samples)).double()
        mono = block.mean(0)
        mono_sum += float(mono.sum())
        mono_squares += float(mono.square().sum())
        channel_sum += float(block.sum())
        channel_squares += float(block.square().sum())
    deviation = _deviation(mono_sum, mono_squares, source.samples)
    if deviation < SILENT_DEVIATION:
        deviation = _deviation(channel_sum, channel_squares, CHANNELS * source.samples)
    return Level(mono_sum / source.samples, deviation + SILENT_DEVIATION)


def _deviation(total: float, squares: float, count: int) -> float:
    """Compute the standard deviation of a sample from its sums; one value has none."""
    return math.sqrt(max(0.0, squares - total * total / count) / (count - 1)) if count > 1 else 0.0


def _is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or "not enough memory" in str(error)
