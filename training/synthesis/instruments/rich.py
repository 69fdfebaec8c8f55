"""Soundfonts, sampled kits and our own synthesisers together: the set that training songs are made with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.synthesis.draws import chance
from training.synthesis.instruments.amplifier import random_bass_amplifier, random_guitar_amplifier
from training.synthesis.instruments.drums.computed import random_computed_kit
from training.synthesis.instruments.drums.one_shots import HYDROGEN, KITS, SONIC_PI, SONIC_PI_PACKAGE
from training.synthesis.instruments.drums.recorded import random_recorded_kit
from training.synthesis.instruments.drums.soundfont_drums import KIT_FONTS, random_soundfont_kit
from training.synthesis.instruments.expression import random_vibrato
from training.synthesis.instruments.interfaces import JUDGEMENTS, DrumKit, Instrument, Judgement, Rng
from training.synthesis.instruments.organ import random_speaker
from training.synthesis.instruments.packages import require_packages
from training.synthesis.instruments.patches.guitars import double_tracked
from training.synthesis.instruments.playing import Layer, Layered, Processed
from training.synthesis.instruments.pure import PureInstruments
from training.synthesis.instruments.soundfonts import SOUNDFONTS, random_soundfont_instrument
from training.synthesis.instruments.textures import random_texture

if TYPE_CHECKING:
    from pathlib import Path

    from training.synthesis.scores import Role

OWN_SHARE: dict[Role, float] = {
    "bass": 0.55,
    "piano": 0.2,
    "electric_piano": 0.35,
    "organ": 0.4,
    "acoustic_guitar": 0.3,
    "clean_guitar": 0.4,
    "distorted_guitar": 0.45,
    "pluck": 0.6,
    "mallet": 0.35,
    "pad": 0.55,
    "strings": 0.3,
    "brass": 0.25,
    "reed": 0.25,
    "flute": 0.25,
    "synth_chords": 0.75,
    "arpeggio": 0.7,
    "lead_synth": 0.7,
    "lead_guitar": 0.45,
    "folk": 0.3,
    "effects": 0.4,
}
"""How often a role is given to our own synthesisers; the rest goes to soundfonts."""
_LAYERED_ROLES = ("pad", "strings", "brass", "synth_chords", "piano", "electric_piano", "pluck", "mallet", "organ")
_SINGING = ("lead_guitar", "lead_synth", "reed", "flute", "brass", "strings")
"""Roles whose players shake their notes."""
_GUITARS = ("clean_guitar", "distorted_guitar", "lead_guitar")


@dataclass(frozen=True)
class RichInstruments:
    """Every role and every drum; see InstrumentSet. Open it with `open`, which looks for the packages."""

    judgements: tuple[Judgement, ...] = JUDGEMENTS

    @classmethod
    def open(cls, judgements: Collection[Judgement] = JUDGEMENTS) -> RichInstruments:
        """Return the set.

        Args:
            judgements: Sources judged otherwise are not drawn from: ("free", "credit") makes songs that may be
                published.

        Raises:
            MissingSoundsError: A package is missing; the message names all that are.
            ValueError: "free" is not among the judgements, or one is not known.
        """
        if unknown := set(judgements) - set(JUDGEMENTS):
            raise ValueError(
                f"judgements must be among {', '.join(JUDGEMENTS)}. Unknown: {', '.join(sorted(unknown))}."
            )
        if "free" not in judgements:
            raise ValueError(
                f"judgements must hold 'free': only free sources play every role. Got {tuple(judgements)}."
            )
        require_packages(needed_files(judgements))
        return cls(tuple(judgement for judgement in JUDGEMENTS if judgement in judgements))

    def instrument(self, role: Role, rng: Rng) -> Instrument:
        """Draw an instrument, now and then two on the same notes."""
        first = self._single(role, rng)
        if role in _LAYERED_ROLES and chance(rng, 0.15):
            second = self._single(role, rng)
            octave = float(rng.choice([0.0, 0.0, 12.0, -12.0]))
            return Layered((Layer(first), Layer(second, rng.uniform(0.3, 1.0), transpose=octave, timing_seconds=0.005)))
        return first

    def drum_kit(self, genre: str, rng: Rng) -> DrumKit:
        """Draw a recorded, a soundfont's or a computed kit, whatever the genre."""
        place = rng.uniform()
        if place < 0.5:
            return random_recorded_kit(self.judgements, rng)
        return random_soundfont_kit(self.judgements, rng) if place < 0.75 else random_computed_kit(rng)

    def _single(self, role: Role, rng: Rng) -> Instrument:
        if chance(rng, OWN_SHARE[role]):
            return PureInstruments().instrument(role, rng)
        if role == "effects" and chance(rng, 0.6):
            return random_texture(rng)
        return self._sampled(role, rng)

    def _sampled(self, role: Role, rng: Rng) -> Instrument:
        amplified = role in _GUITARS or (role == "bass" and chance(rng, 0.5))
        played: Instrument = random_soundfont_instrument(role, self.judgements, rng, mono=amplified)
        if role in _SINGING and chance(rng, 0.5):
            played = Processed(played, random_vibrato(rng), "vibrato")
        if role in _GUITARS:
            return _guitar(role, played, rng)
        if amplified:
            return Processed(played, random_bass_amplifier(rng), "bass amplifier")
        if role == "organ" and chance(rng, 0.5):
            return Processed(played, random_speaker(rng), "rotating speaker")
        if role in ("acoustic_guitar", "folk") and chance(rng, 0.35):
            return double_tracked(played, rng)
        return played


def _guitar(role: Role, played: Instrument, rng: Rng) -> Instrument:
    """Return a sampled electric guitar behind an amplifier of ours."""
    if role == "clean_guitar":
        clean = Processed(played, random_guitar_amplifier(rng, "clean"), "clean amplifier")
        return clean if chance(rng, 0.5) else played
    gain = "high" if chance(rng, 0.6) else "crunch"
    guitar = Processed(played, random_guitar_amplifier(rng, gain), f"{gain} gain amplifier")
    return double_tracked(guitar, rng) if role == "distorted_guitar" and chance(rng, 0.6) else guitar


def needed_files(judgements: Collection[Judgement]) -> list[tuple[Path, str]]:
    """Return what a set with these judgements plays: files or folders, each with the package that brings it."""
    fonts = [(font.path, font.package) for font in (*SOUNDFONTS, *KIT_FONTS) if font.judgement in judgements]
    kits = [(HYDROGEN / kit, package) for kit, (judgement, package, _) in KITS.items() if judgement in judgements]
    return [*fonts, *kits, (SONIC_PI, SONIC_PI_PACKAGE)]
