"""The sounds of speech for the formant singer: resonances of vowels, hisses and bursts of consonants.

Vowels: mean formants of men after Peterson and Barney, "Control methods used in a study of the vowels", JASA 1952, and
for the rounded front ones after Fant, "Acoustic Theory of Speech Production", 1960. Hisses: where fricatives and
bursts have their energy, after Stevens, "Acoustic Phonetics", 1998; rounded to what an ear tells apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from training.synthesis.voices.bands import FLOOR_DB

Formants = tuple[float, float, float, float]
"""The four lowest resonances in hertz, of an adult man."""


@dataclass(frozen=True)
class Phone:
    """One stretch of speech sound."""

    seconds: float
    """Length in speech."""
    formants_hz: Formants | None = None
    """Resonances that it moves to; None leaves them to its neighbours."""
    voice_db: float = FLOOR_DB
    """Level of the voiced part; vowels have 0."""
    hiss_db: float = FLOOR_DB
    """Level of the noise."""
    hiss_hz: float = 5000.0
    """Where the noise is strongest, in an adult man."""
    hiss_octaves: float = 0.6
    """Width of the noise."""
    murmur: bool = False
    """The mouth is shut: only the lowest resonance is heard."""


VOWELS: Mapping[str, Formants] = MappingProxyType({
    "i": (270.0, 2290.0, 3010.0, 3500.0), "I": (390.0, 1990.0, 2550.0, 3500.0), "e": (460.0, 2050.0, 2600.0, 3500.0),
    "E": (530.0, 1840.0, 2480.0, 3500.0), "ae": (660.0, 1720.0, 2410.0, 3450.0), "a": (730.0, 1250.0, 2440.0, 3400.0),
    "A": (730.0, 1090.0, 2440.0, 3400.0), "O": (570.0, 840.0, 2410.0, 3300.0), "o": (450.0, 800.0, 2350.0, 3250.0),
    "U": (440.0, 1020.0, 2240.0, 3250.0), "u": (300.0, 870.0, 2240.0, 3200.0), "V": (640.0, 1190.0, 2390.0, 3350.0),
    "er": (490.0, 1350.0, 1690.0, 3200.0), "schwa": (500.0, 1450.0, 2450.0, 3400.0),
    "y": (270.0, 1900.0, 2200.0, 3300.0), "oe": (400.0, 1650.0, 2250.0, 3300.0),
})  # fmt: skip
"""Vowels that can be held."""

DIPHTHONGS: tuple[tuple[str, str], ...] = (("a", "I"), ("e", "I"), ("o", "U"), ("a", "U"), ("O", "I"), ("I", "schwa"))
"""Vowels that glide to another one at their end."""

_NASAL_M: Formants = (250.0, 1000.0, 2200.0, 3200.0)
_NASAL_N: Formants = (250.0, 1450.0, 2500.0, 3300.0)
_LABIAL: Formants = (250.0, 900.0, 2200.0, 3300.0)
_ALVEOLAR: Formants = (270.0, 1750.0, 2650.0, 3400.0)
_VELAR: Formants = (260.0, 2000.0, 2400.0, 3300.0)
_PALATAL: Formants = (260.0, 2150.0, 2800.0, 3500.0)

CONSONANTS: Mapping[str, tuple[Phone, ...]] = MappingProxyType({
    "s": (Phone(0.11, _ALVEOLAR, hiss_db=-8.0, hiss_hz=6800.0, hiss_octaves=0.45),),
    "sh": (Phone(0.11, _PALATAL, hiss_db=-6.0, hiss_hz=3400.0, hiss_octaves=0.55),),
    "f": (Phone(0.09, _LABIAL, hiss_db=-22.0, hiss_hz=7500.0, hiss_octaves=1.3),),
    "th": (Phone(0.08, _ALVEOLAR, hiss_db=-24.0, hiss_hz=7000.0, hiss_octaves=1.1),),
    "h": (Phone(0.06, None, hiss_db=-20.0, hiss_hz=1500.0, hiss_octaves=1.2),),
    "z": (Phone(0.08, _ALVEOLAR, voice_db=-16.0, hiss_db=-14.0, hiss_hz=6500.0, hiss_octaves=0.45),),
    "v": (Phone(0.06, _LABIAL, voice_db=-13.0, hiss_db=-28.0, hiss_hz=6500.0, hiss_octaves=1.2),),
    "m": (Phone(0.08, _NASAL_M, voice_db=-9.0, murmur=True),),
    "n": (Phone(0.07, _NASAL_N, voice_db=-9.0, murmur=True),),
    "l": (Phone(0.06, (360.0, 1150.0, 2700.0, 3400.0), voice_db=-6.0),),
    "r": (Phone(0.07, (370.0, 1150.0, 1550.0, 3000.0), voice_db=-5.0),),
    "w": (Phone(0.06, (300.0, 650.0, 2200.0, 3200.0), voice_db=-5.0),),
    "j": (Phone(0.06, (270.0, 2250.0, 3000.0, 3600.0), voice_db=-5.0),),
    "p": (Phone(0.06, _LABIAL), Phone(0.008, _LABIAL, hiss_db=-14.0, hiss_hz=900.0, hiss_octaves=1.4),
          Phone(0.035, None, hiss_db=-24.0, hiss_hz=1500.0, hiss_octaves=1.2)),
    "t": (Phone(0.05, _ALVEOLAR), Phone(0.01, _ALVEOLAR, hiss_db=-7.0, hiss_hz=4500.0, hiss_octaves=0.8),
          Phone(0.04, None, hiss_db=-20.0, hiss_hz=3500.0, hiss_octaves=1.0)),
    "k": (Phone(0.05, _VELAR), Phone(0.014, _VELAR, hiss_db=-8.0, hiss_hz=2000.0, hiss_octaves=0.4),
          Phone(0.04, None, hiss_db=-20.0, hiss_hz=2200.0, hiss_octaves=0.9)),
    "b": (Phone(0.05, _LABIAL, voice_db=-20.0, murmur=True), Phone(0.008, _LABIAL, -14.0, -20.0, 900.0, 1.2)),
    "d": (Phone(0.045, _ALVEOLAR, voice_db=-20.0, murmur=True), Phone(0.009, _ALVEOLAR, -14.0, -15.0, 4200.0, 0.8)),
    "g": (Phone(0.045, _VELAR, voice_db=-20.0, murmur=True), Phone(0.012, _VELAR, -14.0, -15.0, 2000.0, 0.5)),
    "ch": (Phone(0.04, _ALVEOLAR), Phone(0.08, _PALATAL, hiss_db=-6.0, hiss_hz=3600.0, hiss_octaves=0.5)),
})  # fmt: skip
"""Consonants, each one or more stretches."""

OPENINGS: tuple[tuple[str, ...], ...] = (
    *((name,) for name in CONSONANTS), *((name,) for name in "lmnbdhrwj"), (), (), (),
    ("s", "t"), ("t", "r"), ("f", "l"), ("k", "r"), ("g", "l"), ("s", "l"), ("b", "r"), ("p", "l"),
)  # fmt: skip
"""What a syllable may begin with."""
CLOSINGS: tuple[tuple[str, ...], ...] = (
    *((),) * 12, ("n",), ("m",), ("s",), ("t",), ("l",), ("r",), ("d",), ("k",), ("z",), ("n", "d"), ("s", "t"), ("f",),
)  # fmt: skip
"""What it may end with."""
