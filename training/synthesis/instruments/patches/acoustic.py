"""Computed models of acoustic and electric instruments: keys, harps, mallets, bowed strings, winds, folk."""

from __future__ import annotations

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.amplifier import random_guitar_amplifier
from training.synthesis.instruments.bars import Bar
from training.synthesis.instruments.ensemble import Ensemble
from training.synthesis.instruments.envelopes import Envelope
from training.synthesis.instruments.fm import FrequencyModulation, Operator, Stack
from training.synthesis.instruments.interfaces import Instrument, Rng
from training.synthesis.instruments.organ import DrawbarOrgan, random_drawbars, random_speaker
from training.synthesis.instruments.patches.guitars import random_strum
from training.synthesis.instruments.playing import NotePlayer, Processed, Touch, random_width
from training.synthesis.instruments.plucked import PluckedString, random_body
from training.synthesis.instruments.subtractive import Subtractive, Unison, Wobble
from training.synthesis.instruments.wavetables import Filter, Wave


def piano(rng: Rng) -> NotePlayer:
    """Draw a piano: hammers, three strings for each note, bright or felt."""
    voice = PluckedString(
        place=rng.uniform(0.09, 0.14),
        tilt=rng.uniform(0.9, 1.9),
        ring_seconds=log_between(rng, 3.0, 9.0),
        damping=log_between(rng, 0.1, 0.35),
        stiffness=log_between(rng, 1e-4, 6e-4),
        strings=int(rng.integers(2, 4)),
        detune_cents=log_between(rng, 0.4, 8.0),
        body=random_body(rng, 100.0, 4000.0),
        pick_gain=rng.uniform(0.02, 0.3),
        pick_hz=log_between(rng, 500.0, 2500.0),
    )
    return NotePlayer(
        "modelled piano", voice, Touch(log_between(rng, 0.08, 0.5), layers=3, dynamics=1.3, width=random_width(rng))
    )


def electric_piano(rng: Rng) -> Instrument:
    """Draw a tine piano, or its FM double, often driven or in a tremolo."""
    ring = log_between(rng, 1.5, 5.0)
    body_stack = Stack(
        Operator(1.0, 0.6, Envelope(0.001, ring, 0.0)),
        (Operator(1.0, log_between(rng, 0.3, 2.0), Envelope(0.001, 0.6 * ring, 0.1)),),
    )
    tine = Stack(
        Operator(1.0, rng.uniform(0.1, 0.4), Envelope(0.001, 0.8 * ring, 0.0)),
        (
            Operator(
                float(rng.choice([7.0, 11.0, 14.0])),
                log_between(rng, 0.2, 1.5),
                Envelope(0.001, log_between(rng, 0.05, 0.6), 0.0),
            ),
        ),
    )
    keys = NotePlayer(
        "FM electric piano",
        FrequencyModulation((body_stack, tine)),
        Touch(log_between(rng, 0.06, 0.25), width=random_width(rng)),
    )
    if chance(rng, 0.35):
        return Processed(keys, random_guitar_amplifier(rng, "clean"), "amplifier")
    return Processed(keys, random_speaker(rng), "tremolo") if chance(rng, 0.4) else keys


def organ(rng: Rng) -> Instrument:
    """Draw a tonewheel organ, its loudspeaker turning, still or driven."""
    voice = DrawbarOrgan(
        random_drawbars(rng),
        log_between(rng, 0.02, 0.3),
        rng.uniform(0.2, 0.6) if chance(rng, 0.4) else 0.0,
        log_between(rng, 0.002, 0.05),
    )
    keys: Instrument = NotePlayer("drawbar organ", voice, Touch(log_between(rng, 0.02, 0.12), layers=1, dynamics=0.4))
    if chance(rng, 0.3):
        keys = Processed(keys, random_guitar_amplifier(rng, "crunch"), "amplifier")
    return Processed(keys, random_speaker(rng), "rotating speaker") if chance(rng, 0.7) else keys


