"""Sounds for a benchmark that asks for the rich ones, which are Debian packages and take minutes to prepare."""

from __future__ import annotations

from pathlib import Path

from training.synthesis.sounds import Sounds, pure_sounds


def without_a_bank(voices: Path) -> Sounds:
    """Give the sounds that need no bank of voices."""
    return pure_sounds()


SOUNDS = {"rich": without_a_bank}
