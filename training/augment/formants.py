"""Other singers: formants moved at the same pitch, or another pitch with the formants kept.

Both take the shifts of the study named below. It used the proprietary SuperVP; here envelopes are traced in torch,
batched and on any device, with errors of about 1 dB on sung vowels (tests/training/augment/test_formants.py).

Reference: Cohen-Hadria, Roebel, Peeters, "Improving singing voice separation using deep U-Net and Wave-U-Net with data
augmentation", EUSIPCO 2019, https://arxiv.org/abs/1903.01415
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import (
    BatchError,
    batch_shape,
    changed_in_parts,
    choices,
    items_by_draw,
    resummed,
    sources_of,
    with_items_changed,
)
from training.augment.repitch import shift_pitch
from training.augment.spectral_envelope import EnvelopeConfig, moved_envelope
from training.parts import STRICT

Cents = Annotated[tuple[Annotated[float, Field(ge=-2400.0, le=2400.0)], ...], Field(min_length=1)]


@dataclass(frozen=True, config=STRICT)
class PitchShiftKeepingEnvelope(Augmentation):
    """Shifts whole items by one of some intervals, stem by stem with its envelope kept; a mixture is summed again."""

    shift_cents: Cents = (-300.0, -200.0, -100.0, 0.0, 100.0, 200.0, 300.0)
    """All equally likely; 0 leaves an item as it is."""
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with items at other pitches; see `Augmentation`."""
        items, _, samples = batch_shape(sources_of(stems))
        shifts = choices(items, self.shift_cents, generator)
        changes = [(numbers, partial(self._shifted, cents=cents)) for cents, numbers in items_by_draw(shifts, 0.0)]
        return with_items_changed(stems, samples, changes)

    def _shifted(self, sounds: Tensor, cents: float) -> Tensor:
        shifted = shift_pitch(sounds, cents / 100)
        # The envelope went along with the pitch and is moved back.
        return moved_envelope(shifted, 2 ** (-cents / 1200), EnvelopeConfig(sample_rate=self.sample_rate))


@dataclass(frozen=True, config=STRICT)
class FormantShift(Augmentation):
    """Moves the formants of one stem by one of some intervals; a mixture is summed again."""

    shift_cents: Cents = (-150.0, -100.0, 0.0, 100.0, 150.0)
    """All equally likely; 0 leaves an item as it is."""
    stem: str = "vocals"
    """The stem that is changed; the others have no formants that listeners know."""
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with other voices; see `Augmentation`."""
        sources = sources_of(stems)
        if self.stem not in sources:
            raise BatchError(
                f"The stem whose formants move must be one of {', '.join(sources)}. Got '{self.stem}'. "
                "Set `stem` of formant_shift, or take it out of the recipe."
            )
        shifts = choices(batch_shape(sources)[0], self.shift_cents, generator)
        voice = sources[self.stem].clone()
        for cents, numbers in items_by_draw(shifts, 0.0):
            voice[numbers] = changed_in_parts(voice[numbers], partial(self._moved, cents=cents))
        return resummed(stems, {**sources, self.stem: voice}, torch.tensor(shifts) != 0)

    def _moved(self, sounds: Tensor, cents: float) -> Tensor:
        return moved_envelope(sounds, 2 ** (cents / 1200), EnvelopeConfig(sample_rate=self.sample_rate))
