"""Guitars: strings, hands and pickups, through our amplifiers, in one take or two."""

from __future__ import annotations

from training.synthesis.draws import chance, log_between
from training.synthesis.instruments.amplifier import random_guitar_amplifier
from training.synthesis.instruments.expression import random_vibrato
from training.synthesis.instruments.interfaces import Instrument, Rng
from training.synthesis.instruments.playing import Layer, Layered, NotePlayer, Processed, Touch
from training.synthesis.instruments.plucked import PluckedString, random_body


def random_strum(rng: Rng) -> float:
    """Draw how many seconds a hand takes across the strings."""
    return log_between(rng, 0.005, 0.06) if chance(rng, 0.7) else 0.0


def double_tracked(instrument: Instrument, rng: Rng) -> Layered:
    """Return two takes of one player, left and right."""
    width = rng.uniform(0.4, 1.0)
    cents = 0.01 * rng.uniform(1.0, 8.0)
    takes = ((-width, -cents), (width, cents))
    return Layered(
        tuple(Layer(instrument, 1.0, position, detune, rng.uniform(0.004, 0.015)) for position, detune in takes)
    )


def electric_string(rng: Rng, ring_seconds: tuple[float, float] = (2.0, 8.0)) -> NotePlayer:
    """Draw the strings and pickup of an electric guitar, before its amplifier."""
    voice = PluckedString(
        place=rng.uniform(0.06, 0.3),
        pickup=rng.uniform(0.05, 0.25),
        tilt=rng.uniform(0.4, 1.2),
        ring_seconds=log_between(rng, *ring_seconds),
        damping=log_between(rng, 0.05, 0.35),
        stiffness=log_between(rng, 5e-6, 6e-5),
        pick_gain=rng.uniform(0.05, 0.3),
        pick_hz=log_between(rng, 1500.0, 5000.0),
    )
    touch = Touch(log_between(rng, 0.02, 0.12), variants=2, strum_seconds=0.6 * random_strum(rng))
    return NotePlayer("modelled electric guitar", voice, touch)


def acoustic_guitar(rng: Rng) -> Instrument:
    """Draw a steel or nylon guitar, sometimes taken twice."""
    nylon = chance(rng, 0.35)
    voice = PluckedString(
        place=rng.uniform(0.08, 0.3),
        tilt=rng.uniform(1.0, 1.8) if nylon else rng.uniform(0.5, 1.2),
        ring_seconds=log_between(rng, 0.8, 2.5) if nylon else log_between(rng, 1.5, 5.0),
        damping=log_between(rng, 0.2, 0.8) if nylon else log_between(rng, 0.06, 0.3),
        stiffness=log_between(rng, 5e-6, 8e-5),
        strings=2 if chance(rng, 0.15) else 1,  # twelve strings
        detune_cents=log_between(rng, 3.0, 12.0),
        body=random_body(rng, 90.0, 1500.0),
        pick_gain=rng.uniform(0.05, 0.5),
        pick_hz=log_between(rng, 2000.0, 6000.0),
    )
    touch = Touch(log_between(rng, 0.05, 0.3), variants=2, strum_seconds=random_strum(rng))
    guitar = NotePlayer("modelled guitar", voice, touch)
    return double_tracked(guitar, rng) if chance(rng, 0.4) else guitar


def clean_guitar(rng: Rng) -> Instrument:
    """Draw an electric guitar through a clean or barely driven amplifier."""
    guitar = electric_string(rng)
    if chance(rng, 0.15):
        return guitar
    amplified = Processed(guitar, random_guitar_amplifier(rng, "clean"), "clean amplifier")
    return double_tracked(amplified, rng) if chance(rng, 0.25) else amplified


def distorted_guitar(rng: Rng) -> Instrument:
    """Draw a driven guitar, mostly two takes wide apart."""
    gain = "high" if chance(rng, 0.6) else "crunch"
    string = electric_string(rng, (0.15, 0.8) if chance(rng, 0.25) else (2.0, 8.0))  # damped by the palm, or open
    guitar = Processed(string, random_guitar_amplifier(rng, gain), f"{gain} gain amplifier")
    return double_tracked(guitar, rng) if chance(rng, 0.6) else guitar


def lead_guitar(rng: Rng) -> Instrument:
    """Draw a singing guitar: long strings, a shaking hand, drive."""
    gain = "high" if chance(rng, 0.5) else "crunch"
    string = Processed(electric_string(rng, (5.0, 15.0)), random_vibrato(rng), "vibrato")
    return Processed(string, random_guitar_amplifier(rng, gain), f"{gain} gain amplifier")
