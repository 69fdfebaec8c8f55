"""The package `nsgt` as a reference: its sliced and whole-signal transforms with a scale and settings of ours.

It is no requirement of anything here. It builds where NumPy and Cython are present and build isolation is off; its
version 0.19 then needs one repair to run with today's NumPy.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from transforms.frequency_scales import FrequencyScale
from transforms.nsgt import NSGTConfig
from transforms.slicq import SliCQConfig

WHY_SKIPPED = "needs the package nsgt, which builds only with NumPy and Cython installed and build isolation off"


def sliced_transform(config: SliCQConfig, *, matrix: bool = False) -> Any:
    """Return its `NSGT_sliced` for stereo: `forward((signal,))` yields slices, `backward(slices)` parts of the signal.

    Raises ImportError when the package is not installed.
    """
    package = importlib.import_module("nsgt")
    with _clipping_integers_at_infinity():
        return package.NSGT_sliced(
            _as_scale(config.scale),
            config.slice_samples,
            config.transition_samples,
            config.sample_rate,
            min_win=config.shortest_window_bins,
            real=True,
            multichannel=True,
            matrixform=matrix,
        )


def whole_transform(config: NSGTConfig, samples: int) -> Any:
    """Return its `NSGT` for one channel; raises ImportError when the package is not installed."""
    package = importlib.import_module("nsgt")
    with _clipping_integers_at_infinity():
        return package.NSGT(_as_scale(config.scale), config.sample_rate, samples)


def _as_scale(scale: FrequencyScale) -> Any:
    def centres_and_qualities() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return scale.centres_hz(), scale.quality_factors()

    return centres_and_qualities


@contextmanager
def _clipping_integers_at_infinity() -> Iterator[None]:
    """Let `numpy.clip` cast its result to the integers that it is written into, as old versions did."""
    with mock.patch.object(np, "clip", functools.partial(np.clip, casting="unsafe")):
        yield
