"""What every effect is, effects in a row, and how they are told in a song's facts."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol, TypeAlias

from training.synthesis.mixing.sounds import REFERENCE_DBFS, Sound, at_level, scaled, stereo

Facts: TypeAlias = dict[str, Any]
"""What JSON can hold."""


class Effect(Protocol):
    """Something that sounds go through: pure, the same output for the same input."""

    def __call__(self, sound: Sound) -> Sound:
        """Return a sound of the same length, with as many channels or two."""
        ...


@dataclass(frozen=True)
class Chain:
    """Effects one after another."""

    effects: tuple[Effect, ...] = ()

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound after all effects."""
        for effect in self.effects:
            sound = effect(sound)
        return sound


@dataclass(frozen=True)
class Levelled:
    """Brings a sound to the level that the next effect expects."""

    level_dbfs: float = REFERENCE_DBFS

    def __call__(self, sound: Sound) -> Sound:
        """Return the sound at the level."""
        return at_level(sound, self.level_dbfs)


@dataclass(frozen=True)
class Beside:
    """Puts a processed copy beside the sound."""

    effect: Effect
    level_db: float
    """Of the copy, relative to the sound."""

    def __call__(self, sound: Sound) -> Sound:
        """Return the sum of both."""
        copy = scaled(self.effect(sound), self.level_db)
        return sound + copy if len(copy) == len(sound) else stereo(sound) + stereo(copy)


def describe(effect: object) -> Facts:
    """Return the name and the settings of an effect."""
    settings = {field.name: _plain(getattr(effect, field.name)) for field in fields(effect)}  # type: ignore[arg-type]  # effects are dataclasses
    return {"kind": type(effect).__name__, **settings}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return describe(value) if is_dataclass(value) else value
