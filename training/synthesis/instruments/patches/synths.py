"""Synthesisers: plucks, chords, pads, arpeggios and leads, subtractive, FM and supersaw."""

from __future__ import annotations

from collections.abc import Mapping

from training.synthesis.draws import chance, log_between, weighted
from training.synthesis.instruments.ensemble import Ensemble
from training.synthesis.instruments.envelopes import Envelope, held, slow, struck
from training.synthesis.instruments.fm import FrequencyModulation, Operator, Stack
from training.synthesis.instruments.gliding import Gliding
from training.synthesis.instruments.interfaces import Rng
from training.synthesis.instruments.playing import NotePlayer, Touch, random_width
from training.synthesis.instruments.subtractive import Subtractive, Unison, Wobble
from training.synthesis.instruments.wavetables import Filter, Shape, Wave

_ANALOGUE: Mapping[Shape, float] = {"saw": 4, "square": 2, "pulse": 3, "triangle": 1, "hollow": 0.5, "bright": 0.5}


def analogue_wave(rng: Rng) -> Wave:
    """Draw an oscillator."""
    return Wave(weighted(rng, _ANALOGUE), rng.uniform(0.08, 0.5))


def analogue_filter(rng: Rng, closed_hz: tuple[float, float], octaves: tuple[float, float]) -> Filter:
    """Draw a filter: where it is closed, and how many octaves its envelope can open it."""
    low_hz = log_between(rng, *closed_hz)
    return Filter(
        low_hz,
        min(19_000.0, low_hz * 2.0 ** rng.uniform(*octaves)),
        log_between(rng, 0.6, 5.0),
        4 if chance(rng, 0.6) else 2,
        rng.uniform(0.0, 1.0),
    )


def _unison(rng: Rng, most: int) -> Unison:
    voices = int(rng.integers(1, most + 1))
    return Unison(voices, log_between(rng, 3.0, 40.0), rng.uniform(0.0, 1.0) if chance(rng, 0.7) else 0.0)


def _wobble(rng: Rng) -> Wobble:
    return Wobble(log_between(rng, 0.1, 8.0), rng.uniform(0.05, 0.4)) if chance(rng, 0.3) else Wobble()


def subtractive(rng: Rng, loudness: Envelope, release_seconds: float, name: str) -> NotePlayer:
    """Draw a subtractive synthesiser around an envelope."""
    voice = Subtractive(
        wave=analogue_wave(rng),
        tone_filter=analogue_filter(rng, (150.0, 2500.0), (1.0, 6.0)),
        loudness=loudness,
        brightness=struck(rng, (0.1, 2.0)) if chance(rng, 0.7) else held(rng),
        opening=rng.uniform(0.3, 1.0),
        unison=_unison(rng, 3),
        vibrato=Wobble(log_between(rng, 3.0, 7.0), rng.uniform(2.0, 15.0), 0.3) if chance(rng, 0.2) else Wobble(),
        filter_wobble=_wobble(rng),
        sub_gain=rng.uniform(0.1, 0.5) if chance(rng, 0.2) else 0.0,
        noise_gain=log_between(rng, 0.005, 0.05) if chance(rng, 0.2) else 0.0,
        drive=log_between(rng, 1.0, 6.0) if chance(rng, 0.25) else 0.0,
    )
    return NotePlayer(
        name, voice, Touch(release_seconds, variants=2, width=random_width(rng), alternating=chance(rng, 0.6))
    )


def synth_pluck(rng: Rng) -> NotePlayer:
    """Draw a short synthesiser."""
    return subtractive(rng, struck(rng, (0.15, 1.2)), log_between(rng, 0.03, 0.4), "synth pluck")


def synth_keys(rng: Rng) -> NotePlayer:
    """Draw a synthesiser that holds its chords."""
    return subtractive(rng, held(rng), log_between(rng, 0.04, 0.5), "synth keys")


def synth_pad(rng: Rng) -> NotePlayer:
    """Draw a synthesiser that swells."""
    return subtractive(rng, slow(rng), log_between(rng, 0.3, 1.5), "synth pad")


