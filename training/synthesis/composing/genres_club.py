"""Genres made with machines, for dancing."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

SYNTH_POP = Genre(
    name="synth-pop",
    weight=1.5,
    tempo_bpm=(92.0, 136.0),
    forms={"song": 3, "pop club": 2, "chorus first": 1},
    harmony={"pop minor": 4, "pop major": 3, "rock minor": 1, "lydian vamp": 0.5},
    drums=DrumTaste(
        kicks={"four": 3, "rock": 3, "sparse": 0.5},
        snares={"backbeat": 6, "half": 0.5},
        hats={"eighths": 2, "sixteenths": 2, "offbeat": 2, "none": 0.5},
        percussion={"claps": 2, "toms": 2, "cowbell": 1, "shaker": 1},
        backbeats={"snare": 3, "both": 2, "clap": 1},
        machine=0.8,
        ghosts=0.05,
    ),
    bass=BassTaste({"eighths": 3, "octaves": 4, "sixteenths": 2, "syncopated": 2, "off-beat": 1, "arpeggio": 1}),
    seats=(
        Seat({"synth_chords": 4, "pad": 2}, {"stabs": 2, "pushes": 3, "held": 2, "gated": 1, "eighths": 1}),
        Seat({"arpeggio": 4, "pluck": 2, "synth_chords": 1}, {"arpeggio": 5, "gated": 1}, 0.6),
        Seat({"pad": 4, "strings": 2, "clean_guitar": 0.7}, {"pad": 3, "held": 1, "arpeggio": 0.5}, 0.6),
    ),
    leads=LeadTaste({"lead_synth": 6, "pluck": 2, "mallet": 1}, riff=0.55, counter=0.3, effects=0.3),
    vocals=VocalTaste(
        {"plain": 4, "tuned": 2, "breathy": 2, "monotone": 1, "belted": 1.5, "falsetto": 1},
        harmonies=0.45,
        backing=0.3,
        chops=0.06,
    ),
    looseness_seconds=0.003,
)

HOUSE = Genre(
    name="house",
    weight=1.5,
    tempo_bpm=(116.0, 130.0),
    forms={"club": 3, "track": 2, "pop club": 2},
    harmony={"minor vamp": 2, "pop minor": 2, "soul minor": 2, "dorian vamp": 2, "soul major": 1, "pop major": 1},
    drums=DrumTaste(
        kicks={"four": 1},
        snares={"backbeat": 5, "none": 1, "late": 0.5},
        hats={"offbeat": 5, "sixteenths": 2, "eighths": 1},
        percussion={"shaker": 2, "conga": 2, "claps": 2, "cowbell": 0.7, "clave": 1, "random": 0.5},
        percussion_share=0.45,
        backbeats={"clap": 4, "both": 2, "snare": 1},
        ghosts=0.1,
        fills=0.3,
        machine=0.85,
    ),
    bass=BassTaste({"off-beat": 4, "syncopated": 3, "octaves": 2, "with kick": 1, "riff": 2, "sub": 1, "acid": 0.5}),
    seats=(
        Seat({"piano": 2, "synth_chords": 3, "organ": 2, "electric_piano": 1}, {"stabs": 4, "pushes": 4, "gated": 0.5}),
        Seat({"pad": 3, "strings": 2}, {"pad": 3, "held": 1}, 0.5),
        Seat({"pluck": 2, "arpeggio": 2, "mallet": 0.7}, {"arpeggio": 3, "stabs": 1}, 0.4),
    ),
    leads=LeadTaste(
        {"lead_synth": 4, "pluck": 3, "brass": 1, "reed": 0.5, "flute": 0.5}, riff=0.5, counter=0.15, effects=0.6
    ),
    vocals=VocalTaste(
        {"plain": 3, "belted": 3, "tuned": 1, "breathy": 1.5, "monotone": 1, "falsetto": 1},
        0.3,
        harmonies=0.3,
        backing=0.25,
        chops=0.3,
        melisma=0.2,
    ),
    swing={"straight": 3, "sixteenths": 1},
    sevenths=0.4,
    looseness_seconds=0.003,
    stops=0.3,
)

TECHNO = Genre(
    name="techno",
    tempo_bpm=(122.0, 150.0),
    forms={"track": 4, "club": 1},
    harmony={"minor vamp": 4, "heavy phrygian": 1.5, "dorian vamp": 1, "ambient minor": 1},
    drums=DrumTaste(
        kicks={"four": 5, "breakbeat": 0.6, "tribal": 0.6},
        snares={"none": 3, "backbeat": 3, "late": 1, "clave": 0.5},
        hats={"offbeat": 5, "sixteenths": 3, "broken": 1},
        percussion={"random": 2, "shaker": 2, "toms": 2, "clave": 2, "conga": 1, "claps": 1},
        percussion_share=0.5,
        backbeats={"clap": 3, "snare": 1, "rim": 1},
        ghosts=0.05,
        fills=0.2,
        machine=0.95,
    ),
    bass=BassTaste({"off-beat": 4, "acid": 3, "sixteenths": 2, "riff": 2, "pedal": 2, "reese": 1}, absent=0.08),
    seats=(
        Seat({"synth_chords": 4, "pad": 2, "pluck": 1}, {"stabs": 5, "pad": 2, "gated": 2}, 0.8),
        Seat({"arpeggio": 5, "pluck": 2}, {"arpeggio": 4, "scattered": 1}, 0.6),
        Seat({"effects": 1, "pad": 2}, {"pad": 2, "scattered": 1}, 0.4),
    ),
    leads=LeadTaste({"lead_synth": 4, "pluck": 2, "arpeggio": 2}, riff=0.6, counter=0.1, effects=0.7),
    vocals=VocalTaste(
        {"monotone": 3, "plain": 2, "breathy": 2, "shouted": 1},
        0.55,
        {"talking": 2, "chant": 3, "sighs": 3},
        0.1,
        0.15,
        chops=0.35,
    ),
    bars_per_chord={2.0: 2, 4.0: 2, 1.0: 1},
    looseness_seconds=0.002,
    stops=0.3,
)

TRANCE = Genre(
    name="trance",
    tempo_bpm=(130.0, 144.0),
    forms={"club": 1},
    harmony={"pop minor": 5, "cinematic": 2, "pop major": 1},
    drums=DrumTaste(
        kicks={"four": 1},
        snares={"backbeat": 5, "none": 1},
        hats={"offbeat": 6, "sixteenths": 2},
        percussion={"shaker": 2, "claps": 1, "random": 1},
        backbeats={"clap": 3, "both": 2, "snare": 1},
        ghosts=0.0,
        fills=0.4,
        machine=0.95,
    ),
    bass=BassTaste({"off-beat": 6, "sixteenths": 2, "octaves": 1, "sub": 0.5}),
    seats=(
        Seat({"synth_chords": 4, "pad": 1}, {"gated": 4, "held": 1, "pushes": 2}),
        Seat({"arpeggio": 4, "pluck": 3}, {"arpeggio": 1}, 0.8),
        Seat({"pad": 3, "strings": 2, "piano": 1}, {"pad": 4, "broken chords": 1}, 0.7),
    ),
    leads=LeadTaste({"lead_synth": 5, "pluck": 2}, riff=0.7, counter=0.3, effects=0.8),
    vocals=VocalTaste(
        {"plain": 2, "breathy": 3, "belted": 2, "falsetto": 1},
        0.4,
        {"long": 3, "sighs": 2, "flowing": 1},
        0.25,
        0.3,
        0.12,
        chops=0.15,
    ),
    looseness_seconds=0.002,
    stops=0.4,
)

DRUM_AND_BASS = Genre(
    name="drum and bass",
    tempo_bpm=(164.0, 180.0),
    forms={"club": 4, "track": 1, "pop club": 1},
    harmony={"pop minor": 3, "minor vamp": 3, "soul minor": 2, "heavy phrygian": 0.7, "ambient major": 0.5},
    drums=DrumTaste(
        kicks={"breakbeat": 5, "two step": 4, "half": 1},
        snares={"backbeat": 3, "breakbeat": 5, "half": 0.7},
        hats={"sixteenths": 2, "eighths": 3, "broken": 3},
        percussion={"shaker": 2, "random": 1, "conga": 1},
        half_time=0.12,
        ghosts=0.6,
        machine=0.7,
    ),
    bass=BassTaste({"reese": 5, "sub": 4, "wobble": 3, "slides": 2, "riff": 1}),
    seats=(
        Seat({"pad": 4, "strings": 1, "electric_piano": 1}, {"pad": 4, "held": 1, "stabs": 1}, 0.8),
        Seat(
            {"pluck": 2, "piano": 1, "synth_chords": 2, "arpeggio": 2}, {"arpeggio": 2, "stabs": 3, "scattered": 1}, 0.6
        ),
    ),
    leads=LeadTaste({"lead_synth": 4, "pluck": 2, "flute": 0.5}, riff=0.4, counter=0.2, effects=0.6),
    vocals=VocalTaste(
        {"plain": 3, "belted": 2, "breathy": 2, "rap": 1, "tuned": 0.7},
        0.35,
        {"long": 3, "flowing": 2, "sighs": 1},
        0.25,
        0.2,
        chops=0.3,
    ),
    bars_per_chord={2.0: 3, 1.0: 2, 4.0: 1},
    looseness_seconds=0.004,
)

DUBSTEP = Genre(
    name="dubstep",
    tempo_bpm=(136.0, 150.0),
    forms={"club": 1},
    harmony={"minor vamp": 3, "heavy minor": 2, "heavy phrygian": 2, "pop minor": 2},
    drums=DrumTaste(
        kicks={"half": 5, "sparse": 2, "trap": 1},
        snares={"half": 1},
        hats={"sixteenths": 1, "broken": 2, "trap": 2, "sparse": 2},
        percussion={"random": 2, "clave": 1, "claps": 1},
        backbeats={"snare": 2, "both": 3},
        ghosts=0.1,
        machine=0.95,
    ),
    bass=BassTaste({"wobble": 6, "reese": 2, "sub": 2, "slides": 2}),
    seats=(
        Seat({"pad": 3, "strings": 1, "synth_chords": 2}, {"pad": 3, "stabs": 2, "held": 1}, 0.8),
        Seat({"pluck": 2, "arpeggio": 2, "piano": 1}, {"arpeggio": 3, "scattered": 1}, 0.5),
    ),
    leads=LeadTaste({"lead_synth": 5, "pluck": 1}, riff=0.5, counter=0.1, effects=0.8),
    vocals=VocalTaste(
        {"plain": 2, "breathy": 2, "belted": 2, "tuned": 1, "shouted": 0.7},
        0.4,
        {"long": 2, "flowing": 2, "sighs": 2},
        0.2,
        0.2,
        chops=0.35,
    ),
    bars_per_chord={1.0: 2, 2.0: 3, 4.0: 1},
    looseness_seconds=0.002,
    stops=0.5,
)

GARAGE = Genre(
    name="uk garage",
    tempo_bpm=(126.0, 138.0),
    forms={"pop club": 2, "track": 1, "song": 1},
    harmony={"soul minor": 4, "dorian vamp": 2, "minor vamp": 2, "soul major": 1},
    drums=DrumTaste(
        kicks={"two step": 5, "breakbeat": 1, "four": 1},
        snares={"backbeat": 5, "late": 1},
        hats={"broken": 4, "offbeat": 2, "sixteenths": 1},
        percussion={"shaker": 2, "clave": 2, "random": 1, "conga": 1},
        percussion_share=0.4,
        backbeats={"snare": 2, "clap": 2, "rim": 1},
        ghosts=0.5,
        machine=0.8,
    ),
    bass=BassTaste({"slides": 3, "syncopated": 3, "sub": 3, "reese": 1, "wobble": 1}),
    seats=(
        Seat({"organ": 3, "electric_piano": 3, "synth_chords": 2}, {"stabs": 4, "pushes": 3, "jazz": 1}),
        Seat({"pad": 2, "strings": 2, "pluck": 1}, {"pad": 3, "arpeggio": 1}, 0.6),
    ),
    leads=LeadTaste({"pluck": 2, "lead_synth": 2, "mallet": 1, "flute": 0.5}, riff=0.4, effects=0.3),
    vocals=VocalTaste(
        {"plain": 3, "breathy": 2, "belted": 2, "rap": 2, "tuned": 1},
        0.15,
        harmonies=0.4,
        backing=0.3,
        ad_libs=0.4,
        chops=0.35,
        melisma=0.3,
    ),
    swing={"sixteenths": 5, "straight": 1},
    sevenths=0.6,
    looseness_seconds=0.004,
)

CLUB = (SYNTH_POP, HOUSE, TECHNO, TRANCE, DRUM_AND_BASS, DUBSTEP, GARAGE)
