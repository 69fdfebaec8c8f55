"""From this machine's times to those of another one, with the bounds that what is known allows.

- A factor that the user names is taken as it is.
- Four CPUs like those here: Amdahl's law through the times with one thread and with all threads. At best all work
  shares out over further processors, at worst nothing does. Where this machine has four, they are measured instead.
- NVIDIA's T4, for networks: a time falls between the ratio of the products per second and that of the memory's speed
  (the roofline model), both measured here and published for the T4. No T4 was measured: it is an estimate.

References: Amdahl, "Validity of the single processor approach", AFIPS 1967; Williams, Waterman, Patterson, "Roofline",
CACM 52(4), 2009; NVIDIA T4 data sheet, 2019 (8.1 TFLOPS in float32, 320 GB/s and more)
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from separation.cost import CostError
from separation.line_fit import Prediction

TARGET_CPUS = 4
T4_PRODUCTS_PER_SECOND = 8.1e12
T4_BYTES_PER_SECOND = 320e9
T4_LEAST_SHARE = 0.5
"""Of its published speed that networks are expected to reach at least."""
EXACT = Prediction(1.0, 1.0, 1.0)
_MATRIX_SIDE = 1024
_COPY_BYTES = 1 << 28
_TRIES = 5


@dataclass(frozen=True)
class MachineSpeed:
    """What a processor or a GPU reaches in float32."""

    products_per_second: float
    """Floating-point operations of a matrix product."""
    bytes_per_second: float
    """Read and written by a copy."""


@dataclass(frozen=True)
class Scaling:
    """How much longer another machine takes than this one."""

    target: str
    factor: Prediction
    """Of the time of a separation."""
    whole_factor: float
    """Of everything else: set-up, first call, files."""
    reason: str
    """How the factor was found, as a sentence."""


THIS_MACHINE = Scaling("this machine", EXACT, 1.0, "Measured here.")


def by_factor(factor: float) -> Scaling:
    """Take a factor for all times.

    Raises:
        CostError: It is not above zero and finite.
    """
    if not 0 < factor < math.inf:
        raise CostError(f"The scale must be '4cpu', 't4' or a factor above 0. Got {factor}.")
    return Scaling(
        f"a machine that takes {factor:g} x the time", Prediction(factor, factor, factor), factor, "As was asked."
    )


def to_four_cpus(one_thread_seconds: float, all_threads_seconds: float, threads: int) -> Scaling:
    """Extrapolate from the threads of this machine.

    Args:
        one_thread_seconds: Of a song.
        all_threads_seconds: Of the same song.
        threads: How many those are, from two to four.

    Raises:
        CostError: There is one thread only, so that nothing is known of more.
    """
    if not 2 <= threads <= TARGET_CPUS:
        raise CostError(
            f"The scale '4cpu' must be extrapolated from two to {TARGET_CPUS} threads here. Got {threads}. "
            "Name a factor instead, such as --scale 0.5."
        )
    shared = (one_thread_seconds - all_threads_seconds) / (1 - 1 / threads)
    best = all_threads_seconds * threads / TARGET_CPUS
    expected = one_thread_seconds - shared + shared / TARGET_CPUS
    seconds = min(max(expected, best), all_threads_seconds)
    return Scaling(
        f"{TARGET_CPUS} CPUs like those here",
        Prediction(seconds / all_threads_seconds, best / all_threads_seconds, 1.0),
        1.0,
        f"Extrapolated by Amdahl's law from 1 and {threads} threads ({one_thread_seconds:.1f} s and "
        f"{all_threads_seconds:.1f} s for four minutes); the upper bound is no gain at all.",
    )


def to_t4(here: MachineSpeed) -> Scaling:
    """Estimate the time of networks on a T4 from the speed of what they run on here."""
    ratios = (
        here.products_per_second / T4_PRODUCTS_PER_SECOND,
        here.bytes_per_second / T4_BYTES_PER_SECOND,
    )
    return Scaling(
        "an NVIDIA T4",
        Prediction(math.sqrt(ratios[0] * ratios[1]), min(ratios), max(ratios) / T4_LEAST_SHARE),
        1.0,
        f"ESTIMATE, no T4 was measured: here {here.products_per_second / 1e12:.2g} TFLOPS and "
        f"{here.bytes_per_second / 1e9:.0f} GB/s, there 8.1 and 320 by its data sheet. Memory is that of the host.",
    )


def measure_speed(device_type: str, threads: int | None) -> MachineSpeed:
    """Measure matrix products and copies in this process; the best of a few tries, which others disturbed least."""
    if threads is not None:
        torch.set_num_threads(threads)
    device = torch.device(device_type)
    matrix = torch.ones(_MATRIX_SIDE, _MATRIX_SIDE, device=device)
    block = torch.zeros(_COPY_BYTES // 4, device=device)
    target = torch.zeros_like(block)
    product_seconds, copy_seconds = [], []
    for _ in range(_TRIES):
        started = _now(device)
        torch.mm(matrix, matrix)
        multiplied = _now(device)
        target.copy_(block)
        copy_seconds.append(_now(device) - multiplied)
        product_seconds.append(multiplied - started)
    return MachineSpeed(2 * _MATRIX_SIDE**3 / min(product_seconds), 2 * _COPY_BYTES / min(copy_seconds))


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