def harp(rng: Rng) -> NotePlayer:
    """Draw a harp, a pizzicato or a muted string."""
    voice = PluckedString(
        place=rng.uniform(0.2, 0.5),
        tilt=rng.uniform(0.8, 2.0),
        ring_seconds=log_between(rng, 0.3, 4.0),
        damping=log_between(rng, 0.1, 1.0),
        stiffness=log_between(rng, 1e-6, 3e-5),
        body=random_body(rng, 150.0, 2000.0) if chance(rng, 0.5) else None,
        pick_gain=rng.uniform(0.0, 0.3),
    )
    return NotePlayer(
        "modelled harp", voice, Touch(log_between(rng, 0.1, 0.5), width=random_width(rng), alternating=chance(rng, 0.3))
    )


def mallets(rng: Rng) -> NotePlayer:
    """Draw bars, bells or tongues."""
    kinds = (
        "marimba",
        "xylophone",
        "vibraphone",
        "glockenspiel",
        "kalimba",
        "steel drum",
        "music box",
        "celesta",
        "bell",
    )
    kind = kinds[int(rng.integers(len(kinds)))]
    long = kind in ("vibraphone", "glockenspiel", "bell", "celesta")
    tremolo = chance(rng, 0.5) and kind == "vibraphone"
    voice = Bar(
        kind,
        log_between(rng, 1.5, 6.0) if long else log_between(rng, 0.3, 2.0),
        rng.uniform(0.1, 1.0),
        log_between(rng, 3.0, 8.0) if tremolo else 0.0,
        rng.uniform(0.2, 0.6) if tremolo else 0.0,
    )
    return NotePlayer(
        f"modelled {kind}",
        voice,
        Touch(log_between(rng, 0.1, 0.8), variants=2, width=random_width(rng), alternating=chance(rng, 0.3)),
    )


def strings(rng: Rng) -> NotePlayer:
    """Draw a section of bowed strings, from two players to a film orchestra or a string machine."""
    dark_hz = log_between(rng, 800.0, 3000.0)
    voice = Ensemble(
        players=int(rng.integers(2, 12)),
        detune_cents=log_between(rng, 8.0, 40.0),
        tilt=rng.uniform(0.8, 1.4),
        cutoff_hz=(dark_hz, dark_hz * log_between(rng, 1.5, 5.0)),
        formant=random_body(rng, 250.0, 5000.0),
        width=rng.uniform(0.3, 1.0),
        octaves=(1.0, 2.0) if chance(rng, 0.2) else (1.0,),
        loudness=Envelope(log_between(rng, 0.02, 0.4), 2.0, rng.uniform(0.7, 1.0)),
        brightness=Envelope(log_between(rng, 0.05, 0.6), 2.0, rng.uniform(0.4, 1.0)),
    )
    return NotePlayer("string section", voice, Touch(log_between(rng, 0.08, 0.8), layers=1))


def brass(rng: Rng) -> NotePlayer:
    """Draw a brass player or section: the louder, the brighter, and brighter as a note speaks."""
    low_hz = log_between(rng, 350.0, 1200.0)
    voice = Subtractive(
        wave=Wave("saw", tilt=rng.uniform(-0.2, 0.3), formant=random_body(rng, 500.0, 2500.0, 4)),
        tone_filter=Filter(
            low_hz, min(16_000.0, low_hz * log_between(rng, 4.0, 14.0)), log_between(rng, 0.6, 1.3), 2, 0.7
        ),
        loudness=Envelope(log_between(rng, 0.015, 0.08), 1.0, rng.uniform(0.7, 1.0)),
        brightness=Envelope(log_between(rng, 0.03, 0.15), log_between(rng, 0.2, 1.0), rng.uniform(0.5, 0.9)),
        opening=rng.uniform(0.6, 1.0),
        unison=Unison(int(rng.integers(1, 4)), log_between(rng, 5.0, 25.0), rng.uniform(0.0, 0.8)),
        vibrato=Wobble(log_between(rng, 4.5, 6.5), rng.uniform(0.0, 20.0), 0.4),
        noise_gain=log_between(rng, 0.002, 0.02),
    )
    return NotePlayer("modelled brass", voice, Touch(log_between(rng, 0.04, 0.15), variants=2))


