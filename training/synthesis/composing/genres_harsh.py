"""Loud electronic genres in which voices are processed most."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

HYPERPOP = Genre(
    name="hyperpop",
    tempo_bpm=(118.0, 184.0),
    forms={"pop club": 2, "chorus first": 1, "beat": 1},
    harmony={"pop major": 4, "pop minor": 2, "lydian vamp": 1},
    drums=DrumTaste(
        kicks={"trap": 2, "four": 2, "breakbeat": 1, "punk": 1, "half": 1},
        snares={"half": 2, "backbeat": 2, "offbeats": 1, "breakbeat": 1},
        hats={"trap": 3, "sixteenths": 2, "broken": 1, "none": 1},
        percussion={"random": 3, "claps": 2, "cowbell": 1},
        backbeats={"both": 3, "snare": 2, "clap": 2},
        half_time=0.2,
        double_time=0.15,
        machine=0.95,
    ),
    bass=BassTaste({"slides": 3, "sub": 3, "wobble": 2, "octaves": 1, "eighths": 1, "with kick": 2}),
    seats=(
        Seat({"synth_chords": 5, "pluck": 2}, {"gated": 2, "stabs": 2, "pushes": 2, "eighths": 1, "held": 1}),
        Seat({"arpeggio": 3, "pluck": 2, "mallet": 1}, {"arpeggio": 4, "scattered": 1}, 0.7),
        Seat({"pad": 2, "distorted_guitar": 1, "strings": 1}, {"pad": 2, "power held": 1, "held": 1}, 0.5),
    ),
    leads=LeadTaste({"lead_synth": 5, "pluck": 2, "mallet": 1}, riff=0.6, counter=0.3, effects=0.6),
    vocals=VocalTaste(
        {"tuned": 7, "falsetto": 2, "shouted": 1, "breathy": 1},
        absent=0.05,
        rhythms={"running": 2, "flowing": 2, "talking": 2, "chant": 2},
        harmonies=0.5,
        backing=0.3,
        ad_libs=0.5,
        chops=0.35,
    ),
    looseness_seconds=0.002,
    stops=0.45,
)

INDUSTRIAL = Genre(
    name="industrial",
    tempo_bpm=(96.0, 142.0),
    forms={"track": 1, "short song": 1, "club": 1},
    harmony={"heavy minor": 3, "heavy phrygian": 3, "minor vamp": 2},
    weight=0.7,
    drums=DrumTaste(
        kicks={"four": 4, "rock": 2, "tribal": 1, "metal": 0.5},
        snares={"backbeat": 5, "march": 1, "offbeats": 0.5},
        hats={"sixteenths": 2, "offbeat": 2, "eighths": 2, "none": 1},
        percussion={"random": 3, "toms": 2, "clave": 1},
        percussion_share=0.4,
        backbeats={"snare": 3, "both": 3},
        machine=0.9,
        ghosts=0.05,
    ),
    bass=BassTaste({"sixteenths": 4, "acid": 2, "eighths": 2, "riff": 2, "pedal": 1, "off-beat": 1}),
    seats=(
        Seat({"distorted_guitar": 3, "synth_chords": 3}, {"chugs": 3, "stabs": 2, "power held": 1, "gated": 1}),
        Seat({"arpeggio": 3, "pluck": 1, "pad": 2}, {"arpeggio": 3, "pad": 1, "scattered": 1}, 0.6),
        Seat({"effects": 2, "strings": 1, "pad": 1}, {"pad": 2, "scattered": 2}, 0.4),
    ),
    leads=LeadTaste({"lead_synth": 4, "distorted_guitar": 1, "arpeggio": 1}, riff=0.6, counter=0.1, effects=0.5),
    vocals=VocalTaste(
        {"shouted": 4, "monotone": 3, "plain": 1, "breathy": 1},
        absent=0.25,
        rhythms={"shouts": 2, "chant": 2, "talking": 2, "syncopated": 1},
        harmonies=0.1,
        backing=0.12,
        chops=0.15,
        melisma=0.0,
    ),
    bars_per_chord={1.0: 2, 2.0: 3, 4.0: 1},
    looseness_seconds=0.003,
    stops=0.25,
)

HARSH = (HYPERPOP, INDUSTRIAL)
