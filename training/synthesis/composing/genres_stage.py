"""Genres of small stages: one singer in front, acoustic instruments behind."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

SONGWRITER = Genre(
    name="singer-songwriter",
    tempo_bpm=(66.0, 128.0),
    forms={"song": 2, "strophes": 2},
    harmony={"folk major": 3, "pop major": 4, "pop minor": 3, "folk dorian": 1, "ambient major": 0.5},
    weight=1.5,
    drums=DrumTaste(
        kicks={"sparse": 3, "rock": 2, "half": 1, "two step": 1},
        snares={"backbeat": 3, "brushes": 2, "half": 1, "none": 1},
        hats={"eighths": 2, "quarters": 1, "sparse": 1, "none": 2},
        percussion={"shaker": 4, "tambourine": 2, "claps": 1, "conga": 1},
        percussion_share=0.35,
        backbeats={"snare": 2, "rim": 3, "clap": 0.5},
        machine=0.15,
        absent=0.45,
    ),
    bass=BassTaste({"long": 3, "two feel": 1, "with kick": 2, "quarters": 1}, absent=0.3),
    seats=(
        Seat({"acoustic_guitar": 6, "piano": 3}, {"picked": 4, "strummed": 3, "slow strum": 1, "broken chords": 2}),
        Seat({"strings": 2, "pad": 2, "clean_guitar": 2, "piano": 1}, {"pad": 2, "held": 2, "arpeggio": 2}, 0.45),
    ),
    leads=LeadTaste({"strings": 2, "clean_guitar": 2, "folk": 1, "reed": 1}, riff=0.1, counter=0.3, effects=0.03),
    vocals=VocalTaste({"plain": 5, "breathy": 4, "falsetto": 1, "belted": 1}, 0.03, harmonies=0.45, backing=0.15),
    meters={"4/4": 6, "3/4": 1.5, "6/8": 2},
    looseness_seconds=0.014,
    stops=0.08,
)

SWING = Genre(
    name="swing",
    tempo_bpm=(112.0, 216.0),
    forms={"jazz": 2, "song": 1},
    harmony={"jazz major": 4, "blues": 1, "jazz minor": 2},
    weight=0.7,
    drums=DrumTaste(
        kicks={"feathered": 5, "four": 1},
        snares={"backbeat": 2, "brushes": 3, "march": 0.5},
        hats={"ride": 5, "quarters": 1},
        percussion={"pedal": 5, "toms": 0.7},
        percussion_share=0.4,
        fills=0.8,
        ghosts=0.5,
        machine=0.0,
        absent=0.03,
    ),
    bass=BassTaste({"walking": 6, "two feel": 2}, absent=0.03),
    seats=(
        Seat({"piano": 4, "clean_guitar": 2, "acoustic_guitar": 1}, {"quarters": 3, "jazz": 3, "boom chick": 1}),
        Seat({"brass": 1}, {"stabs": 5, "held": 2, "eighths": 0.5}, 0.9),
        Seat({"reed": 4, "brass": 2}, {"held": 2, "stabs": 2, "pushes": 1}, 0.7),
    ),
    leads=LeadTaste({"reed": 4, "brass": 4, "piano": 1}, riff=0.4, counter=0.5, solo=1.0, effects=0.0),
    vocals=VocalTaste(
        {"plain": 5, "belted": 4},
        absent=0.25,
        rhythms={"syncopated": 3, "flowing": 2, "triplets": 2, "long": 1},
        backing=0.12,
        ad_libs=0.15,
        answers=0.2,
        melisma=0.2,
    ),
    swing={"eighths": 1},
    bars_per_chord={1.0: 3, 0.5: 2},
    sevenths=1.0,
    looseness_seconds=0.012,
    stops=0.15,
)

CHANSON = Genre(
    name="chanson",
    tempo_bpm=(78.0, 192.0),
    forms={"strophes": 2, "short song": 1},
    harmony={"lament": 4, "hymn": 2, "jazz minor": 1, "country": 1, "pop minor": 2},
    weight=0.7,
    drums=DrumTaste(
        kicks={"sparse": 3, "train": 1},
        snares={"brushes": 3, "late": 1, "none": 1},
        hats={"quarters": 1, "none": 2, "eighths": 1},
        percussion={"shaker": 1, "tambourine": 1},
        backbeats={"snare": 2, "rim": 1},
        fills=0.3,
        machine=0.0,
        absent=0.35,
    ),
    bass=BassTaste({"two feel": 5, "walking": 1, "long": 1}, absent=0.12),
    seats=(
        Seat({"piano": 4, "folk": 2, "acoustic_guitar": 2}, {"boom chick": 5, "broken chords": 2, "quarters": 1}),
        Seat({"strings": 3, "folk": 2, "reed": 1}, {"held": 3, "pad": 1, "tremolo": 1}, 0.6),
    ),
    leads=LeadTaste({"folk": 3, "strings": 3, "reed": 2, "flute": 1}, riff=0.05, counter=0.5, effects=0.0),
    vocals=VocalTaste(
        {"plain": 5, "belted": 3, "breathy": 1},
        absent=0.1,
        rhythms={"flowing": 3, "long": 3, "talking": 2},
        harmonies=0.12,
        backing=0.08,
        choir=0.08,
        ad_libs=0.03,
    ),
    meters={"3/4": 5, "4/4": 3, "6/8": 1},
    looseness_seconds=0.016,
    stops=0.05,
)

STAGE = (SONGWRITER, SWING, CHANSON)