def reed(rng: Rng) -> NotePlayer:
    """Draw a clarinet, saxophone, oboe or harmonica."""
    low_hz = log_between(rng, 700.0, 2000.0)
    voice = Subtractive(
        wave=Wave(
            "hollow" if chance(rng, 0.4) else "pulse", rng.uniform(0.1, 0.4), 0.0, random_body(rng, 400.0, 4000.0)
        ),
        tone_filter=Filter(low_hz, low_hz * log_between(rng, 2.0, 6.0), 0.8, 2, 0.5),
        loudness=Envelope(log_between(rng, 0.015, 0.08), 1.0, rng.uniform(0.8, 1.0)),
        brightness=Envelope(0.05, 0.5, rng.uniform(0.5, 1.0)),
        vibrato=Wobble(log_between(rng, 4.0, 6.5), rng.uniform(0.0, 30.0), 0.3),
        noise_gain=log_between(rng, 0.003, 0.04),
    )
    return NotePlayer("modelled reed", voice, Touch(log_between(rng, 0.04, 0.12), variants=2))


def flute(rng: Rng) -> NotePlayer:
    """Draw a flute, recorder, whistle or panpipe: few harmonics and much breath."""
    voice = Subtractive(
        wave=Wave("triangle" if chance(rng, 0.5) else "saw", tilt=rng.uniform(0.3, 1.2)),
        tone_filter=Filter(log_between(rng, 800.0, 2000.0), log_between(rng, 2500.0, 8000.0), 0.7, 2, 0.6),
        loudness=Envelope(log_between(rng, 0.02, 0.1), 1.0, rng.uniform(0.8, 1.0)),
        brightness=Envelope(0.06, 0.5, rng.uniform(0.4, 0.9)),
        vibrato=Wobble(log_between(rng, 4.0, 6.0), rng.uniform(0.0, 25.0), 0.3),
        noise_gain=log_between(rng, 0.01, 0.15),
    )
    return NotePlayer("modelled flute", voice, Touch(log_between(rng, 0.04, 0.15), variants=2))


def folk(rng: Rng) -> Instrument:
    """Draw a banjo, sitar, dulcimer, mandolin or accordion."""
    if chance(rng, 0.25):
        return accordion(rng)
    voice = PluckedString(
        place=rng.uniform(0.03, 0.2),
        tilt=rng.uniform(0.2, 1.0),
        ring_seconds=log_between(rng, 0.4, 4.0),
        damping=log_between(rng, 0.03, 0.4),
        stiffness=log_between(rng, 5e-6, 1e-4),
        strings=int(rng.integers(1, 4)),
        detune_cents=log_between(rng, 2.0, 15.0),
        body=random_body(rng, 300.0, 5000.0),
        pick_gain=rng.uniform(0.1, 0.8),
        pick_hz=log_between(rng, 2500.0, 7000.0),
    )
    touch = Touch(log_between(rng, 0.05, 0.3), variants=2, strum_seconds=random_strum(rng))
    return NotePlayer("modelled folk strings", voice, touch)


def accordion(rng: Rng) -> NotePlayer:
    """Draw an accordion or harmonium: reeds detuned against one another."""
    voice = Subtractive(
        wave=Wave("pulse", rng.uniform(0.1, 0.35), 0.0, random_body(rng, 400.0, 3000.0)),
        tone_filter=Filter(1500.0, log_between(rng, 3000.0, 9000.0), 0.7, 2),
        loudness=Envelope(log_between(rng, 0.02, 0.1), 1.0, 1.0),
        unison=Unison(int(rng.integers(2, 4)), log_between(rng, 8.0, 30.0), rng.uniform(0.0, 0.5)),
    )
    return NotePlayer("modelled accordion", voice, Touch(log_between(rng, 0.05, 0.15)))
