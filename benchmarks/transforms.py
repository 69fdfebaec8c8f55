"""What each transform costs: seconds of analysis and synthesis, and the size of what it makes of a signal.

python -m benchmarks.transforms

Stereo noise in float32, medians, all in one process.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from audio import SAMPLE_RATE
from transforms import NSGT, STFT, MatrixSliCQ, NSGTConfig, SliCQ, SliCQConfig, STFTConfig
from transforms.demucs_stft import DemucsSTFT
from transforms.frequency_scales import MelScale
from transforms.mfcc import MFCC, MFCCConfig

TRANSFORMS: dict[str, Callable[[], Any]] = {
    "STFT 4096/1024": lambda: STFT(STFTConfig()),
    "STFT of Demucs": DemucsSTFT,
    "sliCQ, Bark 262": lambda: SliCQ(SliCQConfig()),
    "sliCQ, Mel 102": lambda: SliCQ(SliCQConfig.with_suggested_slices(MelScale(107.4, 22050.0, 102))),
    "matrix sliCQ, Bark 262": lambda: MatrixSliCQ(SliCQConfig()),
    "NSGT, Bark 262": lambda: NSGT(NSGTConfig()),
    "MFCC": lambda: MFCC(MFCCConfig()),
}


def median_seconds(call: Callable[[], object], repeats: int) -> float:
    """Call once unmeasured, then return the median of so many calls."""
    seconds = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def values_per_sample(coefficients: Tensor | list[Tensor], signal: Tensor) -> float:
    """Return how many real numbers there are for each sample of the signal."""
    blocks = [coefficients] if isinstance(coefficients, Tensor) else coefficients
    return sum(block.numel() * (2 if block.is_complex() else 1) for block in blocks) / signal.numel()


def main() -> None:
    """Print a line for each transform."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the signal")
    parser.add_argument("--repeats", type=int, default=5, help="runs, after one that is not measured")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    samples = round(options.seconds * SAMPLE_RATE)
    signal = torch.randn(2, samples, generator=torch.Generator().manual_seed(0)) / 4
    for name, make in TRANSFORMS.items():
        transform = make()
        coefficients = transform(signal)
        parts = {"analysis": partial(transform, signal)}
        if hasattr(transform, "inverse"):
            parts["synthesis"] = partial(transform.inverse, coefficients, samples)
        times = ", ".join(f"{part} {median_seconds(call, options.repeats):.3f} s" for part, call in parts.items())
        print(f"{name:24s} {times}, {values_per_sample(coefficients, signal):.2f} real numbers for each sample")


if __name__ == "__main__":
    main()
