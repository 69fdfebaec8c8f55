"""Songs and separators whose time is made up."""

import random

import torch

from audio.sources import TensorSource
from audio.stems import STEMS
from benchmarks.virtual_machine import SAMPLE_RATE, VirtualMachine, VirtualSeparator, VirtualStreamingSeparator
from separation.deadline.clock import Deadline
from separation.deadline.ladder import Rung
from separation.deadline.live_stems import LiveStems
from separation.deadline.schedule import Schedule
from separation.deadline.stem_stores import MemoryStore

DRAFT, PLAN = 0.4, 1.0


def calm_machine():
    return VirtualMachine(random.Random(0), calm_share=1.0)


def rung(machine, pace, quality, chunk_seconds=10.0, streams=True):
    """A rung that gives its quality as the value of all samples."""
    kind = VirtualStreamingSeparator if streams else VirtualSeparator
    separator = kind(machine, pace, chunk_seconds, quality)
    return Rung(f"worth {quality:g}", separator, quality, separator.workload(), pace)


def silent_song(seconds):
    return TensorSource(torch.zeros(2, round(seconds * SAMPLE_RATE)), SAMPLE_RATE)


class Run:
    """A schedule on a song, closed by the machine's clock."""

    def __init__(self, machine, ladder, song, limit_seconds):
        self.store = MemoryStore(song)
        self.live = LiveStems(self.store, song.sample_rate)
        self.deadline = Deadline(machine.now, limit_seconds, clock=machine.clock)
        self.schedule = Schedule(ladder, song, self.live, self.deadline)
        machine.watcher = lambda: self.live.close() if self.deadline.remaining_seconds() <= 0 else None
        self.schedule.run()
        self.live.close()
        self.shares = self.live.shares(song.samples)

    def values(self):
        """What the song's samples are, one channel of one stem."""
        assert all(torch.equal(self.store.stems[stem], self.store.stems[STEMS[0]]) for stem in STEMS)
        return self.store.stems[STEMS[0]][0]
