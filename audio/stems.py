"""The names that travel through the whole project: four stems, what a duet model gives beside the voice, one rate.

This is the only file that writes an order of the stems (alphabetical, as the challenge's scorer lists them). Published
models use at least four other orders, so everywhere else stems are looked up by name, never by index.
"""

from __future__ import annotations

from typing import TypeAlias

from torch import Tensor

STEMS: tuple[str, ...] = ("bass", "drums", "other", "vocals")
"""The stems of the challenge, in the order of its scorer."""

ACCOMPANIMENT = "accompaniment"
"""All but one stem, usually the vocals: the second output of models with two; the challenge knows no such stem."""

MIXTURE = "mixture"
"""The name of the song itself: `<track>/mixture.wav`."""

SAMPLE_RATE = 44_100
"""Sample rate of the challenge, in hertz."""

Stems: TypeAlias = dict[str, Tensor]
"""Stem name -> samples, float32, shape (channels, samples)."""
