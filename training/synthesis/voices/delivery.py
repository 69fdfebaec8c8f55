"""How a line is sung: what each style means in numbers, drawn anew for each line.

Ranges are an engineer's, from what is published of sung pitch and voice quality: vibrato of 4.5 to 7 Hz and up to a
semitone (Sundberg, The Science of the Singing Voice, 1987), glides of 50 to 150 ms and fine fluctuations of some cents
(Saitou et al., Speech Communication 46, 2005), dips of the pitch at consonants (Umbert et al., "Expression control in
singing voice synthesis", IEEE Signal Processing Magazine 32, 2015), more jitter, noise and subharmonics in rough voices
(Klatt and Klatt, JASA 1990), flat spectra of loud voices and steep ones of soft voices and falsetto (Sundberg again).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

import numpy as np

from training.synthesis.scores import SingingStyle

Range = tuple[float, float]
"""Lowest and highest; drawn evenly."""


@dataclass(frozen=True)
class Delivery:
    """One manner of singing."""

    glide_seconds: float
    """From note to note."""
    overshoot: float
    """Of a glide, 0 (none) to 1 (rings)."""
    scoop_semitones: float
    """How far below a phrase, and some notes, begin."""
    scoop_share: float
    """How many notes do."""
    fall_semitones: float
    """How far a phrase may drop at its end."""
    fall_share: float
    """How many phrases do."""
    vibrato_hz: float
    vibrato_semitones: float
    """Half of its whole swing."""
    vibrato_delay_seconds: float
    """After the start of a note."""
    intonation_cents: float
    """How far off its note each note is, standard deviation."""
    consonant_dip_semitones: float
    """How far the pitch drops while a voiced consonant narrows the mouth."""
    drift_cents: float
    """Slow wandering of the pitch, standard deviation."""
    flutter_cents: float
    """Fast wandering of the pitch, standard deviation."""
    melisma_share: float
    """How many notes go on with the vowel of the last one."""
    consonant_length: float
    """Of the spoken ones: 1 keeps it."""
    speech_rhythm: float
    """0 holds the middle of vowels; 1 stretches syllables evenly, and only so far as speech can be."""
    speech_melody: float
    """How much of the spoken melody is added to the notes."""
    levelling: float
    """How far differences between syllables are evened out, 0 to 1."""
    dynamics_db: float
    """Between velocities of 0.4 and 1."""
    swell_db: float
    """How much a held note grows or fades."""
    release_seconds: float
    """How long the last note of a phrase fades."""
    tilt_db: float
    """For each octave above 300 Hz, up to 5 kHz: effort is positive."""
    effort_db: float
    """How much more tilt a note of velocity 1 has than one of 0.4, for each octave."""
    ring_db: float
    """Lift about 3 kHz."""
    unsteadiness: float
    """How much formants and colour wander while a vowel is held: 1 is 2 % and 1 dB."""
    breath_db: float
    """Level of the breath that is heard behind vowels, relative to them."""
    consonant_db: float
    """Added to all unvoiced consonants."""
    noisiness: float
    """Factor on the noise that a voice has anyway."""
    jitter: float
    shimmer: float
    subharmonic: float
    growl: float
    inhaling: float
    """How many phrases begin with an audible breath."""


PLAIN: Mapping[str, Range] = MappingProxyType({
    "glide_seconds": (0.03, 0.16), "overshoot": (0.0, 0.6), "scoop_semitones": (0.5, 3.0), "scoop_share": (0.0, 0.35),
    "fall_semitones": (1.0, 5.0), "fall_share": (0.0, 0.4),
    "vibrato_hz": (4.3, 6.8), "vibrato_semitones": (0.05, 0.7), "vibrato_delay_seconds": (0.05, 0.5),
    "intonation_cents": (3.0, 16.0), "consonant_dip_semitones": (0.1, 0.9),
    "drift_cents": (3.0, 14.0), "flutter_cents": (1.0, 8.0), "melisma_share": (0.0, 0.25),
    "consonant_length": (0.6, 1.2), "speech_rhythm": (0.0, 0.4), "speech_melody": (0.0, 0.05),
    "levelling": (0.3, 0.9), "dynamics_db": (3.0, 12.0), "swell_db": (-2.0, 4.0), "release_seconds": (0.02, 0.25),
    "tilt_db": (-0.5, 3.5), "effort_db": (0.5, 2.0), "ring_db": (0.0, 5.0),
    "unsteadiness": (0.3, 1.5), "breath_db": (-54.0, -30.0), "consonant_db": (-8.0, 2.0), "noisiness": (0.03, 0.6),
    "jitter": (0.0005, 0.004), "shimmer": (0.01, 0.06),
    "subharmonic": (0.0, 0.0), "growl": (0.0, 0.1), "inhaling": (0.0, 0.8),
})  # fmt: skip
"""How most lines are sung; a style changes some of it."""

STYLES: Mapping[SingingStyle, Mapping[str, Range]] = MappingProxyType({
    "plain": {},
    "belted": {
        "tilt_db": (2.5, 5.0), "effort_db": (1.0, 3.0), "ring_db": (3.0, 9.0), "breath_db": (-60.0, -40.0),
        "noisiness": (0.03, 0.3), "levelling": (0.6, 1.0), "scoop_share": (0.2, 0.7), "scoop_semitones": (1.0, 5.0),
        "growl": (0.0, 0.3), "subharmonic": (-0.4, 0.25), "vibrato_delay_seconds": (0.3, 0.9),
    },
    "breathy": {
        "tilt_db": (-3.0, -0.5), "effort_db": (0.0, 1.0), "ring_db": (0.0, 2.0), "breath_db": (-28.0, -14.0),
        "noisiness": (0.8, 2.0), "inhaling": (0.6, 1.0), "vibrato_semitones": (0.0, 0.3), "dynamics_db": (2.0, 6.0),
    },
    "tuned": {
        "glide_seconds": (0.0, 0.012), "overshoot": (0.0, 0.0), "scoop_share": (0.0, 0.0), "fall_share": (0.0, 0.0),
        "vibrato_semitones": (0.0, 0.1), "drift_cents": (0.0, 1.5), "flutter_cents": (0.0, 1.0),
        "intonation_cents": (0.0, 2.0), "consonant_dip_semitones": (0.0, 0.3),
        "levelling": (0.7, 1.0), "jitter": (0.0, 0.001), "shimmer": (0.0, 0.02), "speech_melody": (0.0, 0.0),
        "growl": (0.0, 0.0), "melisma_share": (0.05, 0.4), "unsteadiness": (0.1, 0.8),
    },
    "monotone": {
        "vibrato_semitones": (0.0, 0.1), "melisma_share": (0.0, 0.05), "scoop_share": (0.0, 0.1),
        "fall_share": (0.0, 0.1), "swell_db": (-1.0, 1.0), "dynamics_db": (0.0, 3.0), "ring_db": (0.0, 2.0),
        "speech_rhythm": (0.2, 0.7), "tilt_db": (-1.5, 1.0), "effort_db": (0.0, 0.5),
    },
    "falsetto": {
        "tilt_db": (-6.0, -2.5), "effort_db": (0.0, 1.0), "ring_db": (0.0, 1.0), "breath_db": (-36.0, -20.0),
        "noisiness": (0.5, 1.5), "vibrato_semitones": (0.1, 0.6), "jitter": (0.0005, 0.003), "growl": (0.0, 0.0),
    },
    "rap": {
        "glide_seconds": (0.02, 0.06), "vibrato_semitones": (0.0, 0.0), "melisma_share": (0.0, 0.0),
        "speech_rhythm": (1.0, 1.0), "speech_melody": (0.4, 1.0), "consonant_length": (0.7, 1.0),
        "levelling": (0.6, 1.0), "drift_cents": (10.0, 40.0), "scoop_share": (0.0, 0.2),
        "tilt_db": (-0.5, 3.0), "growl": (0.0, 0.2), "inhaling": (0.3, 1.0), "jitter": (0.001, 0.006),
    },
    "shouted": {
        "tilt_db": (3.5, 7.0), "effort_db": (1.0, 2.0), "ring_db": (2.0, 8.0), "breath_db": (-34.0, -18.0),
        "noisiness": (0.8, 2.5), "levelling": (0.7, 1.0), "jitter": (0.004, 0.02), "shimmer": (0.1, 0.3),
        "subharmonic": (0.15, 0.6), "growl": (0.2, 0.7), "scoop_share": (0.2, 0.6), "fall_share": (0.4, 0.9),
        "vibrato_semitones": (0.0, 0.15), "drift_cents": (10.0, 30.0), "intonation_cents": (10.0, 40.0),
        "speech_rhythm": (0.2, 0.8), "speech_melody": (0.0, 0.3), "melisma_share": (0.0, 0.1),
    },
})  # fmt: skip
"""What each style changes."""


def draw_delivery(style: SingingStyle, rng: np.random.Generator) -> Delivery:
    """Return a manner of singing in a style. Ranges that begin below 0 give 0 that often.

    Raises:
        ValueError: The style is unknown.
    """
    if style not in STYLES:
        raise ValueError(f"The style must be one of {', '.join(STYLES)}. Got '{style}'.")
    ranges = {**PLAIN, **STYLES[style]}
    values = {field.name: float(rng.uniform(*ranges[field.name])) for field in fields(Delivery)}
    signed = ("tilt_db", "swell_db", "breath_db", "consonant_db")
    return Delivery(**{name: value if name in signed else max(0.0, value) for name, value in values.items()})
