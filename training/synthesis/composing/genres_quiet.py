"""Jazz, blues, gospel, ballads and what has little or no beat."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

JAZZ = Genre(
    name="jazz",
    tempo_bpm=(72.0, 232.0),
    forms={"jazz": 1},
    harmony={"jazz major": 5, "jazz minor": 3, "blues": 1, "dorian vamp": 1},
    drums=DrumTaste(
        kicks={"feathered": 5, "sparse": 2, "none": 1},
        snares={"brushes": 5, "none": 2, "late": 0.7},
        hats={"ride": 6, "quarters": 1},
        percussion={"pedal": 4, "shaker": 0.3},
        percussion_share=0.5,
        backbeats={"snare": 3, "rim": 1},
        fills=0.4,
        ghosts=0.6,
        machine=0.0,
        absent=0.12,
    ),
    bass=BassTaste({"walking": 6, "two feel": 2}, absent=0.06),
    seats=(
        Seat({"piano": 6, "electric_piano": 1.5, "clean_guitar": 2, "organ": 1}, {"jazz": 6, "held": 1, "quarters": 1}),
        Seat({"brass": 2, "reed": 1, "mallet": 1, "strings": 1}, {"stabs": 2, "held": 2}, 0.25),
    ),
    leads=LeadTaste(
        {"reed": 4, "brass": 4, "piano": 2, "clean_guitar": 2, "mallet": 1, "flute": 1},
        riff=0.08,
        counter=0.4,
        solo=1.0,
        effects=0.0,
    ),
    vocals=VocalTaste(
        {"plain": 5, "breathy": 3, "belted": 1},
        0.4,
        {"flowing": 2, "syncopated": 3, "long": 3},
        0.1,
        0.05,
        ad_libs=0.1,
        melisma=0.3,
    ),
    meters={"4/4": 8, "3/4": 1.5, "5/4": 0.5},
    swing={"eighths": 6, "straight": 1},
    bars_per_chord={1.0: 4, 0.5: 2},
    sevenths=1.0,
    looseness_seconds=0.014,
    stops=0.04,
)

BLUES = Genre(
    name="blues",
    tempo_bpm=(62.0, 140.0),
    forms={"blues": 1},
    harmony={"blues": 1},
    drums=DrumTaste(
        kicks={"rock": 3, "sparse": 2, "feathered": 1, "four": 0.5},
        snares={"backbeat": 1},
        hats={"eighths": 3, "quarters": 3, "ride": 2},
        machine=0.02,
        absent=0.12,
    ),
    bass=BassTaste({"walking": 4, "eighths": 2, "arpeggio": 2, "quarters": 2, "riff": 1}, absent=0.08),
    seats=(
        Seat(
            {"clean_guitar": 4, "distorted_guitar": 2, "acoustic_guitar": 2},
            {"eighths": 2, "strummed": 1, "boom chick": 2, "stabs": 2, "chugs": 1},
        ),
        Seat({"piano": 3, "organ": 3, "electric_piano": 1}, {"jazz": 2, "held": 2, "pushes": 1, "eighths": 1}, 0.6),
        Seat({"brass": 1}, {"stabs": 1, "held": 1}, 0.2),
    ),
    leads=LeadTaste(
        {"lead_guitar": 5, "clean_guitar": 3, "reed": 1.5, "organ": 0.5}, riff=0.3, counter=0.45, solo=1.0, effects=0.0
    ),
    vocals=VocalTaste(
        {"plain": 3, "belted": 5, "shouted": 1},
        0.15,
        {"flowing": 3, "syncopated": 2, "talking": 1},
        0.1,
        0.1,
        ad_libs=0.25,
        answers=0.2,
        melisma=0.3,
    ),
    meters={"4/4": 5, "6/8": 2},
    swing={"eighths": 5, "straight": 1},
    bars_per_chord={1.0: 1},
    looseness_seconds=0.014,
    stops=0.05,
)

GOSPEL = Genre(
    name="gospel",
    tempo_bpm=(60.0, 136.0),
    forms={"song": 1, "vamp": 1},
    harmony={"gospel": 5, "hymn": 2, "soul major": 1},
    drums=DrumTaste(
        kicks={"rock": 2, "funk": 2, "sparse": 1, "four": 0.5},
        snares={"backbeat": 5, "four": 0.5},
        hats={"eighths": 3, "sixteenths": 2, "quarters": 1},
        percussion={"tambourine": 5, "claps": 4},
        percussion_share=0.5,
        fills=0.9,
        machine=0.02,
        absent=0.15,
    ),
    bass=BassTaste({"syncopated": 3, "walking": 2, "with kick": 2, "arpeggio": 1, "long": 1}),
    seats=(
        Seat({"piano": 4, "electric_piano": 1}, {"pushes": 3, "held": 2, "quarters": 2, "broken chords": 1}),
        Seat({"organ": 1}, {"held": 3, "pushes": 1, "stabs": 1}, 0.9),
        Seat({"strings": 1, "brass": 1, "clean_guitar": 1}, {"stabs": 1, "held": 1}, 0.3),
    ),
    leads=LeadTaste({"organ": 2, "brass": 2, "reed": 1, "lead_guitar": 1}, riff=0.1, counter=0.25, effects=0.02),
    vocals=VocalTaste(
        {"belted": 6, "plain": 3}, 0.02, harmonies=0.4, backing=0.4, choir=0.6, ad_libs=0.5, answers=0.5, melisma=0.6
    ),
    meters={"4/4": 5, "6/8": 3, "3/4": 1},
    swing={"straight": 2, "eighths": 1, "sixteenths": 1},
    sevenths=0.4,
    looseness_seconds=0.014,
)

BALLAD = Genre(
    name="ballad",
    tempo_bpm=(54.0, 88.0),
    forms={"song": 3, "strophes": 1},
    harmony={"pop major": 4, "hymn": 2, "pop minor": 2, "lament": 1, "soul major": 0.7},
    drums=DrumTaste(
        kicks={"sparse": 3, "rock": 3, "half": 1},
        snares={"backbeat": 5, "half": 2},
        hats={"eighths": 3, "quarters": 2, "sixteenths": 1},
        percussion={"shaker": 1, "tambourine": 1},
        backbeats={"snare": 3, "rim": 2},
        absent=0.3,
    ),
    bass=BassTaste({"long": 5, "two feel": 1, "with kick": 2, "sub": 0.7}, absent=0.15),
    seats=(
        Seat(
            {"piano": 6, "acoustic_guitar": 2, "electric_piano": 1.5, "clean_guitar": 0.7},
            {"broken chords": 4, "held": 2, "quarters": 2, "picked": 1},
        ),
        Seat({"strings": 4, "pad": 3}, {"pad": 3, "held": 2}, 0.75),
        Seat(
            {"clean_guitar": 1, "distorted_guitar": 0.7, "mallet": 0.5},
            {"arpeggio": 2, "power held": 1, "slow strum": 1},
            0.25,
        ),
    ),
    leads=LeadTaste(
        {"strings": 3, "lead_guitar": 2, "flute": 1, "reed": 1.5, "piano": 1}, riff=0.05, counter=0.45, effects=0.08
    ),
    vocals=VocalTaste(
        {"plain": 4, "belted": 4, "breathy": 3, "falsetto": 1},
        0.05,
        {"flowing": 3, "long": 4, "syncopated": 1},
        0.45,
        0.35,
        choir=0.08,
        melisma=0.35,
    ),
    meters={"4/4": 5, "6/8": 3, "3/4": 1},
    looseness_seconds=0.012,
    stops=0.08,
)

AMBIENT = Genre(
    name="ambient",
    weight=0.5,
    tempo_bpm=(56.0, 110.0),
    forms={"drift": 1},
    harmony={"ambient major": 4, "ambient minor": 4, "lydian vamp": 2},
    drums=DrumTaste(
        kicks={"sparse": 3, "four": 1, "hip hop": 1},
        snares={"none": 3, "half": 1, "late": 1},
        hats={"sparse": 2, "none": 2, "sixteenths": 1, "broken": 1},
        percussion={"random": 4, "shaker": 2, "toms": 1},
        percussion_share=0.4,
        backbeats={"rim": 2, "clap": 1, "snare": 1},
        fills=0.05,
        machine=0.6,
        absent=0.6,
    ),
    bass=BassTaste({"long": 4, "sub": 3, "pedal": 1}, absent=0.4),
    seats=(
        Seat({"pad": 6, "strings": 2}, {"pad": 1}),
        Seat(
            {"piano": 2, "mallet": 2, "pluck": 2, "electric_piano": 1, "clean_guitar": 1},
            {"scattered": 4, "arpeggio": 2, "broken chords": 1},
            0.7,
        ),
        Seat({"effects": 2, "pad": 2, "organ": 1}, {"pad": 3, "scattered": 1}, 0.4),
    ),
    leads=LeadTaste(
        {"flute": 2, "lead_synth": 2, "strings": 2, "mallet": 1, "folk": 1}, riff=0.15, counter=0.4, effects=0.4
    ),
    vocals=VocalTaste(
        {"breathy": 5, "falsetto": 2, "plain": 2}, 0.5, {"sighs": 5, "long": 2}, 0.3, 0.35, 0.15, chops=0.08
    ),
    meters={"4/4": 4, "3/4": 1, "6/8": 1},
    bars_per_chord={2.0: 3, 4.0: 2, 1.0: 1},
    looseness_seconds=0.02,
    stops=0.0,
)

CINEMATIC = Genre(
    name="cinematic",
    weight=0.5,
    tempo_bpm=(62.0, 148.0),
    forms={"drift": 2, "short song": 1},
    harmony={"cinematic": 5, "lament": 2, "lydian vamp": 1, "hymn": 1},
    drums=DrumTaste(
        kicks={"tribal": 4, "sparse": 3, "half": 1},
        snares={"march": 2, "half": 2, "none": 3},
        hats={"none": 4, "sparse": 1, "sixteenths": 1},
        percussion={"toms": 6, "shaker": 1, "random": 1},
        percussion_share=0.6,
        backbeats={"snare": 2, "tom": 2},
        machine=0.3,
        absent=0.3,
    ),
    bass=BassTaste({"long": 4, "pedal": 2, "eighths": 1, "quarters": 1}, absent=0.2),
    seats=(
        Seat({"strings": 1}, {"eighths": 2, "gated": 1, "pad": 2, "tremolo": 1, "held": 1}),
        Seat({"brass": 4, "pad": 1, "organ": 0.7}, {"held": 3, "stabs": 1, "pad": 1}, 0.7),
        Seat(
            {"piano": 3, "mallet": 1, "folk": 1, "pluck": 1}, {"arpeggio": 2, "broken chords": 2, "scattered": 1}, 0.5
        ),
    ),
    leads=LeadTaste({"strings": 4, "brass": 2, "flute": 2, "reed": 1, "folk": 1}, riff=0.3, counter=0.5, effects=0.4),
    vocals=VocalTaste(
        {"plain": 3, "belted": 2, "breathy": 3, "falsetto": 2},
        0.45,
        {"long": 4, "sighs": 3},
        0.2,
        0.2,
        0.45,
        melisma=0.3,
    ),
    meters={"4/4": 4, "3/4": 1, "6/8": 2, "5/4": 0.5, "7/8": 0.5},
    bars_per_chord={1.0: 3, 2.0: 2},
    looseness_seconds=0.012,
    stops=0.1,
)

LO_FI = Genre(
    name="lo-fi",
    tempo_bpm=(66.0, 92.0),
    forms={"vamp": 1, "drift": 1, "beat": 1},
    harmony={"soul major": 3, "soul minor": 3, "jazz major": 2, "bossa": 2},
    drums=DrumTaste(
        kicks={"hip hop": 4, "sparse": 1},
        snares={"backbeat": 1},
        hats={"eighths": 4, "sparse": 1, "offbeat": 1, "sixteenths": 0.7},
        percussion={"shaker": 2, "random": 1},
        backbeats={"snare": 2, "rim": 2},
        fills=0.1,
        machine=0.4,
    ),
    bass=BassTaste({"with kick": 3, "long": 2, "sub": 2, "two feel": 1}, absent=0.08),
    seats=(
        Seat(
            {"electric_piano": 4, "piano": 3, "clean_guitar": 2}, {"jazz": 2, "held": 3, "slow strum": 1, "pushes": 1}
        ),
        Seat({"pad": 2, "strings": 1, "mallet": 1}, {"pad": 2, "scattered": 1, "arpeggio": 1}, 0.5),
    ),
    leads=LeadTaste(
        {"flute": 2, "clean_guitar": 2, "reed": 1, "mallet": 1, "piano": 1}, riff=0.3, counter=0.3, effects=0.1
    ),
    vocals=VocalTaste(
        {"breathy": 4, "plain": 2, "rap": 2, "monotone": 1}, 0.45, harmonies=0.2, backing=0.25, chops=0.2
    ),
    swing={"sixteenths": 4, "eighths": 1, "straight": 1},
    sevenths=0.9,
    looseness_seconds=0.018,
)

QUIET = (JAZZ, BLUES, GOSPEL, BALLAD, AMBIENT, CINEMATIC, LO_FI)
