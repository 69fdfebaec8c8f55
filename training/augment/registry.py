"""Augmentations by name, and the chain that a recipe describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audio.stems import SAMPLE_RATE
from training.augment.augmentation import Augmentation
from training.augment.chain import Chain, Sometimes
from training.augment.channel_swap import ChannelSwap
from training.augment.dynamics import Compressor, Limiter
from training.augment.equaliser import Equaliser, StemEqualiser
from training.augment.formants import FormantShift, PitchShiftKeepingEnvelope
from training.augment.gain import Gain, NarrowGain
from training.augment.mp3 import Mp3
from training.augment.remix import RemixAcrossSongs, RemixWithinGroups
from training.augment.repitch import Repitch
from training.augment.reverb import Reverb
from training.augment.shift import RandomChunk, Shift
from training.augment.sign_flip import SignFlip
from training.augment.silence import Silence
from training.augment.time_reversal import TimeReversal
from training.augment.time_stretch import TimeStretch
from training.parts import build_part, read_entry
from training.recipe import AugmentationStep

AUGMENTATIONS: Mapping[str, type[Augmentation]] = {
    "channel_swap": ChannelSwap,
    "sign_flip": SignFlip,
    "silence": Silence,
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
    "stem_equaliser": StemEqualiser,
    "compressor": Compressor,
    "limiter": Limiter,
    "reverb": Reverb,
}
"""Name in a recipe -> class; its fields are its settings."""


_SAMPLE_RATE = "sample_rate"


def build_chain(steps: Sequence[AugmentationStep | Mapping[str, Any]], sample_rate: int = SAMPLE_RATE) -> Chain:
    """Build the augmentations of a recipe, in their order.

    Args:
        steps: Entries as `AugmentationStep`, or as YAML holds them.
        sample_rate: Of the batches, in hertz; for augmentations that must know it and are not told another.

    Raises:
        PartError: An entry has an unknown key, an unknown name, or settings that the augmentation cannot use.
    """
    entries = [read_entry("augmentations", AugmentationStep, step) for step in steps]
    return Chain(tuple(_build(entry, sample_rate) for entry in entries))


def _build(step: AugmentationStep, sample_rate: int) -> Augmentation:
    fields = getattr(AUGMENTATIONS.get(step.name), "__dataclass_fields__", {})
    rate = {_SAMPLE_RATE: sample_rate} if _SAMPLE_RATE in fields else {}
    augmentation = build_part("augmentation", AUGMENTATIONS, step.name, {**rate, **step.settings})
    return augmentation if step.probability == 1 else Sometimes(augmentation, step.probability)
