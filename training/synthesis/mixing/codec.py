"""MP3 and AAC: what is left of a sound that was stored small, as samples and loops often were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from audio.codecs import QUICK_AAC, QUICK_MP3, LossyFormat, round_trip
from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.sounds import Sound

CodecName = Literal["mp3", "aac"]
_FORMATS: Mapping[CodecName, LossyFormat] = MappingProxyType({"mp3": QUICK_MP3, "aac": QUICK_AAC})


@dataclass(frozen=True)
class Codec:
    """Encodes and decodes."""

    name: CodecName
    kilobits_per_second: int

    def __call__(self, sound: Sound) -> Sound:
        """Return what the codec leaves, as long as the sound and in its place."""
        return round_trip(sound, SAMPLE_RATE, self.kilobits_per_second, _FORMATS[self.name])
