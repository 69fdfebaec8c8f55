"""Send sounds through MP3 and back, as most music that is separated has gone."""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.codecs import MP3, round_trip
from audio.stems import MIXTURE, SAMPLE_RATE, Stems
from training.augment.augmentation import Augmentation
from training.augment.batches import BatchError, batch_shape, mixture_of, sources_of, total
from training.parts import STRICT

SAMPLE_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""What MP3 knows (MPEG-1, MPEG-2 and MPEG-2.5 Layer III), in hertz."""


def mp3_round_trip(sound: Tensor, sample_rate: int, kilobits_per_second: int) -> Tensor:
    """Encode and decode a sound.

    Args:
        sound: Shape (channels, samples), one or two channels; full scale is 1, louder ones are scaled and scaled back.
        sample_rate: One of `SAMPLE_RATES`.
        kilobits_per_second: Constant bit rate, for example 128; the nearest that MP3 has at the sample rate is taken,
            at most 160 from 16,000 to 24,000 Hz and 64 below.

    Returns:
        Shape and position as the sound, float32, on its device.

    Raises:
        BatchError: Another number of channels, or a sample rate that MP3 has not.
    """
    if sound.shape[0] not in (1, 2) or sample_rate not in SAMPLE_RATES:
        raise BatchError(
            f"MP3 must be given 1 or 2 channels at one of {', '.join(map(str, SAMPLE_RATES))} Hz. "
            f"Got {sound.shape[0]} channels at {sample_rate} Hz. Take mp3 out of the recipe."
        )
    samples = sound.detach().cpu().float().numpy()
    return torch.from_numpy(round_trip(samples, sample_rate, kilobits_per_second, MP3)).to(sound)


@dataclass(frozen=True, config=STRICT)
class Mp3(Augmentation):
    """Encodes each item at one of some bit rates; the rates are the usual ones, no study gives them.

    "mixture" encodes the mixture and leaves the stems clean, so a network learns to undo the codec too; then there is a
    mixture afterwards even if there was none. Put it last: what changes stems later sums the mixture again.
    "stems" encodes every stem, and a mixture is summed again.
    """

    kilobits_per_second: Annotated[tuple[Annotated[int, Field(ge=8, le=320)], ...], Field(min_length=1)] = (
        96,
        128,
        192,
        256,
        320,
    )
    """All equally likely."""
    encoded: Literal["mixture", "stems"] = "mixture"
    sample_rate: Annotated[int, Field(gt=0)] = SAMPLE_RATE

    def __call__(self, stems: Stems, generator: torch.Generator) -> Stems:
        """Return the batch with encoded sounds; see `Augmentation`."""
        sources = sources_of(stems)
        items = batch_shape(sources)[0]
        picks = torch.randint(len(self.kilobits_per_second), (items,), generator=generator).tolist()
        if self.encoded == "mixture":
            return {**stems, MIXTURE: self._coded(mixture_of(stems), picks)}
        after = {stem: self._coded(sound, picks) for stem, sound in sources.items()}
        return {**after, MIXTURE: total(after)} if MIXTURE in stems else after

    def _coded(self, sounds: Tensor, picks: list[int]) -> Tensor:
        rates = [self.kilobits_per_second[pick] for pick in picks]
        pairs = zip(sounds, rates, strict=True)
        return torch.stack([mp3_round_trip(sound, self.sample_rate, rate) for sound, rate in pairs])
