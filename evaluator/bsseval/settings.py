"""What a BSSEval run can be set to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BSSEvalSettings:
    """The defaults are those of museval for a song at 44.1 kHz."""

    window: int = 44_100
    """Of a frame, in samples."""
    hop: int = 44_100
    """From frame to frame, in samples."""
    filters_len: int = 512
    """Taps of the distortion filters."""

    def __post_init__(self) -> None:
        """Refuse what makes no frames.

        Raises:
            ValueError: A number below 1.
        """
        for name in ("window", "hop", "filters_len"):
            if getattr(self, name) < 1:
                raise ValueError(f"The setting {name} of BSSEval must be at least 1 sample. Got {getattr(self, name)}.")
