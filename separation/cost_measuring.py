"""Measure what a plan costs with short clips, in a fresh process, once: the figures are kept in the user's cache.

The process does what a submission does: it builds the separator, then reads clips, separates them and writes their
stems. It takes them from short to long, while the next one is expected to end in time, so that the highest memory so
far is that of the clip; then it takes turns, so that what disturbs the machine for a while disturbs all. The first
separation of a clip counts apart: it alone finds memory untouched and kernels unchosen. The figures are kept by the
plan, the hashes of its weights, the processor, the number of threads and the version of torch.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psutil
import torch

from audio import SAMPLE_RATE, read_audio, write_audio
from models.files.checkpoints import find_weights
from models.files.weight_files import sha256_of
from models.mixtures import CHANNELS
from models.registry import model_entry
from models.workload import Workload, workload_of
from separation.at_rate import separate_at_rate
from separation.cost import CostError
from separation.cost_record import ClipRun, CostRecord
from separation.factory import create_separator, resolve_device
from separation.fresh_process import ProcessFailedError, peak_bytes_so_far, run_in_fresh_process
from separation.host_memory import keep_freed_memory
from separation.kept_facts import keep_fact, read_facts
from separation.plan import Plan
from separation.processor import processor_name
from separation.separator import Separator

KIND = "costs"
"""Name of the file in the user's cache."""
CLIP_SECONDS = (5.0, 10.0, 20.0)
MOST_REPEATS = 3
ENOUGH_SECONDS = 10.0
"""No clip is separated again once its later separations took as long."""
SAFE_SHARE = 0.8
"""Share of the time limit after which nothing new is begun."""
BYTES_PER_SAMPLE = 2 * 4
"""Of the song and of each stem: float32, and once more while files are read or written and stems are clamped."""
CLOCKS: Mapping[str, Callable[[], float]] = {"wall": time.perf_counter, "own": time.process_time}
_FORMAT = 1
_LEVEL = 0.1
_BUSY_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class CostOptions:
    """How a plan is measured."""

    clip_seconds: tuple[float, ...] = CLIP_SECONDS
    """Durations of the clips, rising."""
    limit_seconds: float = 300.0
    """Of the process, set-up included."""
    threads: int | None = None
    """Of torch; None leaves its own number."""
    clock: Literal["wall", "own"] = "wall"
    """What separations are timed by: the clock on the wall, or the processor time of the process itself, which other
    programs change little. The latter says how long one thread takes when it is alone on the machine."""


USUAL_OPTIONS = CostOptions()


def cost_of(plan: Plan, options: CostOptions = USUAL_OPTIONS, *, anew: bool = False) -> CostRecord:
    """Return what a plan costs on this machine, measured now or earlier.

    Args:
        plan: What separates.
        options: How it is measured.
        anew: Measure even where figures are kept.

    Raises:
        CostError: Not even the shortest clip could be separated in time, or the separator fails.
        UnknownModelError: No model has the plan's name.
        DeviceError: The plan's device is not there.
    """
    key = cost_key(plan, options)
    kept = read_facts(KIND).get(key)
    if kept is not None and not anew:
        # What another version of the kit wrote is measured anew.
        with contextlib.suppress(CostError):
            return CostRecord.from_dict(kept)
    record = _run(plan, options)
    keep_fact(KIND, key, record.as_dict())
    return record


