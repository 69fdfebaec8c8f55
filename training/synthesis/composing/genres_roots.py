"""Rock and roll, progressive rock, and what people danced to before there were records, as bands play it today."""

from __future__ import annotations

from training.synthesis.composing.genre import BassTaste, DrumTaste, Genre, LeadTaste, Seat, VocalTaste

ROCK_AND_ROLL = Genre(
    name="rock and roll",
    tempo_bpm=(104.0, 184.0),
    forms={"blues": 2, "short song": 2, "song": 1},
    harmony={"blues": 3, "rock major": 2, "reggae": 1, "country": 1},
    drums=DrumTaste(
        kicks={"rock": 3, "four": 2, "feathered": 1},
        snares={"backbeat": 5, "four": 0.5, "train": 1},
        hats={"eighths": 3, "ride": 3, "quarters": 1},
        percussion={"claps": 2, "tambourine": 2, "pedal": 1},
        fills=0.7,
        machine=0.0,
    ),
    bass=BassTaste({"walking": 4, "arpeggio": 3, "eighths": 1, "two feel": 1}),
    seats=(
        Seat({"clean_guitar": 3, "piano": 3, "acoustic_guitar": 1}, {"eighths": 3, "boom chick": 1, "pushes": 1}),
        Seat({"piano": 2, "clean_guitar": 2, "organ": 1}, {"eighths": 2, "stabs": 2, "tremolo": 1}, 0.6),
        Seat({"reed": 3, "brass": 1}, {"held": 2, "stabs": 2}, 0.45),
    ),
    leads=LeadTaste({"reed": 4, "lead_guitar": 3, "clean_guitar": 2, "piano": 1}, riff=0.4, counter=0.3, solo=0.9),
    vocals=VocalTaste(
        {"belted": 4, "plain": 4, "shouted": 1, "falsetto": 0.5},
        0.12,
        harmonies=0.3,
        backing=0.6,
        ad_libs=0.2,
        answers=0.45,
        melisma=0.15,
    ),
    meters={"4/4": 5, "6/8": 1},
    swing={"eighths": 2, "straight": 2},
    sevenths=0.03,
    suspensions=0.0,
    looseness_seconds=0.012,
)

PROGRESSIVE = Genre(
    name="progressive rock",
    tempo_bpm=(72.0, 168.0),
    forms={"song": 2, "drift": 1, "vamp": 1},
    harmony={"rock minor": 2, "lydian vamp": 2, "rock mixolydian": 2, "cinematic": 1, "jazz minor": 0.5},
    drums=DrumTaste(
        kicks={"rock": 3, "tribal": 1, "metal": 1, "half": 1, "funk": 1},
        snares={"backbeat": 3, "half": 1, "late": 1, "funk": 1},
        hats={"ride": 2, "eighths": 3, "broken": 1},
        percussion={"toms": 2, "tambourine": 1},
        half_time=0.15,
        fills=1.0,
        ghosts=0.4,
        machine=0.02,
    ),
    bass=BassTaste({"riff": 4, "arpeggio": 2, "with kick": 2, "gallop": 1, "syncopated": 2}),
    seats=(
        Seat({"distorted_guitar": 3, "clean_guitar": 2, "organ": 2}, {"arpeggio": 2, "power held": 2, "stabs": 1}),
        Seat({"organ": 3, "synth_chords": 2, "pad": 2, "strings": 2}, {"held": 3, "pad": 2, "arpeggio": 1}, 0.8),
    ),
    leads=LeadTaste(
        {"lead_guitar": 4, "lead_synth": 4, "flute": 1.5, "reed": 1, "strings": 1}, riff=0.6, counter=0.5, solo=1.0
    ),
    vocals=VocalTaste({"plain": 4, "belted": 3, "falsetto": 2}, 0.4, harmonies=0.4, backing=0.2, choir=0.1),
    meters={"7/8": 2, "5/4": 2, "4/4": 4, "6/8": 1, "3/4": 0.5},
    bars_per_chord={1.0: 2, 2.0: 2},
)

