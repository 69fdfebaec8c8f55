"""Instruments that need numpy and scipy only: for tests, for sample songs, and as a part of the rich set."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from training.synthesis.draws import log_between, weighted
from training.synthesis.instruments.drums.computed import random_computed_kit
from training.synthesis.instruments.interfaces import DrumKit, Instrument, Rng
from training.synthesis.instruments.patches import acoustic, basses, guitars, synths
from training.synthesis.instruments.playing import NotePlayer, Touch
from training.synthesis.instruments.sound_effects import random_effect
from training.synthesis.scores import Role

Draw = Callable[[Rng], Instrument]


def sound_effect(rng: Rng) -> NotePlayer:
    """Draw risers, falls, wind, drones or impacts."""
    return NotePlayer(
        "sound effect", random_effect(rng), Touch(log_between(rng, 0.05, 1.0), layers=1, timing_seconds=0.02)
    )


FAMILIES: Mapping[Role, Mapping[Draw, float]] = {
    "bass": {
        basses.string_bass: 4,
        basses.analogue_bass: 3,
        basses.acid_bass: 1,
        basses.reese_bass: 1.5,
        basses.fm_bass: 1.5,
        basses.sub_bass: 1.5,
        basses.layered_bass: 1.5,
    },
    "piano": {acoustic.piano: 1},
    "electric_piano": {acoustic.electric_piano: 1},
    "organ": {acoustic.organ: 4, acoustic.accordion: 1},
    "acoustic_guitar": {guitars.acoustic_guitar: 1},
    "clean_guitar": {guitars.clean_guitar: 1},
    "distorted_guitar": {guitars.distorted_guitar: 1},
    "pluck": {synths.synth_pluck: 3, acoustic.harp: 2, synths.fm_bell: 1},
    "mallet": {acoustic.mallets: 3, synths.fm_bell: 1},
    "pad": {synths.ensemble_pad: 3, synths.synth_pad: 2, acoustic.strings: 1},
    "strings": {acoustic.strings: 1},
    "brass": {acoustic.brass: 4, synths.fm_keys: 1},
    "reed": {acoustic.reed: 1},
    "flute": {acoustic.flute: 1},
    "synth_chords": {synths.supersaw: 2, synths.synth_keys: 3, synths.fm_keys: 1, synths.synth_pluck: 1},
    "arpeggio": {synths.synth_pluck: 4, synths.fm_bell: 1, synths.synth_keys: 1, synths.supersaw: 0.5},
    "lead_synth": {synths.lead: 4, synths.supersaw: 1, synths.fm_keys: 1},
    "lead_guitar": {guitars.lead_guitar: 1},
    "folk": {acoustic.folk: 1},
    "effects": {sound_effect: 1},
}
"""For each role the families that it draws from, with their weights."""


class PureInstruments:
    """Every role and every drum from our own synthesisers; see InstrumentSet."""

    def instrument(self, role: Role, rng: Rng) -> Instrument:
        """Draw a family, then its patch."""
        draw: Draw = weighted(rng, dict(FAMILIES[role]))
        return draw(rng)

    def drum_kit(self, genre: str, rng: Rng) -> DrumKit:
        """Draw a computed kit; all genres draw from the same ranges, which is more variety than any of them needs."""
        return random_computed_kit(rng)
