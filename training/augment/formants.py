"""Other singers: formants moved at the same pitch, or another pitch with the formants kept.

Both take the shifts of the study named below. It used the proprietary SuperVP; here envelopes are traced in torch,
batched and on any device, with errors of about 1 dB on sung vowels (tests/training/augment/test_formants.py).

Reference: Cohen-Hadria, Roebel, Peeters, "Improving singing voice separation using deep U-Net and Wave-U-Net with data
augmentation", EUSIPCO 2019, https://arxiv.org/abs/1903.01415
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass

from audio.stems import SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, choices, resummed, sources_of
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
        sources = sources_of(stems)
        shifts = torch.tensor(choices(batch_shape(sources)[0], self.shift_cents, generator))
        after = {stem: sound.clone() for stem, sound in sources.items()}
        config = EnvelopeConfig(sample_rate=self.sample_rate)
        for cents in shifts[shifts != 0].unique().tolist():
            items = (shifts == cents).nonzero().flatten()
            for stem, sound in sources.items():
                shifted = shift_pitch(sound[items.to(sound.device)], cents / 100)
                # The envelope went along with the pitch and is moved back.
                back = torch.full((len(items),), 2 ** (-cents / 1200))
                after[stem][items.to(sound.device)] = moved_envelope(shifted, back, config)
        return resummed(stems, after, shifts != 0)


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
        shifts = torch.tensor(choices(batch_shape(sources)[0], self.shift_cents, generator))
        chosen = shifts.nonzero().flatten()
        if not len(chosen):
            return {name: sound.clone() for name, sound in stems.items()}
        voice = sources[self.stem]
        there = chosen.to(voice.device)
        moved = moved_envelope(voice[there], 2 ** (shifts[chosen] / 1200), EnvelopeConfig(sample_rate=self.sample_rate))
        after = {**sources, self.stem: voice.index_copy(0, there, moved)}
        return resummed(stems, after, shifts != 0)