def cost_key(plan: Plan, options: CostOptions = USUAL_OPTIONS) -> str:
    """Name everything that the cost of a plan depends on; a plan that gives other samples may cost the same.

    Raises:
        UnknownModelError: No model has the plan's name.
        DeviceError: The plan's device is not there.
    """
    entries = [model_entry(part.model) for part in plan.parts]
    facts = {
        "format": _FORMAT,
        "models": [entry.name for entry in entries],
        "architectures": [repr(entry.architecture) for entry in entries],
        "plan": plan.model_dump(mode="json", exclude={"model", "encoding", "device", "guard", "evidence"}),
        "weights": "random" if plan.random_weights else _weight_hashes(plan),
        "machine": machine_name(plan, options),
        "clips": [options.clip_seconds, options.clock],
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return f"{_name(plan)} {digest}"


def measure_here(plan: Plan, options: CostOptions) -> CostRecord:
    """Measure a plan in this process, which should be a fresh one.

    Raises:
        KitError: The separator cannot be built.
    """
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    keep_freed_memory()
    separator = create_separator(plan)
    setup_seconds = max(0.0, time.time() - psutil.Process().create_time())
    busy_share = psutil.cpu_percent(interval=_BUSY_LOOK_SECONDS) / 100
    workload = workload_of(separator)
    with tempfile.TemporaryDirectory() as folder:
        clips = _take_turns(
            lambda duration: _separate_noise(separator, Path(folder), duration, CLOCKS[options.clock]),
            *(workload, options, setup_seconds),
        )
    return CostRecord(
        model_name=_name(plan),
        machine=machine_name(plan, options),
        busy_share=busy_share,
        setup_seconds=setup_seconds,
        workload=workload,
        song_bytes_per_second=BYTES_PER_SAMPLE * CHANNELS * (1 + len(separator.stems)) * SAMPLE_RATE,
        clips=clips,
    )


def _run(plan: Plan, options: CostOptions) -> CostRecord:
    """Measure a plan in a fresh process."""
    try:
        return run_in_fresh_process(measure_here, plan, options, limit_seconds=options.limit_seconds).result
    except ProcessFailedError as error:
        raise CostError(f"'{plan.title}' must run to be measured. Got: {error}") from error
    except TimeoutError as error:
        raise CostError(
            f"'{plan.title}' must be set up and separate a clip of {options.clip_seconds[0]:g} s within "
            f"{options.limit_seconds:g} s to be measured. It did not: allow more time, or measure on a quieter machine."
        ) from error


def _take_turns(
    separate: Callable[[float], tuple[float, float]], workload: Workload, options: CostOptions, spent_seconds: float
) -> tuple[ClipRun, ...]:
    """Separate each clip once and then again, while there is time.

    Args:
        separate: Duration -> seconds of the separation, and of reading and writing.
        workload: How the separator cuts songs.
        options: Durations and limit.
        spent_seconds: What was spent before.
    """
    clips: list[ClipRun] = []
    ends = time.perf_counter() + SAFE_SHARE * options.limit_seconds - spent_seconds
    for duration in options.clip_seconds:
        if clips:
            last = clips[-1]
            growth = workload.heard_seconds(duration) / workload.heard_seconds(last.duration_seconds)
            if time.perf_counter() + growth * last.first_seconds > ends:
                break
        first_seconds, file_seconds = separate(duration)
        clips.append(ClipRun(duration, first_seconds, (), (file_seconds,), peak_bytes_so_far()))
    for _ in range(MOST_REPEATS):
        for index, clip in enumerate(clips):
            in_time = time.perf_counter() + clip.first_seconds < ends
            if in_time and sum(clip.later_seconds) < ENOUGH_SECONDS:
                seconds, file_seconds = separate(clip.duration_seconds)
                clips[index] = replace(
                    clip,
                    later_seconds=(*clip.later_seconds, seconds),
                    file_seconds=(*clip.file_seconds, file_seconds),
                )
    return tuple(clips)


def separate_file(separator: Separator, path: Path, clock: Callable[[], float]) -> tuple[float, float]:
    """Read a song, separate it and write its stems beside it.

    Args:
        separator: What separates.
        path: The song.
        clock: What is looked at for the time.

    Returns:
        Seconds of the separation, and of reading and writing.
    """
    started = clock()
    mixture = read_audio(path)
    read = clock()
    stems = separate_at_rate(separator, mixture.samples, mixture.sample_rate)
    separated = clock()
    for stem, samples in stems.items():
        write_audio(path.with_name(f"{stem}.wav"), samples, mixture.sample_rate, "PCM_16")
    return separated - read, (read - started) + (clock() - separated)


def _separate_noise(
    separator: Separator, folder: Path, duration_seconds: float, clock: Callable[[], float]
) -> tuple[float, float]:
    """Separate a clip of noise."""
    _write_noise(folder / "mixture.wav", duration_seconds)
    return separate_file(separator, folder / "mixture.wav", clock)


def _write_noise(path: Path, duration_seconds: float) -> None:
    generator = torch.Generator().manual_seed(0)
    noise = _LEVEL * torch.randn(CHANNELS, round(duration_seconds * SAMPLE_RATE), generator=generator)
    write_audio(path, noise, SAMPLE_RATE, "PCM_16")


def machine_name(plan: Plan, options: CostOptions) -> str:
    """Name what a plan runs on here: the processor or GPU, the threads, the version of torch."""
    device = resolve_device(plan.device)
    threads = options.threads or torch.get_num_threads()
    return f"{processor_name(device)}, {device.type}, {threads} threads, torch {torch.__version__}"


def _name(plan: Plan) -> str:
    """Name what a plan runs, aliases resolved."""
    names = " + ".join(model_entry(part.model).name for part in plan.parts)
    return names if plan.blend is None else f"blend of {names}"


def _weight_hashes(plan: Plan) -> list[str]:
    found = [
        (file.name, find_weights(file, part.settings.get("weights_folder")))
        for part in plan.parts
        for file in model_entry(part.model).weights
    ]
    return [f"{name} {'missing' if path is None else sha256_of(path)}" for name, path in found]
