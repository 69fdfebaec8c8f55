"""Augmentations by name, and the chain that a recipe describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from training.augment.augmentation import Augmentation
from training.augment.chain import Chain, Sometimes
from training.augment.channel_swap import ChannelSwap
from training.augment.dynamics import Compressor, Limiter
from training.augment.equaliser import Equaliser
from training.augment.formants import FormantShift, PitchShiftKeepingEnvelope
from training.augment.gain import Gain, NarrowGain
from training.augment.mp3 import Mp3
from training.augment.remix import RemixAcrossSongs, RemixWithinGroups
from training.augment.repitch import Repitch
from training.augment.reverb import Reverb
from training.augment.shift import RandomChunk, Shift
from training.augment.sign_flip import SignFlip
from training.augment.time_reversal import TimeReversal
from training.augment.time_stretch import TimeStretch
from training.parts import STRICT, Share, build_part, read_entry

AUGMENTATIONS: Mapping[str, type[Augmentation]] = {
    "channel_swap": ChannelSwap,
    "sign_flip": SignFlip,
    "gain": Gain,
    "narrow_gain": NarrowGain,
    "random_chunk": RandomChunk,
    "shift": Shift,
    "remix_across_songs": RemixAcrossSongs,
    "remix_within_groups": RemixWithinGroups,
    "time_reversal": TimeReversal,
    "repitch": Repitch,
    "pitch_shift_keeping_envelope": PitchShiftKeepingEnvelope,
    "time_stretch": TimeStretch,
    "formant_shift": FormantShift,
    "mp3": Mp3,
    "equaliser": Equaliser,
    "compressor": Compressor,
    "limiter": Limiter,
    "reverb": Reverb,
}
"""Name in a recipe -> class; its fields are its settings."""


class AugmentationStep(BaseModel):
    """One entry of a recipe's list of augmentations."""

    model_config = STRICT | {"frozen": True}

    name: str
    """One of `AUGMENTATIONS`."""
    probability: Share = 1.0
    """Odds of each item (of the whole batch where items are mixed), beside the augmentation's own."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Fields of the augmentation; those left out keep their published values."""


def build_chain(steps: Sequence[AugmentationStep | Mapping[str, Any]]) -> Chain:
    """Build the augmentations of a recipe, in their order.

    Args:
        steps: Entries as `AugmentationStep`, or as YAML holds them.

    Raises:
        PartError: An entry has an unknown key, an unknown name, or settings that the augmentation cannot use.
    """
    return Chain(tuple(_build(read_entry("augmentations", AugmentationStep, step)) for step in steps))


def _build(step: AugmentationStep) -> Augmentation:
    augmentation = build_part("augmentation", AUGMENTATIONS, step.name, step.settings)
    return augmentation if step.probability == 1 else Sometimes(augmentation, step.probability)
