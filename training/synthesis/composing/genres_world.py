"""Reggae, latin and African genres."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

REGGAE = Genre(
    name="reggae",
    tempo_bpm=(62.0, 96.0),
    forms={"short song": 2, "vamp": 2, "strophes": 1},
    harmony={"reggae": 4, "reggae minor": 4},
    drums=DrumTaste(
        kicks={"one drop": 5, "steppers": 2, "sparse": 0.5},
        snares={"one drop": 5, "backbeat": 0.5},
        hats={"eighths": 3, "offbeat": 2, "quarters": 1, "broken": 0.5},
        percussion={"shaker": 2, "conga": 2, "clave": 1, "cowbell": 0.5},
        backbeats={"rim": 3, "snare": 3},
        machine=0.1,
    ),
    bass=BassTaste({"reggae": 6, "riff": 1, "long": 0.5}, absent=0.02),
    seats=(
        Seat({"clean_guitar": 5, "piano": 2}, {"skank": 1}),
        Seat({"organ": 5, "electric_piano": 1}, {"bubble": 3, "skank": 2, "held": 1}, 0.8),
        Seat({"brass": 2, "strings": 0.5, "pad": 0.5}, {"stabs": 2, "held": 1}, 0.35),
    ),
    leads=LeadTaste(
        {"brass": 2, "lead_guitar": 1, "flute": 0.7, "mallet": 0.5, "reed": 1}, riff=0.25, counter=0.3, effects=0.1
    ),
    vocals=VocalTaste(
        {"plain": 6, "belted": 2, "falsetto": 0.7, "rap": 0.7},
        0.12,
        harmonies=0.5,
        backing=0.35,
        ad_libs=0.25,
        answers=0.25,
    ),
    swing={"straight": 2, "eighths": 1, "sixteenths": 1},
    looseness_seconds=0.012,
)

SKA = Genre(
    name="ska",
    weight=0.7,
    tempo_bpm=(116.0, 176.0),
    forms={"short song": 2, "vamp": 1},
    harmony={"reggae": 2, "rock major": 2, "pop major": 2, "reggae minor": 2},
    drums=DrumTaste(
        kicks={"rock": 3, "four": 1, "one drop": 1},
        snares={"backbeat": 4, "one drop": 1},
        hats={"offbeat": 4, "eighths": 3},
        machine=0.02,
        fills=0.8,
    ),
    bass=BassTaste({"walking": 5, "eighths": 1, "arpeggio": 3}),
    seats=(
        Seat({"clean_guitar": 5, "distorted_guitar": 1}, {"skank": 1}),
        Seat({"brass": 5}, {"stabs": 3, "held": 1}, 0.8),
        Seat({"organ": 1, "piano": 1}, {"skank": 1, "bubble": 1}, 0.6),
    ),
    leads=LeadTaste({"brass": 5, "reed": 3}, riff=0.5, counter=0.4, solo=0.9, effects=0.0),
    vocals=VocalTaste({"plain": 4, "belted": 3, "shouted": 2}, 0.12, harmonies=0.35, backing=0.2, answers=0.35),
    looseness_seconds=0.009,
)

REGGAETON = Genre(
    name="reggaeton",
    tempo_bpm=(86.0, 106.0),
    forms={"beat": 2, "pop club": 1},
    harmony={"pop minor": 5, "minor vamp": 2, "latin minor": 2, "andalusian": 1},
    drums=DrumTaste(
        kicks={"dembow": 1},
        snares={"dembow": 1},
        hats={"eighths": 2, "sixteenths": 1, "none": 2, "offbeat": 1},
        percussion={"shaker": 2, "conga": 2, "clave": 1, "claps": 1},
        backbeats={"snare": 3, "rim": 1, "both": 1, "clap": 1},
        ghosts=0.0,
        machine=0.9,
        fills=0.4,
    ),
    bass=BassTaste({"sub": 3, "with kick": 4, "syncopated": 2, "slides": 1, "tumbao": 1}),
    seats=(
        Seat({"pluck": 4, "synth_chords": 2, "clean_guitar": 2, "piano": 1}, {"arpeggio": 2, "stabs": 4, "pushes": 2}),
        Seat({"pad": 3, "strings": 1, "acoustic_guitar": 1}, {"pad": 3, "picked": 1}, 0.6),
    ),
    leads=LeadTaste({"lead_synth": 2, "pluck": 2, "flute": 1, "mallet": 1, "brass": 0.7}, riff=0.5, effects=0.4),
    vocals=VocalTaste(
        {"tuned": 3, "rap": 3, "plain": 3, "breathy": 1},
        0.06,
        {"syncopated": 4, "talking": 2, "chant": 1},
        0.3,
        0.2,
        ad_libs=0.55,
        chops=0.1,
    ),
    looseness_seconds=0.004,
    stops=0.35,
)

SALSA = Genre(
    name="salsa",
    weight=0.7,
    tempo_bpm=(150.0, 216.0),
    forms={"vamp": 2, "strophes": 1},
    harmony={"latin minor": 4, "latin major": 4, "dorian vamp": 0.7},
    drums=DrumTaste(
        kicks={"latin": 3, "none": 3, "sparse": 1},
        snares={"clave": 3, "none": 3},
        hats={"none": 3, "eighths": 1, "funk": 1},
        percussion={"conga": 5, "cowbell": 4, "clave": 3, "shaker": 2},
        percussion_share=0.9,
        backbeats={"rim": 4, "snare": 1},
        machine=0.02,
        absent=0.02,
    ),
    bass=BassTaste({"tumbao": 1}, absent=0.02),
    seats=(
        Seat({"piano": 6, "electric_piano": 0.5}, {"montuno": 5, "pushes": 1}),
        Seat({"brass": 5, "strings": 0.7}, {"stabs": 4, "held": 1}, 0.8),
        Seat({"acoustic_guitar": 1, "mallet": 1}, {"montuno": 1, "arpeggio": 1}, 0.2),
    ),
    leads=LeadTaste({"brass": 5, "flute": 2, "reed": 1, "mallet": 1}, riff=0.4, counter=0.35, solo=0.9, effects=0.0),
    vocals=VocalTaste(
        {"plain": 4, "belted": 5}, 0.12, {"syncopated": 4, "flowing": 2, "chant": 1}, 0.4, 0.3, answers=0.6
    ),
    looseness_seconds=0.01,
)

BOSSA = Genre(
    name="bossa nova",
    weight=0.7,
    tempo_bpm=(108.0, 156.0),
    forms={"jazz": 1, "strophes": 1},
    harmony={"bossa": 5, "jazz minor": 1, "jazz major": 1, "latin major": 0.5},
    drums=DrumTaste(
        kicks={"latin": 3, "feathered": 2, "sparse": 1},
        snares={"clave": 5, "brushes": 2, "none": 0.5},
        hats={"eighths": 3, "sixteenths": 1, "none": 1},
        percussion={"shaker": 4, "conga": 1},
        percussion_share=0.35,
        backbeats={"rim": 1},
        machine=0.04,
        absent=0.2,
        fills=0.15,
    ),
    bass=BassTaste({"two feel": 4, "tumbao": 2, "long": 1, "arpeggio": 1}, absent=0.12),
    seats=(
        Seat({"acoustic_guitar": 6, "clean_guitar": 1}, {"pushes": 4, "picked": 2, "stabs": 1}),
        Seat({"electric_piano": 2, "piano": 3, "strings": 1, "mallet": 1}, {"jazz": 3, "held": 2}, 0.5),
    ),
    leads=LeadTaste(
        {"flute": 3, "reed": 3, "mallet": 1, "piano": 1, "clean_guitar": 1},
        riff=0.05,
        counter=0.35,
        solo=0.9,
        effects=0.0,
    ),
    vocals=VocalTaste(
        {"breathy": 4, "plain": 4}, 0.25, {"syncopated": 4, "long": 2, "flowing": 2}, 0.15, 0.15, ad_libs=0.05
    ),
    sevenths=0.9,
    looseness_seconds=0.012,
    stops=0.03,
)

AFROBEAT = Genre(
    name="afrobeats",
    tempo_bpm=(92.0, 126.0),
    forms={"vamp": 2, "beat": 1, "pop club": 1},
    harmony={"minor vamp": 3, "dorian vamp": 2, "pop major": 2, "pop minor": 2, "mixolydian vamp": 1},
    drums=DrumTaste(
        kicks={"afro": 6, "four": 1},
        snares={"clave": 3, "late": 2, "dembow": 1},
        hats={"broken": 3, "sixteenths": 2, "eighths": 2},
        percussion={"shaker": 5, "conga": 4, "clave": 3, "cowbell": 2, "claps": 1},
        percussion_share=0.7,
        backbeats={"rim": 4, "snare": 2, "clap": 1},
        machine=0.5,
    ),
    bass=BassTaste({"syncopated": 4, "riff": 3, "sub": 2, "slides": 1, "with kick": 1}),
    seats=(
        Seat({"clean_guitar": 4, "pluck": 3, "electric_piano": 2}, {"arpeggio": 3, "stabs": 3, "pushes": 2}),
        Seat({"pad": 2, "brass": 2, "mallet": 2, "organ": 1}, {"stabs": 3, "pad": 2, "arpeggio": 1}, 0.6),
    ),
    leads=LeadTaste({"clean_guitar": 3, "reed": 2, "brass": 2, "mallet": 1, "pluck": 1}, riff=0.6, counter=0.3),
    vocals=VocalTaste(
        {"plain": 4, "tuned": 2, "breathy": 1, "rap": 1},
        0.1,
        {"syncopated": 4, "talking": 2, "chant": 2},
        0.4,
        0.35,
        ad_libs=0.5,
        answers=0.4,
    ),
    swing={"straight": 2, "sixteenths": 1},
    bars_per_chord={1.0: 2, 2.0: 2, 0.5: 1},
    looseness_seconds=0.008,
)

FLAMENCO = Genre(
    name="flamenco pop",
    weight=0.5,
    tempo_bpm=(84.0, 140.0),
    forms={"strophes": 1, "short song": 1},
    harmony={"andalusian": 5, "latin minor": 2},
    drums=DrumTaste(
        kicks={"latin": 2, "sparse": 2, "tribal": 1},
        snares={"late": 2, "backbeat": 2, "clave": 1},
        hats={"none": 4, "eighths": 1, "broken": 1},
        percussion={"claps": 6, "conga": 2, "shaker": 1},
        percussion_share=0.7,
        backbeats={"tom": 1, "rim": 2, "clap": 2, "snare": 1},
        machine=0.1,
        absent=0.25,
    ),
    bass=BassTaste({"syncopated": 2, "two feel": 2, "arpeggio": 1, "tumbao": 1}, absent=0.2),
    seats=(
        Seat({"acoustic_guitar": 1}, {"strummed": 3, "funk strum": 2, "picked": 2, "tremolo": 1}),
        Seat({"acoustic_guitar": 3, "strings": 1, "piano": 1}, {"arpeggio": 3, "held": 1}, 0.5),
    ),
    leads=LeadTaste(
        {"acoustic_guitar": 4, "strings": 1, "flute": 1, "folk": 1}, riff=0.4, counter=0.4, solo=0.9, effects=0.0
    ),
    vocals=VocalTaste(
        {"belted": 5, "plain": 3}, 0.15, {"flowing": 2, "long": 3, "syncopated": 2}, 0.2, 0.2, answers=0.3, melisma=0.7
    ),
    meters={"4/4": 3, "3/4": 1, "6/8": 2},
    looseness_seconds=0.012,
)

WORLD = (REGGAE, SKA, REGGAETON, SALSA, BOSSA, AFROBEAT, FLAMENCO)