def supersaw(rng: Rng) -> NotePlayer:
    """Draw a wall of detuned saws."""
    dark_hz = log_between(rng, 300.0, 4000.0)
    voice = Ensemble(
        players=int(rng.integers(5, 12)),
        detune_cents=log_between(rng, 12.0, 60.0),
        even=0.0 if chance(rng, 0.15) else 1.0,
        cutoff_hz=(dark_hz, min(18_000.0, dark_hz * log_between(rng, 1.5, 16.0))),
        width=rng.uniform(0.5, 1.0),
        octaves=(1.0, 2.0) if chance(rng, 0.3) else (1.0, 0.5) if chance(rng, 0.2) else (1.0,),
        loudness=held(rng) if chance(rng, 0.6) else struck(rng, (0.3, 2.0)),
        brightness=struck(rng, (0.2, 2.0)),
        brightness_wobble=_wobble(rng),
    )
    return NotePlayer("supersaw", voice, Touch(log_between(rng, 0.05, 0.6), layers=1))


def ensemble_pad(rng: Rng) -> NotePlayer:
    """Draw a soft, wide pad."""
    dark_hz = log_between(rng, 200.0, 1500.0)
    voice = Ensemble(
        players=int(rng.integers(3, 9)),
        detune_cents=log_between(rng, 8.0, 60.0),
        tilt=rng.uniform(0.7, 1.8),
        even=rng.uniform(0.0, 1.0),
        cutoff_hz=(dark_hz, dark_hz * log_between(rng, 1.5, 12.0)),
        width=rng.uniform(0.4, 1.0),
        octaves=(1.0, 2.0) if chance(rng, 0.4) else (1.0,),
        loudness=slow(rng),
        brightness=slow(rng),
        brightness_wobble=_wobble(rng),
    )
    return NotePlayer("ensemble pad", voice, Touch(log_between(rng, 0.3, 1.6), layers=1))


def fm_bell(rng: Rng) -> NotePlayer:
    """Draw an FM bell or glassy pluck."""
    ratio = float(rng.choice([1.41, 2.0, 2.76, 3.0, 3.5, 4.0, 5.0, 7.0]))
    ring = log_between(rng, 0.4, 4.0)
    first = Operator(ratio, log_between(rng, 0.4, 4.0), Envelope(0.001, ring * rng.uniform(0.2, 1.0), 0.0))
    carrier = Operator(1.0, 0.7, Envelope(0.001, ring, 0.0))
    stacks = [Stack(carrier, (first,))]
    if chance(rng, 0.5):
        second = Operator(1.0, rng.uniform(0.1, 0.4), Envelope(0.001, 0.6 * ring, 0.0))
        stacks.append(Stack(second, (Operator(2.0 * ratio, log_between(rng, 0.2, 2.0), Envelope(0.001, 0.3, 0.0)),)))
    return NotePlayer(
        "FM bell",
        FrequencyModulation(tuple(stacks)),
        Touch(log_between(rng, 0.1, 0.6), width=random_width(rng), alternating=chance(rng, 0.6)),
    )


def fm_keys(rng: Rng) -> NotePlayer:
    """Draw an FM sound that holds: brass, reeds, organs of the 1980s."""
    ratio = float(rng.choice([0.5, 1.0, 1.0, 2.0, 3.0]))
    index = Envelope(log_between(rng, 0.002, 0.1), log_between(rng, 0.2, 2.0), rng.uniform(0.1, 0.8))
    modulators = [Operator(ratio, log_between(rng, 0.3, 4.0), index)]
    if chance(rng, 0.4):
        modulators.append(Operator(float(rng.choice([1.0, 2.0, 3.0])), log_between(rng, 0.1, 1.0), index))
    voice = FrequencyModulation((Stack(Operator(1.0, 0.7, held(rng)), tuple(modulators)),))
    return NotePlayer("FM keys", voice, Touch(log_between(rng, 0.04, 0.4)))


def lead(rng: Rng) -> Gliding:
    """Draw a monophonic lead with glides and vibrato."""
    return Gliding(
        "synth lead",
        wave=analogue_wave(rng),
        tone_filter=analogue_filter(rng, (300.0, 3000.0), (1.0, 5.0)),
        loudness=Envelope(log_between(rng, 0.002, 0.04), log_between(rng, 0.3, 3.0), rng.uniform(0.4, 1.0)),
        brightness=struck(rng, (0.1, 1.5)) if chance(rng, 0.6) else held(rng),
        opening=rng.uniform(0.4, 1.0),
        unison=_unison(rng, 4),
        glide_seconds=log_between(rng, 0.002, 0.12),
        vibrato=Wobble(log_between(rng, 4.0, 7.5), rng.uniform(0.0, 40.0), rng.uniform(0.1, 0.6)),
        release_seconds=log_between(rng, 0.03, 0.3),
        filter_wobble=_wobble(rng),
        drive=log_between(rng, 1.0, 8.0) if chance(rng, 0.4) else 0.0,
    )
