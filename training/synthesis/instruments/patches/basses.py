"""Basses: finger, pick and slap strings through amplifiers, analogue, acid, reese, FM, sub and 808."""

from __future__ import annotations

from dataclasses import replace

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.amplifier import random_bass_amplifier
from training.synthesis.instruments.envelopes import Envelope, held, struck
from training.synthesis.instruments.fm import FrequencyModulation, Operator, Stack
from training.synthesis.instruments.gliding import Gliding
from training.synthesis.instruments.interfaces import Instrument, Rng
from training.synthesis.instruments.patches.synths import analogue_filter, analogue_wave
from training.synthesis.instruments.playing import Layer, Layered, NotePlayer, Processed, Touch
from training.synthesis.instruments.plucked import PluckedString, random_body
from training.synthesis.instruments.sub_bass import random_808, random_sine
from training.synthesis.instruments.subtractive import Subtractive, Unison, Wobble
from training.synthesis.instruments.wavetables import Shape, Wave

_TILT = (-0.8, 0.1)
"""Of synthesisers; below 0 is brighter, as a plain saw has but an eighth of its energy above 250 Hz at 55 Hz."""


def string_bass(rng: Rng) -> Instrument:
    """Draw an electric or upright bass, often through an amplifier."""
    voice = PluckedString(
        place=rng.uniform(0.06, 0.4),
        pickup=rng.uniform(0.05, 0.3) if chance(rng, 0.8) else 0.0,
        tilt=rng.uniform(0.2, 1.7),
        ring_seconds=log_between(rng, 1.0, 6.0),
        damping=log_between(rng, 0.03, 0.6),
        stiffness=log_between(rng, 1e-5, 2e-4),
        pick_gain=rng.uniform(0.0, 0.9),
        pick_hz=log_between(rng, 700.0, 4000.0),
    )
    bass = NotePlayer("string bass", voice, Touch(log_between(rng, 0.03, 0.15), variants=3))
    if chance(rng, 0.25):
        return bass
    return Processed(bass, random_bass_amplifier(rng), "bass amplifier")


def analogue_bass(rng: Rng) -> NotePlayer:
    """Draw a subtractive bass."""
    voice = Subtractive(
        wave=replace(analogue_wave(rng), tilt=rng.uniform(*_TILT)),
        tone_filter=analogue_filter(rng, (120.0, 2000.0), (1.0, 6.0)),
        loudness=held(rng) if chance(rng, 0.6) else struck(rng, (0.3, 2.0)),
        brightness=struck(rng, (0.1, 1.0)),
        opening=rng.uniform(0.3, 1.0),
        unison=Unison(
            int(rng.integers(1, 4)), log_between(rng, 2.0, 25.0), rng.uniform(0.2, 0.8) if chance(rng, 0.3) else 0.0
        ),
        filter_wobble=Wobble(log_between(rng, 0.5, 9.0), rng.uniform(0.1, 0.5)) if chance(rng, 0.2) else Wobble(),
        sub_gain=rng.uniform(0.2, 0.9) if chance(rng, 0.3) else 0.0,
        noise_gain=log_between(rng, 0.01, 0.1) if chance(rng, 0.15) else 0.0,
        drive=log_between(rng, 1.0, 12.0) if chance(rng, 0.5) else 0.0,
    )
    return NotePlayer("analogue bass", voice, Touch(log_between(rng, 0.02, 0.2), variants=2))


def acid_bass(rng: Rng) -> Gliding:
    """Draw a squelching line of one oscillator with slides."""
    return Gliding(
        "acid bass",
        wave=Wave("saw" if chance(rng, 0.6) else "square", tilt=rng.uniform(*_TILT)),
        tone_filter=analogue_filter(rng, (120.0, 800.0), (2.5, 6.0)),
        loudness=Envelope(0.003, log_between(rng, 0.3, 2.0), rng.uniform(0.2, 1.0)),
        brightness=struck(rng, (0.1, 0.7)),
        opening=rng.uniform(0.4, 1.0),
        glide_seconds=log_between(rng, 0.005, 0.1),
        vibrato=Wobble(),
        release_seconds=log_between(rng, 0.01, 0.1),
        drive=log_between(rng, 0.8, 20.0) if chance(rng, 0.8) else 0.0,
    )


def reese_bass(rng: Rng) -> Gliding:
    """Draw a bass of saws that beat against one another: its filter often wobbles, and some growl like a vowel."""
    shape: Shape = "saw" if chance(rng, 0.7) else "bright"
    formant = random_body(rng, 250.0, 3500.0) if chance(rng, 0.3) else None
    return Gliding(
        "reese bass",
        wave=Wave(shape, tilt=rng.uniform(*_TILT), formant=formant),
        tone_filter=analogue_filter(rng, (120.0, 1200.0), (1.0, 5.0)),
        loudness=Envelope(log_between(rng, 0.003, 0.04), 2.0, rng.uniform(0.7, 1.0)),
        brightness=held(rng),
        opening=rng.uniform(0.3, 1.0),
        unison=Unison(int(rng.integers(2, 5)), log_between(rng, 15.0, 60.0), rng.uniform(0.0, 0.9)),
        glide_seconds=log_between(rng, 0.005, 0.1),
        vibrato=Wobble(),
        release_seconds=log_between(rng, 0.02, 0.15),
        filter_wobble=Wobble(log_between(rng, 0.3, 10.0), rng.uniform(0.1, 0.6)) if chance(rng, 0.5) else Wobble(),
        drive=log_between(rng, 1.0, 15.0) if chance(rng, 0.6) else 0.0,
    )


def fm_bass(rng: Rng) -> NotePlayer:
    """Draw an FM bass."""
    index = Envelope(0.001, log_between(rng, 0.05, 1.5), rng.uniform(0.0, 0.6))
    ratio = float(rng.choice([0.5, 1.0, 1.0, 2.0, 2.0, 3.0, 5.0]))
    carrier = Operator(1.0, 0.7, held(rng) if chance(rng, 0.5) else struck(rng, (0.4, 2.5)))
    modulators = [Operator(ratio, log_between(rng, 1.0, 14.0), index)]
    if chance(rng, 0.3):
        modulators.append(Operator(float(rng.choice([1.0, 3.0, 7.0])), log_between(rng, 0.2, 1.5), index))
    return NotePlayer(
        "FM bass", FrequencyModulation((Stack(carrier, tuple(modulators)),)), Touch(log_between(rng, 0.02, 0.15))
    )


def sub_bass(rng: Rng) -> NotePlayer:
    """Draw a sub bass or an 808."""
    if chance(rng, 0.55):
        return NotePlayer("808 bass", random_808(rng), Touch(log_between(rng, 0.03, 0.3)))
    return NotePlayer("sub bass", random_sine(rng), Touch(log_between(rng, 0.02, 0.15)))


def layered_bass(rng: Rng) -> Layered:
    """Draw a sub under something brighter, sometimes an octave up."""
    draw = (analogue_bass, reese_bass, fm_bass, acid_bass)[int(rng.integers(4))]
    octave = 12.0 if chance(rng, 0.4) else 0.0
    upper = Layer(draw(rng), log_between(rng, 0.4, 2.0), transpose=octave)
    return Layered((Layer(NotePlayer("sub bass", random_sine(rng), Touch(0.05)), rng.uniform(0.4, 1.0)), upper))
