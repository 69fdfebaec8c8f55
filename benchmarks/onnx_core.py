"""A published network of KUIELab-MDX-Net in ONNX Runtime against the same one in torch, both in one process.

    python -m benchmarks.onnx_core

The network has the published size and random weights; it is exported to ONNX first, which needs the extra `onnx`. Sides
take turns, after one run that is not counted.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from models.export_formats import ONNX
from models.onnx_core import OnnxCore
from models.parity import compare
from models.seeding import seeded_torch
from models.tdf_unet import SPECTRUM_CHANNELS, TDFConfig, TDFUNet


def main() -> None:
    """Print both sides' times, their ratio and their agreement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=256, help="frames of a chunk (256: 6 s)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side")
    options = parser.parse_args()
    config = TDFConfig(frames=options.frames)
    with seeded_torch(0):
        in_torch = TDFUNet(config).eval()
        spectrum = torch.randn(1, SPECTRUM_CHANNELS, config.band_bins, config.frames)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        path = Path(folder) / "core.onnx"
        ONNX.write(in_torch, spectrum, {}, path)
        for threads in options.threads:
            torch.set_num_threads(threads)
            # The session takes torch's number of threads when it is made.
            in_onnx = OnnxCore(path.read_bytes(), f"'{path}' of the benchmark")
            parity = compare(in_torch(spectrum), in_onnx(spectrum))
            seconds = _take_turns({"torch": in_torch, "ONNX Runtime": in_onnx}, spectrum, options.repeats)
            print(
                f"{threads} threads: torch {seconds['torch']:.2f} s, ONNX Runtime {seconds['ONNX Runtime']:.2f} s, "
                f"ratio {seconds['torch'] / seconds['ONNX Runtime']:.2f}; agreement {parity.decibels:.0f} dB"
            )


def _take_turns(sides: dict[str, Callable[[Tensor], Tensor]], spectrum: Tensor, repeats: int) -> dict[str, float]:
    """Return each side's median seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, network in sides.items():
            started = time.perf_counter()
            network(spectrum)
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(runs) for name, runs in seconds.items()}


if __name__ == "__main__":
    main()
