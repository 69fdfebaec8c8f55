"""Pop and the genres that live from their groove."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

POP = Genre(
    name="pop",
    weight=3.0,
    tempo_bpm=(84.0, 132.0),
    forms={"song": 4, "chorus first": 2, "pop club": 1},
    harmony={"pop major": 5, "pop minor": 4, "soul major": 0.7, "lydian vamp": 0.3},
    drums=DrumTaste(
        kicks={"rock": 3, "four": 3, "two step": 1, "trap": 0.7, "sparse": 0.7},
        snares={"backbeat": 6, "half": 1, "late": 0.5},
        hats={"eighths": 3, "sixteenths": 2, "offbeat": 2, "trap": 0.7, "sparse": 1},
        percussion={"shaker": 3, "tambourine": 2, "claps": 2, "clave": 0.5, "toms": 0.5},
        percussion_share=0.3,
        backbeats={"snare": 3, "clap": 2, "both": 2, "rim": 0.5},
        machine=0.5,
    ),
    bass=BassTaste(
        {"with kick": 3, "syncopated": 3, "eighths": 2, "octaves": 1, "long": 1, "sub": 1.5, "off-beat": 0.7}
    ),
    seats=(
        Seat(
            {"piano": 3, "synth_chords": 3, "acoustic_guitar": 2, "clean_guitar": 1.5},
            {"pushes": 3, "held": 2, "strummed": 2, "quarters": 1, "eighths": 1},
        ),
        Seat(
            {"pad": 3, "strings": 2, "pluck": 2, "clean_guitar": 2, "electric_piano": 1},
            {"pad": 2, "arpeggio": 2, "stabs": 1.5, "held": 1},
            0.75,
        ),
        Seat(
            {"arpeggio": 2, "mallet": 1, "brass": 0.7, "distorted_guitar": 0.7, "pluck": 2},
            {"arpeggio": 3, "stabs": 2, "chugs": 0.5},
            0.4,
        ),
    ),
    leads=LeadTaste(
        {"lead_synth": 3, "pluck": 2, "clean_guitar": 1, "strings": 1, "mallet": 1},
        riff=0.35,
        counter=0.25,
        effects=0.35,
    ),
    vocals=VocalTaste(
        {"plain": 5, "belted": 3, "tuned": 2, "breathy": 2, "falsetto": 1, "rap": 0.7},
        0.04,
        harmonies=0.55,
        backing=0.4,
        ad_libs=0.35,
        chops=0.08,
    ),
    looseness_seconds=0.006,
)

HIP_HOP = Genre(
    name="hip hop",
    weight=3.5,
    tempo_bpm=(78.0, 106.0),
    forms={"beat": 1},
    harmony={"minor vamp": 4, "dorian vamp": 3, "soul minor": 3, "soul major": 1, "mixolydian vamp": 1},
    drums=DrumTaste(
        kicks={"hip hop": 6, "funk": 1, "breakbeat": 1},
        snares={"backbeat": 6, "funk": 1, "breakbeat": 1},
        hats={"eighths": 4, "sixteenths": 1, "broken": 1, "offbeat": 1, "sparse": 0.7},
        percussion={"shaker": 2, "tambourine": 1, "conga": 1, "claps": 1, "random": 0.5},
        backbeats={"snare": 4, "both": 2, "clap": 1, "rim": 0.7},
        ghosts=0.4,
        fills=0.25,
        machine=0.6,
    ),
    bass=BassTaste({"sub": 3, "with kick": 4, "riff": 2, "syncopated": 2, "long": 1, "slides": 1}),
    seats=(
        Seat(
            {"electric_piano": 3, "piano": 3, "strings": 2, "clean_guitar": 1, "organ": 1},
            {"stabs": 3, "held": 3, "arpeggio": 2, "jazz": 2},
        ),
        Seat(
            {"pad": 1, "mallet": 1, "strings": 2, "brass": 1, "pluck": 1}, {"stabs": 2, "held": 2, "scattered": 1}, 0.45
        ),
    ),
    leads=LeadTaste(
        {"flute": 1, "reed": 1, "lead_synth": 2, "clean_guitar": 1, "brass": 1, "mallet": 1},
        riff=0.45,
        counter=0.1,
        effects=0.1,
    ),
    vocals=VocalTaste(
        {"rap": 7, "plain": 1, "monotone": 1, "breathy": 0.5},
        0.1,
        harmonies=0.15,
        backing=0.2,
        ad_libs=0.55,
        answers=0.25,
        chops=0.1,
    ),
    swing={"straight": 1, "sixteenths": 2},
    bars_per_chord={2.0: 2, 1.0: 2, 4.0: 1},
    sevenths=0.4,
    looseness_seconds=0.014,
    stops=0.3,
)

TRAP = Genre(
    name="trap",
    weight=2.5,
    tempo_bpm=(124.0, 164.0),
    forms={"beat": 1},
    harmony={"minor vamp": 4, "heavy phrygian": 2, "pop minor": 2, "lament": 1, "andalusian": 0.5},
    drums=DrumTaste(
        kicks={"trap": 6, "half": 2},
        snares={"half": 1},
        hats={"trap": 6, "eighths": 1, "sixteenths": 0.5},
        percussion={"clave": 1, "random": 1, "claps": 1, "cowbell": 0.7},
        backbeats={"clap": 2, "snare": 2, "both": 3},
        ghosts=0.05,
        fills=0.25,
        machine=0.95,
    ),
    bass=BassTaste({"slides": 5, "sub": 4, "with kick": 2}),
    seats=(
        Seat(
            {"pluck": 3, "piano": 2, "mallet": 2, "clean_guitar": 1.5, "synth_chords": 1},
            {"arpeggio": 4, "stabs": 1, "scattered": 1, "held": 1},
        ),
        Seat({"pad": 3, "strings": 3, "brass": 0.7}, {"pad": 3, "held": 1, "stabs": 0.7}, 0.6),
    ),
    leads=LeadTaste(
        {"flute": 2, "lead_synth": 2, "mallet": 2, "pluck": 2, "folk": 0.7}, riff=0.6, counter=0.15, effects=0.3
    ),
    vocals=VocalTaste(
        {"rap": 4, "tuned": 4, "monotone": 1.5, "plain": 0.7},
        0.1,
        {"triplets": 2, "talking": 3, "chant": 2},
        0.2,
        0.15,
        ad_libs=0.7,
        chops=0.08,
    ),
    bars_per_chord={2.0: 3, 1.0: 1, 4.0: 2},
    looseness_seconds=0.003,
    stops=0.4,
)

RHYTHM_AND_BLUES = Genre(
    name="r&b",
    weight=1.5,
    tempo_bpm=(60.0, 108.0),
    forms={"song": 3, "beat": 1},
    harmony={"soul minor": 5, "soul major": 4, "dorian vamp": 1},
    drums=DrumTaste(
        kicks={"hip hop": 4, "two step": 2, "trap": 2, "sparse": 1},
        snares={"backbeat": 5, "half": 1.5, "late": 1},
        hats={"eighths": 2, "sixteenths": 2, "trap": 2, "sparse": 1},
        percussion={"shaker": 2, "clave": 2, "claps": 2, "conga": 0.7},
        backbeats={"snare": 2, "clap": 2, "rim": 2, "both": 2},
        machine=0.7,
        ghosts=0.25,
    ),
    bass=BassTaste({"sub": 4, "syncopated": 3, "with kick": 2, "slides": 2, "long": 1, "funk": 0.7}),
    seats=(
        Seat(
            {"electric_piano": 5, "piano": 2, "synth_chords": 1, "clean_guitar": 1.5},
            {"held": 3, "pushes": 3, "jazz": 2, "slow strum": 0.5},
        ),
        Seat({"pad": 3, "strings": 2, "pluck": 1, "mallet": 1}, {"pad": 3, "arpeggio": 2}, 0.6),
        Seat({"clean_guitar": 2, "brass": 1}, {"arpeggio": 1, "stabs": 1, "funk strum": 1}, 0.3),
    ),
    leads=LeadTaste(
        {"lead_synth": 2, "clean_guitar": 2, "mallet": 1, "flute": 1}, riff=0.25, counter=0.25, effects=0.15
    ),
    vocals=VocalTaste(
        {"plain": 4, "breathy": 3, "belted": 2, "falsetto": 2, "tuned": 1.5, "rap": 1},
        0.05,
        {"syncopated": 4, "flowing": 2, "running": 2, "talking": 1},
        harmonies=0.6,
        backing=0.5,
        choir=0.05,
        ad_libs=0.6,
        chops=0.05,
        melisma=0.4,
    ),
    swing={"straight": 2, "sixteenths": 2},
    sevenths=0.8,
    looseness_seconds=0.012,
)

SOUL = Genre(
    name="soul",
    tempo_bpm=(68.0, 126.0),
    forms={"song": 2, "vamp": 1, "short song": 1},
    harmony={"soul major": 4, "soul minor": 2, "gospel": 2, "mixolydian vamp": 1},
    drums=DrumTaste(
        kicks={"rock": 3, "funk": 2, "sparse": 1, "four": 0.5},
        snares={"backbeat": 6, "four": 1, "funk": 0.7},
        hats={"eighths": 4, "quarters": 1, "sixteenths": 1},
        percussion={"tambourine": 5, "conga": 2, "shaker": 1},
        percussion_share=0.4,
        machine=0.03,
    ),
    bass=BassTaste({"syncopated": 4, "with kick": 2, "walking": 1, "arpeggio": 2, "funk": 1, "riff": 1}),
    seats=(
        Seat({"organ": 3, "electric_piano": 3, "piano": 3}, {"held": 2, "pushes": 3, "quarters": 1.5, "jazz": 1}),
        Seat({"clean_guitar": 4}, {"stabs": 2, "skank": 1, "funk strum": 1, "arpeggio": 2}, 0.7),
        Seat({"brass": 4, "strings": 3}, {"stabs": 4, "held": 2, "pad": 1}, 0.6),
    ),
    leads=LeadTaste({"brass": 3, "reed": 3, "strings": 2, "clean_guitar": 1}, riff=0.3, counter=0.4, effects=0.02),
    vocals=VocalTaste(
        {"belted": 4, "plain": 4, "falsetto": 1.5, "breathy": 0.5},
        0.07,
        harmonies=0.4,
        backing=0.5,
        ad_libs=0.45,
        answers=0.35,
        melisma=0.4,
    ),
    meters={"4/4": 8, "6/8": 2},
    swing={"straight": 3, "sixteenths": 1, "eighths": 1},
    sevenths=0.6,
    looseness_seconds=0.012,
)

FUNK = Genre(
    name="funk",
    tempo_bpm=(88.0, 122.0),
    forms={"vamp": 1},
    harmony={"dorian vamp": 4, "mixolydian vamp": 4, "minor vamp": 1, "soul minor": 1},
    drums=DrumTaste(
        kicks={"funk": 6, "breakbeat": 1},
        snares={"funk": 4, "backbeat": 3},
        hats={"funk": 3, "sixteenths": 4, "eighths": 2},
        percussion={"conga": 3, "cowbell": 3, "tambourine": 2, "shaker": 1},
        percussion_share=0.4,
        ghosts=0.7,
        machine=0.08,
        absent=0.01,
    ),
    bass=BassTaste({"funk": 7, "riff": 2, "octaves": 1, "slides": 0.5}, absent=0.01),
    seats=(
        Seat({"clean_guitar": 1}, {"funk strum": 5, "stabs": 2}),
        Seat(
            {"organ": 2, "electric_piano": 3, "pluck": 2, "synth_chords": 1},
            {"stabs": 3, "pushes": 2, "held": 1, "gated": 0.5},
            0.7,
        ),
        Seat({"brass": 5, "synth_chords": 1}, {"stabs": 4, "pushes": 1}, 0.6),
    ),
    leads=LeadTaste({"brass": 3, "reed": 2, "lead_synth": 2, "lead_guitar": 1, "clean_guitar": 2}, riff=0.6, solo=0.8),
    vocals=VocalTaste(
        {"belted": 3, "plain": 3, "shouted": 2, "falsetto": 2},
        0.2,
        {"syncopated": 4, "chant": 2, "talking": 2},
        0.3,
        0.4,
        ad_libs=0.5,
        answers=0.45,
    ),
    swing={"straight": 2, "sixteenths": 1},
    bars_per_chord={2.0: 3, 1.0: 2, 4.0: 1},
    looseness_seconds=0.008,
    stops=0.35,
)

DISCO = Genre(
    name="disco",
    tempo_bpm=(108.0, 128.0),
    forms={"song": 2, "vamp": 2, "club": 1},
    harmony={"soul minor": 3, "pop minor": 2, "dorian vamp": 2, "soul major": 2, "pop major": 1},
    drums=DrumTaste(
        kicks={"four": 1},
        snares={"backbeat": 1},
        hats={"offbeat": 5, "sixteenths": 3},
        percussion={"tambourine": 2, "conga": 3, "cowbell": 2, "claps": 2},
        percussion_share=0.5,
        backbeats={"snare": 3, "both": 3},
        machine=0.2,
    ),
    bass=BassTaste({"octaves": 5, "funk": 3, "walking": 1, "syncopated": 2}),
    seats=(
        Seat({"clean_guitar": 1}, {"funk strum": 5, "stabs": 1}),
        Seat({"strings": 5, "pad": 1}, {"held": 2, "pad": 2, "stabs": 2, "tremolo": 1}, 0.8),
        Seat({"electric_piano": 2, "piano": 2, "brass": 3}, {"stabs": 3, "pushes": 3}, 0.6),
    ),
    leads=LeadTaste({"strings": 4, "brass": 3, "flute": 1, "lead_synth": 1}, riff=0.5, counter=0.5, effects=0.15),
    vocals=VocalTaste(
        {"belted": 4, "plain": 3, "falsetto": 3, "breathy": 1}, 0.1, harmonies=0.5, backing=0.5, choir=0.08, ad_libs=0.3
    ),
    sevenths=0.5,
    looseness_seconds=0.007,
)

GROOVE = (POP, HIP_HOP, TRAP, RHYTHM_AND_BLUES, SOUL, FUNK, DISCO)