CUMBIA = Genre(
    name="cumbia",
    tempo_bpm=(82.0, 116.0),
    forms={"vamp": 2, "strophes": 2, "short song": 1},
    harmony={"latin minor": 4, "pop minor": 1, "latin major": 2},
    drums=DrumTaste(
        kicks={"four": 2, "latin": 2, "sparse": 1},
        snares={"late": 1, "clave": 1, "none": 2},
        hats={"offbeat": 2, "none": 2},
        percussion={"shaker": 5, "conga": 4, "cowbell": 3, "claps": 0.5},
        percussion_share=0.85,
        backbeats={"rim": 3, "snare": 1},
        machine=0.2,
    ),
    bass=BassTaste({"two feel": 4, "tumbao": 2, "arpeggio": 2}),
    seats=(
        Seat({"folk": 3, "organ": 2, "clean_guitar": 2, "piano": 1}, {"skank": 3, "stabs": 2, "montuno": 1}),
        Seat({"acoustic_guitar": 2, "clean_guitar": 1, "brass": 2}, {"picked": 2, "stabs": 2, "arpeggio": 1}, 0.6),
    ),
    leads=LeadTaste({"folk": 4, "reed": 2, "brass": 2, "flute": 1, "clean_guitar": 1}, riff=0.6, counter=0.5, solo=0.8),
    vocals=VocalTaste(
        {"plain": 5, "belted": 3}, 0.12, {"flowing": 3, "syncopated": 3}, harmonies=0.4, backing=0.2, answers=0.4
    ),
    sevenths=0.0,
    suspensions=0.0,
    looseness_seconds=0.01,
)

LEVANTINE = Genre(
    name="levantine pop",
    tempo_bpm=(72.0, 132.0),
    forms={"strophes": 2, "song": 2, "vamp": 1},
    harmony={"hijaz": 5, "andalusian": 1, "jazz minor": 0.5, "lament": 1, "dorian vamp": 1},
    drums=DrumTaste(
        kicks={"latin": 2, "dembow": 1, "four": 1, "sparse": 1},
        snares={"dembow": 2, "none": 2, "backbeat": 1},
        hats={"none": 2, "sixteenths": 1, "broken": 1},
        percussion={"conga": 6, "tambourine": 3, "shaker": 2, "claps": 2},
        percussion_share=0.85,
        backbeats={"rim": 2, "snare": 1, "clap": 2},
        machine=0.4,
    ),
    bass=BassTaste({"with kick": 3, "pedal": 2, "long": 1, "sub": 1, "syncopated": 1}, absent=0.1),
    seats=(
        Seat({"strings": 4, "pad": 2, "folk": 1}, {"held": 2, "pad": 2, "stabs": 1, "tremolo": 1}),
        Seat({"folk": 4, "acoustic_guitar": 2, "pluck": 2}, {"picked": 2, "tremolo": 1, "arpeggio": 2}, 0.7),
    ),
    leads=LeadTaste({"strings": 4, "folk": 3, "reed": 2, "flute": 3}, riff=0.6, counter=0.6, solo=0.9),
    vocals=VocalTaste(
        {"plain": 5, "belted": 4, "tuned": 1},
        0.1,
        {"flowing": 3, "long": 3, "running": 1, "syncopated": 1},
        harmonies=0.12,
        backing=0.15,
        ad_libs=0.2,
        answers=0.3,
        melisma=0.9,
    ),
    bars_per_chord={2.0: 3, 4.0: 2, 1.0: 1},
    sevenths=0.0,
    suspensions=0.0,
    looseness_seconds=0.01,
)

BLUEGRASS = Genre(
    name="bluegrass",
    weight=0.7,
    tempo_bpm=(96.0, 168.0),
    forms={"strophes": 2, "short song": 1, "jazz": 1},
    harmony={"country": 4, "folk major": 2, "folk dorian": 1},
    drums=DrumTaste({"train": 1}, {"train": 1, "brushes": 1}, {"none": 1}, {"tambourine": 1}, machine=0.0, absent=0.8),
    bass=BassTaste({"two feel": 1}, absent=0.05),
    seats=(
        Seat({"acoustic_guitar": 1}, {"boom chick": 3, "strummed": 2}),
        Seat({"folk": 1}, {"picked": 3, "arpeggio": 2, "skank": 2}),
        Seat({"folk": 2, "strings": 1}, {"skank": 2, "held": 1, "picked": 1}, 0.6),
    ),
    leads=LeadTaste({"folk": 4, "strings": 3, "acoustic_guitar": 2}, riff=0.3, counter=0.5, solo=1.0, effects=0.0),
    vocals=VocalTaste({"plain": 5, "belted": 3}, 0.25, harmonies=0.75, backing=0.1, melisma=0.1),
    meters={"4/4": 5, "3/4": 1, "6/8": 1},
    sevenths=0.0,
    suspensions=0.02,
    looseness_seconds=0.011,
    stops=0.05,
)

ROOTS = (ROCK_AND_ROLL, PROGRESSIVE, CUMBIA, LEVANTINE, BLUEGRASS)
