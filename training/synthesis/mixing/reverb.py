"""Reverberation: a room beside the sound.

As most reverberators do, it hears the middle of the sound and fills both sides: what plays on the left rings on the
right, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from training.synthesis.mixing.convolution import convolved
from training.synthesis.mixing.rooms import Room
from training.synthesis.mixing.sounds import Sound, middle, scaled, stereo


@dataclass(frozen=True)
class Reverb:
    """Adds a room."""

    room: Room
    level_db: float
    """Of the room relative to the middle of the dry sound, for a sound like noise."""
    dry: bool = True
    """Whether the dry sound stays."""

    def __call__(self, sound: Sound) -> Sound:
        """Return (2, samples): the sound in the room."""
        wet = scaled(convolved(middle(sound), self.room.response()), self.level_db)
        return stereo(sound) + wet if self.dry else wet
