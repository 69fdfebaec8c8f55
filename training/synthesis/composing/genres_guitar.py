"""Genres of guitar bands."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

ROCK = Genre(
    name="rock",
    weight=3.0,
    tempo_bpm=(92.0, 164.0),
    forms={"song": 3, "short song": 2, "chorus first": 1},
    harmony={"rock major": 3, "rock mixolydian": 2, "rock minor": 3, "pop minor": 1},
    drums=DrumTaste(
        kicks={"rock": 6, "punk": 0.5, "tribal": 0.5, "half": 0.5},
        snares={"backbeat": 6, "half": 0.7, "late": 0.3},
        hats={"eighths": 5, "quarters": 3, "sixteenths": 0.7},
        percussion={"tambourine": 3, "cowbell": 1, "toms": 0.5, "shaker": 1},
        percussion_share=0.15,
        machine=0.05,
        absent=0.03,
    ),
    bass=BassTaste({"eighths": 4, "with kick": 3, "quarters": 1, "riff": 1.5, "syncopated": 1, "pedal": 0.5}),
    seats=(
        Seat({"distorted_guitar": 5, "clean_guitar": 1}, {"power held": 2, "chugs": 3, "strummed": 2, "eighths": 1}),
        Seat(
            {"clean_guitar": 3, "acoustic_guitar": 2, "organ": 1, "piano": 1},
            {"strummed": 2, "arpeggio": 2, "held": 1},
            0.5,
        ),
        Seat(
            {"distorted_guitar": 2, "strings": 0.5, "pad": 0.5, "organ": 1}, {"held": 2, "power held": 1, "pad": 1}, 0.3
        ),
    ),
    leads=LeadTaste({"lead_guitar": 6, "distorted_guitar": 2, "organ": 0.5, "lead_synth": 0.5}, riff=0.4),
    vocals=VocalTaste({"plain": 3, "belted": 5, "shouted": 0.6, "breathy": 0.3}, harmonies=0.4, backing=0.2),
    swing={"straight": 9, "eighths": 1},
)

PUNK = Genre(
    name="punk",
    weight=1.5,
    tempo_bpm=(150.0, 208.0),
    forms={"short song": 4, "chorus first": 1},
    harmony={"rock major": 4, "rock minor": 2, "rock mixolydian": 1, "pop major": 2},
    drums=DrumTaste(
        kicks={"punk": 4, "rock": 2},
        snares={"backbeat": 3, "offbeats": 3, "blast": 0.3},
        hats={"eighths": 4, "quarters": 4},
        double_time=0.25,
        half_time=0.1,
        ghosts=0.05,
        fills=0.8,
        machine=0.02,
        absent=0.01,
    ),
    bass=BassTaste({"eighths": 6, "with kick": 1, "quarters": 1, "sixteenths": 0.5}, absent=0.02),
    seats=(
        Seat({"distorted_guitar": 1}, {"chugs": 4, "power held": 3, "strummed": 1}),
        Seat({"distorted_guitar": 4, "clean_guitar": 1}, {"power held": 2, "eighths": 1, "arpeggio": 1}, 0.35),
    ),
    leads=LeadTaste({"lead_guitar": 3, "distorted_guitar": 1}, riff=0.3, counter=0.1, effects=0.02),
    vocals=VocalTaste(
        {"shouted": 4, "belted": 4, "plain": 2},
        0.05,
        {"chant": 3, "flowing": 2, "talking": 1, "syncopated": 1},
        0.25,
        0.2,
        answers=0.3,
    ),
    bars_per_chord={1.0: 3, 0.5: 3, 2.0: 1},
    looseness_seconds=0.01,
)

METAL = Genre(
    name="metal",
    weight=1.5,
    tempo_bpm=(86.0, 200.0),
    forms={"song": 3, "short song": 2},
    harmony={"heavy minor": 4, "heavy phrygian": 3, "lament": 1, "rock minor": 1},
    drums=DrumTaste(
        kicks={"metal": 6, "rock": 2, "half": 1, "tribal": 0.5},
        snares={"backbeat": 4, "half": 3, "blast": 1.5, "offbeats": 1},
        hats={"quarters": 4, "eighths": 3, "sparse": 1},
        double_time=0.2,
        half_time=0.25,
        fills=0.9,
        ghosts=0.1,
        machine=0.15,
        absent=0.02,
    ),
    bass=BassTaste({"with kick": 3, "eighths": 3, "gallop": 2, "sixteenths": 1, "riff": 2, "pedal": 1}, absent=0.02),
    seats=(
        Seat({"distorted_guitar": 1}, {"chugs": 6, "power held": 2, "gated": 0.5}),
        Seat(
            {"distorted_guitar": 4, "strings": 1, "pad": 1, "clean_guitar": 1},
            {"held": 1, "power held": 2, "arpeggio": 1, "tremolo": 1},
            0.5,
        ),
    ),
    leads=LeadTaste({"lead_guitar": 6, "distorted_guitar": 3, "lead_synth": 0.5}, riff=0.6, solo=0.9),
    vocals=VocalTaste(
        {"shouted": 5, "belted": 4, "plain": 1},
        0.12,
        {"shouts": 3, "long": 2, "syncopated": 2, "flowing": 1},
        0.2,
        0.1,
        0.08,
    ),
    meters={"4/4": 8, "6/8": 1, "7/8": 0.7, "5/4": 0.3},
    bars_per_chord={1.0: 3, 2.0: 2, 0.5: 1},
    looseness_seconds=0.005,
)

INDIE = Genre(
    name="indie",
    weight=2.0,
    tempo_bpm=(84.0, 158.0),
    forms={"song": 3, "short song": 2, "strophes": 1},
    harmony={
        "pop major": 3,
        "rock mixolydian": 2,
        "pop minor": 2,
        "folk dorian": 0.5,
        "lydian vamp": 0.7,
        "soul major": 0.5,
    },
    drums=DrumTaste(
        kicks={"rock": 4, "four": 1.5, "tribal": 1, "sparse": 1, "afro": 0.4},
        snares={"backbeat": 5, "late": 1, "half": 1, "none": 0.3},
        hats={"eighths": 4, "sixteenths": 1.5, "quarters": 2, "offbeat": 1, "none": 0.5},
        percussion={"tambourine": 3, "shaker": 3, "claps": 1, "toms": 1},
        percussion_share=0.25,
    ),
    bass=BassTaste({"eighths": 3, "with kick": 2, "octaves": 1, "syncopated": 2, "riff": 1, "arpeggio": 1, "long": 1}),
    seats=(
        Seat(
            {"clean_guitar": 5, "distorted_guitar": 2, "acoustic_guitar": 2},
            {"strummed": 3, "arpeggio": 3, "eighths": 1, "stabs": 1},
        ),
        Seat(
            {"pad": 2, "organ": 1, "piano": 1, "synth_chords": 2, "clean_guitar": 2},
            {"held": 2, "pad": 2, "arpeggio": 1, "pushes": 1},
            0.6,
        ),
        Seat({"mallet": 1, "strings": 1, "pluck": 1, "brass": 0.5}, {"arpeggio": 2, "stabs": 1, "held": 1}, 0.25),
    ),
    leads=LeadTaste(
        {"clean_guitar": 3, "lead_guitar": 2, "lead_synth": 2, "mallet": 1, "strings": 0.5}, riff=0.45, counter=0.3
    ),
    vocals=VocalTaste(
        {"plain": 5, "breathy": 2, "belted": 1.5, "monotone": 1, "falsetto": 1}, harmonies=0.4, backing=0.35
    ),
    meters={"4/4": 14, "3/4": 1, "6/8": 1, "5/4": 0.4, "7/8": 0.4},
)

COUNTRY = Genre(
    name="country",
    tempo_bpm=(76.0, 178.0),
    forms={"song": 2, "short song": 2, "strophes": 1},
    harmony={"country": 5, "folk major": 2, "pop major": 1, "rock mixolydian": 0.7},
    drums=DrumTaste(
        kicks={"train": 3, "rock": 3, "sparse": 1, "feathered": 0.5},
        snares={"train": 2, "backbeat": 4, "brushes": 1},
        hats={"eighths": 3, "quarters": 2, "none": 1},
        percussion={"shaker": 1, "tambourine": 2},
        backbeats={"snare": 5, "rim": 2},
        machine=0.05,
        absent=0.12,
    ),
    bass=BassTaste({"two feel": 5, "walking": 1, "eighths": 1, "with kick": 1, "quarters": 1}),
    seats=(
        Seat({"acoustic_guitar": 5, "clean_guitar": 1}, {"strummed": 3, "boom chick": 3, "picked": 2}),
        Seat(
            {"clean_guitar": 3, "piano": 2, "folk": 2, "distorted_guitar": 0.7},
            {"arpeggio": 2, "picked": 1, "stabs": 1, "boom chick": 1},
            0.7,
        ),
        Seat({"organ": 1, "strings": 1, "pad": 0.5}, {"held": 1, "pad": 1}, 0.3),
    ),
    leads=LeadTaste(
        {"clean_guitar": 3, "folk": 3, "lead_guitar": 2, "strings": 1}, riff=0.3, counter=0.4, solo=0.8, effects=0.02
    ),
    vocals=VocalTaste({"plain": 6, "belted": 3}, 0.07, harmonies=0.55, backing=0.15, melisma=0.15),
    meters={"4/4": 8, "3/4": 1.5, "6/8": 0.5},
    swing={"straight": 3, "eighths": 1},
)

FOLK = Genre(
    name="folk",
    tempo_bpm=(70.0, 150.0),
    forms={"strophes": 5, "short song": 1},
    harmony={"folk major": 4, "folk dorian": 2, "pop minor": 1, "hymn": 0.7},
    drums=DrumTaste(
        kicks={"sparse": 3, "train": 2, "rock": 1, "tribal": 0.7},
        snares={"brushes": 2, "backbeat": 2, "train": 1, "none": 2},
        hats={"none": 3, "eighths": 1, "quarters": 1, "sparse": 1},
        percussion={"shaker": 3, "tambourine": 3, "conga": 1, "claps": 1, "toms": 0.5},
        percussion_share=0.4,
        backbeats={"snare": 2, "rim": 2, "clap": 0.5, "tom": 0.5},
        machine=0.02,
        absent=0.45,
    ),
    bass=BassTaste({"two feel": 3, "long": 2, "quarters": 1, "arpeggio": 1}, absent=0.3),
    seats=(
        Seat({"acoustic_guitar": 6, "folk": 1}, {"picked": 4, "strummed": 3, "boom chick": 1, "slow strum": 1}),
        Seat(
            {"folk": 3, "piano": 1, "acoustic_guitar": 2, "strings": 1},
            {"picked": 1, "arpeggio": 2, "held": 1, "broken chords": 1},
            0.5,
        ),
    ),
    leads=LeadTaste(
        {"folk": 3, "flute": 2, "strings": 3, "reed": 1, "mallet": 0.5}, riff=0.2, counter=0.4, effects=0.0
    ),
    vocals=VocalTaste({"plain": 6, "breathy": 2, "falsetto": 0.4}, 0.12, harmonies=0.45, backing=0.1, choir=0.04),
    meters={"4/4": 5, "3/4": 3, "6/8": 3},
    looseness_seconds=0.012,
    stops=0.05,
)

SHOEGAZE = Genre(
    name="shoegaze",
    tempo_bpm=(76.0, 136.0),
    forms={"short song": 2, "drift": 1},
    harmony={"lydian vamp": 2, "ambient major": 2, "pop major": 1, "pop minor": 2},
    drums=DrumTaste(
        kicks={"rock": 3, "sparse": 2, "half": 1},
        snares={"backbeat": 4, "half": 2},
        hats={"eighths": 3, "quarters": 2, "sixteenths": 1},
        percussion={"tambourine": 1},
        machine=0.25,
    ),
    bass=BassTaste({"eighths": 4, "long": 2, "pedal": 2}),
    seats=(
        Seat({"distorted_guitar": 1}, {"power held": 1, "strummed": 2, "tremolo": 2, "held": 1}),
        Seat(
            {"distorted_guitar": 2, "clean_guitar": 2, "pad": 2},
            {"held": 2, "strummed": 1, "pad": 1, "arpeggio": 1},
            0.8,
        ),
        Seat({"pad": 2, "strings": 1, "organ": 1}, {"pad": 1, "held": 1}, 0.6),
    ),
    leads=LeadTaste({"lead_guitar": 3, "clean_guitar": 2, "lead_synth": 1}, riff=0.5, counter=0.3),
    vocals=VocalTaste(
        {"breathy": 5, "plain": 2, "falsetto": 1.5}, 0.15, {"long": 4, "flowing": 2, "sighs": 2}, 0.4, 0.4
    ),
)

GUITAR = (ROCK, PUNK, METAL, INDIE, COUNTRY, FOLK, SHOEGAZE)
