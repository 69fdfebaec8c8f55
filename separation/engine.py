"""Run networks over songs of any length: chunks, batches, variants, averages, in bounded memory.

A song is read in overlapping chunks; each chunk's estimate is added to a rolling sum under shares that are known
beforehand, and what no later chunk can change is given out. So the memory is that of a few chunks, however long the
song. Normalisation needs a first pass over the song, which reads it in blocks too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems
from models.errors import SettingsError
from models.network import Bag, Member, Normalisation
from models.workload import Chunking, Workload
from separation.chunks import ChunkPlan
from separation.filtered_network import with_filter
from separation.levels import Level, level_for
from separation.rolling_sum import RollingSum
from separation.runner import Runner
from separation.settings import EngineSettings
from separation.streaming import check_request, separate_whole
from separation.variants import Variant, make_variants

LOOK_AHEAD_SAMPLES = 1 << 21
"""How far apart the chunks of a call may begin: what streams keep at hand is twice that."""


@dataclass(frozen=True)
class Job:
    """One chunk for one network in one variant."""

    member: Member
    runner: Runner
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
            SettingsError: The chunks are longer than a network can take, or the Wiener filter was asked for where it
                cannot be used.
        """
        self.stems = bag.stems
        self.sample_rate = bag.sample_rate
        self.bag = bag
        self.settings = settings or EngineSettings()
        self._members = with_filter(bag, self.settings)
        self._variants = make_variants(
            self.sample_rate,
            shifts=self.settings.shifts,
            flip_polarity=self.settings.flip_polarity,
            swap_channels=self.settings.swap_channels,
            seed=seed,
        )
        for member in self._members:
            self._check_segment(member)
        self._runners = [
            Runner(member, bag.device, self.settings.batch_chunks, self.settings.precision) for member in self._members
        ]

    def separate(self, mixture: Tensor, on_progress: Callable[[float], None] = lambda share: None) -> Stems:
        """Split a mixture into stems.

        Args:
            mixture: Shape (2, samples), float32, at `sample_rate`; left as it is.
            on_progress: As in `separate_stream`.

        Returns:
            Stem name -> shape (2, samples), on the mixture's device.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        return separate_whole(self, mixture, on_progress)

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

        Raises:
            SettingsError: A stem that these networks do not give, or a song at another rate.

        Yields:
            Where a block begins, and stem name -> shape (2, samples of the block); blocks follow each other without
            a gap from 0 to the song's end.
        """
        wanted = tuple(stems) if stems is not None else self.stems
        check_request(self, source, wanted)
        jobs = self._plan(source.samples, wanted)
        levels = {kind: level_for(kind, source) for kind in dict.fromkeys(job.member.normalisation for job in jobs)}
        totals = {stem: sum(member.stem_weights.get(stem, 0.0) for member in self._members) for stem in wanted}
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

    def workload(self) -> Workload:
        """Return how songs are cut for the networks, all passes together, for predictions of time and memory."""
        return Workload(
            self.sample_rate,
            tuple(
                self._chunking(member, runner, variant)
                for member, runner in zip(self._members, self._runners, strict=True)
                for variant in self._variants
            ),
        )

    def _chunking(self, member: Member, runner: Runner, variant: Variant) -> Chunking:
        chunk_samples = self._chunk_samples(member)
        usual_samples = chunk_samples or LOOK_AHEAD_SAMPLES
        plan = self._cut(0, member, variant)
        input_samples = member.network.input_samples(usual_samples)
        return Chunking(
            chunk_samples=chunk_samples,
            stride_samples=None if chunk_samples is None else plan.stride_samples,
            lead_samples=variant.lead_samples,
            shortest_input_samples=member.network.input_samples(1),
            # Few networks add silence or fill chunks up by themselves, so these are no part of their protocol.
            context_samples=input_samples - usual_samples + getattr(member.network, "border_samples", 0),
            chunks_per_call=runner.batch_chunks(input_samples),
            grain_samples=getattr(member.network, "grain_samples", 1),
        )

    def _plan(self, samples: int, wanted: tuple[str, ...]) -> deque[Job]:
        """Queue the jobs in the order of their chunks."""
        jobs = []
        for member, runner in zip(self._members, self._runners, strict=True):
            if not any(member.counts_for(stem) for stem in wanted):
                continue
            for variant in self._variants:
                plan = self._cut(samples, member, variant)
                jobs += [Job(member, runner, variant, plan, start) for start in plan.starts()]
        return deque(sorted(jobs, key=lambda job: job.start))

    def _cut(self, samples: int, member: Member, variant: Variant) -> ChunkPlan:
        overlap = member.overlap if self.settings.overlap is None else self.settings.overlap
        return ChunkPlan.cut(samples, self._chunk_samples(member), overlap, variant.lead_samples)

    def _chunk_samples(self, member: Member) -> int | None:
        seconds = self.settings.segment_seconds
        return member.segment_samples if seconds is None else round(seconds * self.sample_rate)

    def _check_segment(self, member: Member) -> None:
        seconds, longest = self.settings.segment_seconds, member.longest_samples
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
        most = first.runner.batch_chunks(first.input_samples)
        while jobs and len(batch) < most:
            job = jobs.popleft()
            fits = (
                job.start - first.start < LOOK_AHEAD_SAMPLES
                and job.runner is first.runner
                and job.input_samples == first.input_samples
            )
            (batch if fits else passed_over).append(job)
        jobs.extendleft(reversed(passed_over))
        return batch

    def _run(self, batch: list[Job], source: SongSource, levels: Mapping[Normalisation, Level]) -> list[Tensor]:
        """Return each job's estimates, shape (stems, 2, samples of the chunk), as they are in the song."""
        inputs = torch.stack([self._read(job, source, levels) for job in batch])
        outputs = batch[0].runner(inputs)
        estimates = []
        for job, output in zip(batch, outputs, strict=True):
            level = levels[job.member.normalisation]
            chunk = output[..., job.context_before : job.context_before + job.samples]
            estimates.append(job.variant.apply(chunk) * level.deviation + level.mean)
        return estimates

    def _read(self, job: Job, source: SongSource, levels: Mapping[Normalisation, Level]) -> Tensor:
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
