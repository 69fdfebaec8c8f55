"""The sliCQ against the package nsgt, or the papers' steps one by one where that is not installed; its gradients' cost.

python -m benchmarks.slicq

Stereo noise below full scale, the setting of xumx-sliCQ, all in one process, the sides in turns, medians. The reference
computes in float64, as it does unless told otherwise.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from audio import SAMPLE_RATE
from benchmarks.literal_slicq import LiteralSliCQ
from benchmarks.nsgt_package import sliced_transform
from transforms import SliCQ, SliCQConfig

CONFIG = SliCQConfig()


def reference_calls(signal: Tensor) -> tuple[str, Callable[[], object], Callable[[], object]]:
    """Return the reference's name, its analysis and its synthesis of a stereo signal."""
    channels = signal.double().numpy()
    try:
        package = sliced_transform(CONFIG)
    except ImportError:
        literal = LiteralSliCQ(CONFIG)
        coefficients = [literal.forward(channel) for channel in channels]
        return (
            "literal",
            lambda: [literal.forward(channel) for channel in channels],
            lambda: [literal.inverse(slices, channels.shape[1]) for slices in coefficients],
        )
    slices = list(package.forward((channels,)))
    return (
        "nsgt",
        lambda: list(package.forward((channels,))),
        lambda: np.concatenate(list(package.backward(slices)), axis=1),
    )


def our_calls(slicq: SliCQ, signal: Tensor) -> dict[str, Callable[[], object]]:
    """Return our analysis and synthesis, alone and with the steps of training."""
    samples = signal.shape[-1]
    coefficients = slicq(signal)
    towards = [torch.ones_like(block) for block in coefficients]
    training_signal = signal.clone().requires_grad_()
    training_blocks = [block.clone().requires_grad_() for block in coefficients]

    def analyse_and_back() -> object:
        return torch.autograd.grad(slicq(training_signal), training_signal, towards)

    def synthesise_and_back() -> object:
        return torch.autograd.grad(slicq.inverse(training_blocks, samples), training_blocks, signal)

    return {
        "analysis": lambda: slicq(signal),
        "synthesis": lambda: slicq.inverse(coefficients, samples),
        "analysis, to train": lambda: slicq(training_signal),
        "synthesis, to train": lambda: slicq.inverse(training_blocks, samples),
        "analysis and its backward": analyse_and_back,
        "synthesis and its backward": synthesise_and_back,
    }


def median_seconds(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Call all in turns, once unmeasured, and return the median of each."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats + 1):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(runs[1:]) for name, runs in seconds.items()}


def main() -> None:
    """Print errors, times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the signal")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each side, in turns")
    parser.add_argument("--threads", type=int, default=2, help="threads of ours; the reference has one")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    noise = torch.randn(2, round(options.seconds * SAMPLE_RATE), generator=torch.Generator().manual_seed(0))
    signal = (noise / 4).clamp(-1, 1)
    slicq = SliCQ(CONFIG)
    reference, analyse, synthesise = reference_calls(signal)
    for dtype in (torch.float32, torch.float64):
        ours = signal.to(dtype)
        error = (slicq.inverse(slicq(ours), ours.shape[-1]) - ours).abs().max()
        theirs = {f"{reference} analysis": analyse, f"{reference} synthesis": synthesise}
        seconds = median_seconds({**theirs, **our_calls(slicq, ours)}, options.repeats)
        print(f"{dtype!s}: largest error of the reconstruction {error:.1e} of full scale")
        for name, median in seconds.items():
            print(f"  {name:28s} {median:7.3f} s")
        for step in ("analysis", "synthesis"):
            forward = seconds[f"{step}, to train"]
            backward = seconds[f"{step} and its backward"] - forward
            print(f"  {step}: {reference} / ours {seconds[f'{reference} {step}'] / seconds[step]:.1f}", end=", ")
            print(f"backward / forward {backward / forward:.2f}")


if __name__ == "__main__":
    main()
