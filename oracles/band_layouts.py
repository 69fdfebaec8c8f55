"""Where the bands of sliCQ and NSGT lie, in the few numbers that people choose: scale, bands, lowest centre, offset.

Scales end at half of 44.1 kHz, where the published transforms end, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audio import SAMPLE_RATE
from oracles.errors import OracleError
from oracles.gabor_transforms import SliCQTransform
from transforms import SliCQConfig
from transforms.frequency_scales import (
    BarkScale,
    ConstantQScale,
    FrequencyScale,
    LinearScale,
    MelScale,
    VariableQScale,
)

HIGHEST_HZ = SAMPLE_RATE / 2
VARIABLE_Q = "variable-q"
MOST_BANDS = 5000
LONGEST_SLICE_SAMPLES = 1 << 22
"""About 95 s; what scales that begin far below hearing would ask for does not go into memory."""
SCALES: dict[str, Callable[..., FrequencyScale]] = {
    "bark": BarkScale,
    "mel": MelScale,
    "constant-q": ConstantQScale,
    VARIABLE_Q: VariableQScale,
    "linear": LinearScale,
}
"""Name -> scale of a lowest and a highest centre and a number of bands; variable-Q also of an offset in Hz."""


@dataclass(frozen=True)
class BandLayout:
    """Where the bands of a transform lie."""

    scale: str
    """One of `SCALES`."""
    bands: int
    min_hz: float
    """Lowest centre; the highest is `HIGHEST_HZ`."""
    gamma_hz: float | None = None
    """Offset of a variable-Q scale, which needs one; None for other scales."""

    def frequency_scale(self) -> FrequencyScale:
        """Return the scale.

        Raises:
            ValueError: The bands or frequencies are out of their ranges.
        """
        if self.bands > MOST_BANDS:
            raise ValueError(f"A scale must have {MOST_BANDS} bands or less. Got {self.bands}.")
        offset = () if self.gamma_hz is None else (self.gamma_hz,)
        return SCALES[self.scale](self.min_hz, HIGHEST_HZ, self.bands, *offset)

    def __str__(self) -> str:
        text = f"{self.scale} {self.bands} {self.min_hz:.10g}"
        return text if self.gamma_hz is None else f"{text} gamma {self.gamma_hz:.10g}"


def slicq_config(layout: BandLayout, slice_samples: int | None = None) -> SliCQConfig:
    """Return the setting of a sliCQ.

    Args:
        layout: Its bands.
        slice_samples: Length of slices, a quarter of which are the fades; None for what the scale suggests.

    Raises:
        ValueError: A number is out of its range.
    """
    scale = layout.frequency_scale()
    suggested = SliCQConfig.with_suggested_slices(scale)
    if slice_samples in (None, suggested.slice_samples):
        return suggested
    return SliCQConfig(scale, slice_samples, slice_samples // 8 * 2)


def slicq_transform(layout: BandLayout, slice_samples: int | None = None) -> SliCQTransform:
    """Return a sliCQ, named after its bands, and its slices where the scale suggests others; see `slicq_config`.

    Raises:
        ValueError: A number is out of its range.
        OracleError: The bands do not fit the slices, or these are too long.
    """
    config = slicq_config(layout, slice_samples)
    if config.slice_samples > LONGEST_SLICE_SAMPLES:
        raise OracleError(
            f"A sliCQ must have slices of {LONGEST_SLICE_SAMPLES} samples or less. It has {config.slice_samples} with "
            f"the bands {layout}. Take shorter slices, fewer bands or a higher lowest centre."
        )
    is_suggested = config == slicq_config(layout)
    return SliCQTransform(f"sliCQ {layout}" if is_suggested else f"sliCQ {layout} slice {slice_samples}", config)
