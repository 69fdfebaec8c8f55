"""What tests of the cost model share: separators that take a made-up time, and measuring without a process."""

import time
from dataclasses import dataclass, field

from audio.stems import SAMPLE_RATE, STEMS
from models.workload import Chunking, Workload
from separation.fresh_process import ProcessRun

CHUNK_SAMPLES = 8 * SAMPLE_RATE


@dataclass
class FakeClock:
    """A clock that moves only where somebody works."""

    now: float = 0.0

    def __call__(self):
        return self.now


@dataclass
class Worker:
    """A quarter of the mixture, in a made-up time: two seconds, and a tenth of what a network would be given."""

    clock: FakeClock
    fails: bool = False
    separated_samples: list[int] = field(default_factory=list)
    stems = STEMS
    sample_rate = SAMPLE_RATE

    def workload(self):
        return Workload(SAMPLE_RATE, (Chunking(CHUNK_SAMPLES, CHUNK_SAMPLES, shortest_input_samples=CHUNK_SAMPLES),))

    def separate(self, mixture):
        if self.fails:
            raise ValueError("The weights are missing.")
        samples = mixture.shape[-1]
        first = samples not in self.separated_samples
        self.separated_samples.append(samples)
        self.clock.now += 2.0 + 0.1 * self.workload().heard_seconds(samples / SAMPLE_RATE) + 3.0 * first
        return dict.fromkeys(STEMS, mixture / 4)


def measure_in_this_process(monkeypatch, worker):
    """Let the measuring build a made-up separator, here, by its own clock; returns how often it was built."""
    built = []

    def build(plan):
        built.append(plan)
        return worker

    def run(function, *arguments, limit_seconds=None):
        return ProcessRun(1.0, 2, 1, function(*arguments))

    place = "separation.cost_measuring"
    monkeypatch.setattr(f"{place}.create_separator", build)
    monkeypatch.setattr(f"{place}.run_in_fresh_process", run)
    monkeypatch.setattr(f"{place}.keep_freed_memory", lambda: None)
    monkeypatch.setattr(f"{place}.CLOCKS", {"wall": worker.clock, "own": worker.clock})
    monkeypatch.setattr(f"{place}.psutil.Process", lambda: type("Born", (), {"create_time": staticmethod(time.time)}))
    monkeypatch.setattr(f"{place}.psutil.cpu_percent", lambda interval: 0.0)
    return built
