"""Change pitch and tempo of whole songs, a little and seldom.

Demucs draws the pitch from -2 to 2 semitones and the tempo from a normal distribution, and leaves four items of five
alone; all stems change alike. It runs SoundTouch on files; here a phase vocoder works on tensors, on any device.

Reference: Demucs's `RepitchedWrapper`, https://github.com/facebookresearch/demucs/blob/main/demucs/repitch.py;
Défossez et al., "Music source separation in the waveform domain", 2019, https://arxiv.org/abs/1911.13254
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import batch_shape, coins, sources_of, with_items_changed
from training.augment.phase_vocoder import stretch
from training.augment.speed import resampled_to
from training.parts import STRICT, Share


def shift_pitch(sounds: Tensor, semitones: float, tempo: float = 1.0) -> Tensor:
    """Change the pitch of sounds, and their tempo if asked.

    Args:
        sounds: Shape (sounds, channels, samples).
        semitones: Up or down; 12 are an octave.
        tempo: How many times as fast.

    Returns:
        Shape (sounds, channels, round(samples / tempo)).
    """
    length = max(1, round(sounds.shape[-1] / tempo))
    return resampled_to(stretch(sounds, tempo * 2 ** (-semitones / 12)), length)


@dataclass(frozen=True, config=STRICT)
class Repitch(Augmentation):
    """Changes pitch and tempo of some items, all stems alike; every item is cut to the published share of its length.

    A mixture is cut in the items left alone and summed again in the others.
    """

    item_probability: Share = 0.2
    largest_semitones: Annotated[int, Field(ge=0, le=24)] = 2
    """Whole semitones up and down, all equally likely."""
    largest_tempo_percent: Annotated[float, Field(ge=0.0, lt=100.0)] = 12.0
    """Larger changes are drawn back to this one."""
    tempo_deviation_percent: Annotated[float, Field(ge=0.0)] = 5.0
    """Standard deviation of the normal distribution."""

    def kept_samples(self, samples: int) -> int:
        """Return the published 88 percent of the samples, at least one, which all changed items have."""
        return max(1, int((1 - self.largest_tempo_percent / 100) * samples))

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with some items at another pitch and tempo; see `Augmentation`."""
        sources = sources_of(stems)
        items, _, samples = batch_shape(sources)
        chosen = coins((items,), self.item_probability, generator)
        draws = [(item, self._draw(generator)) for item in chosen.nonzero().flatten().tolist()]
        changes = [([item], partial(shift_pitch, semitones=pitch, tempo=tempo)) for item, (pitch, tempo) in draws]
        return with_items_changed(stems, self.kept_samples(samples), changes)

    def _draw(self, generator: torch.Generator) -> tuple[int, float]:
        """Return semitones, and the tempo as a factor."""
        span = 2 * self.largest_semitones + 1
        semitones = int(torch.randint(span, (), generator=generator)) - self.largest_semitones
        percent = self.tempo_deviation_percent * float(torch.randn((), generator=generator))
        limit = self.largest_tempo_percent
        return semitones, 1 + min(max(percent, -limit), limit) / 100
