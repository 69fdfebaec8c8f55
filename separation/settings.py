"""How the engine runs the networks of any model: what a plan may set beside the model's own settings."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from separation.precision import Precision


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class EngineSettings:
    """How a bag of networks is run; None leaves what it was trained for."""

    segment_seconds: float | None = Field(default=None, ge=0.05, allow_inf_nan=False)
    """Length of a chunk."""
    overlap: float | None = Field(default=None, ge=0, lt=1)
    """Share of a chunk that the next one covers again."""
    batch_chunks: int | None = Field(default=None, ge=1)
    """Most chunks in one call of a network, halved while memory does not suffice; None finds a number."""
    shifts: int = Field(default=0, ge=0)
    """Number of passes with random delays (0 to 0.5 s) that are averaged; 0 is one pass without delay."""
    flip_polarity: bool = False
    """Run each pass a second time with flipped polarity."""
    swap_channels: bool = False
    """Run each pass a second time with left and right swapped."""
    precision: Precision = "float32"
    """Number format of the networks' products; a lower one is used where its error was measured to be small."""
    wiener_iterations: int | None = Field(default=None, ge=0)
    """Iterations of the Wiener filter over a model's magnitudes; 0 keeps the mixture's phase."""
    wiener_window_frames: int | None = Field(default=None, ge=0)
    """Frames of the spectrogram that are filtered together; 0 takes all of a chunk."""
    wiener_softmask: bool | None = None
    """Begin the filter from the ratio of the magnitudes instead of the magnitudes themselves."""
    wiener_residual: bool = False
    """Let what the stems leave of the mixture take part in the filter as one more source, then discard it."""


ENGINE_KEYS = frozenset(EngineSettings.__dataclass_fields__)
