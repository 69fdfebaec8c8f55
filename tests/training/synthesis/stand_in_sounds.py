"""A composer, instruments and singers that cost nothing, for tests of what is around them."""

from dataclasses import dataclass

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.instruments.interfaces import OWN, Source
from training.synthesis.mixing.desk import mix
from training.synthesis.scores import Hit, Line, Note, Score, Section, VocalLine
from training.synthesis.sounds import Sounds, SungLine

NOTES = (Note(0.2, 0.9, 60.0), Note(1.0, 1.6, 64.0))


def compose(rng, seconds):
    tempo = float(rng.uniform(80.0, 160.0))
    vocals = (VocalLine("lead", "plain", (NOTES,)), VocalLine("harmony", "breathy", (NOTES[:1],)))
    hits = tuple(Hit(at, drum) for at in np.arange(0.0, seconds, 0.5) for drum in ("kick", "closed_hat"))
    return Score(
        genre="pop", tempo_bpm=tempo, key="A minor", chords=("Am", "F"), duration_seconds=seconds,
        sections=(Section("verse", 0.0, seconds, 0.5),), hits=hits, bass=Line("bass", NOTES),
        others=(Line("pad", NOTES), Line("piano", ()), Line("brass", NOTES)), vocals=vocals,
    )  # fmt: skip


def tone(notes, samples, rng):
    time = np.arange(samples) / SAMPLE_RATE
    sound = np.zeros((2, samples), np.float32)
    for note in notes:
        here = (time >= note.start_seconds) & (time < note.end_seconds)
        sound[:, here] += np.sin(2 * np.pi * 440 * 2 ** ((note.pitch - 69) / 12) * time[here])
    return (0.1 * sound * (1 + 0.1 * rng.standard_normal((2, 1)))).astype(np.float32)


@dataclass(frozen=True)
class StandInInstrument:
    name: str
    sources: tuple = (OWN,)

    def play(self, notes, samples, rng):
        return tone(notes, samples, rng)


@dataclass(frozen=True)
class StandInKit:
    name: str = "clicks"
    sources: tuple = (Source("a kit", "credit", "someone"),)

    def play(self, hits, samples, rng):
        kick, hats = np.zeros((2, samples), np.float32), np.zeros((2, samples), np.float32)
        for hit in hits:
            start = round(hit.start_seconds * SAMPLE_RATE)
            bus = kick if hit.drum == "kick" else hats
            bus[:, start : start + 2000] += (
                0.3 * rng.standard_normal((2, 2000)).astype(np.float32)[:, : samples - start]
            )
        return {"kick": kick, "cymbals": hats}


class StandInInstruments:
    def instrument(self, role, rng):
        return StandInInstrument(f"{role} {rng.integers(100)}")

    def drum_kit(self, genre, rng):
        return StandInKit()


class StandInVocalists:
    def sing(self, lines, samples, beat_seconds, seed):
        source = Source("a voice", "copyleft")
        return [
            SungLine(tone(line.phrases[0], samples, np.random.default_rng(seed)), "someone", (source,), "single")
            for line in lines
        ]


def open_stand_ins():
    return Sounds("stand-ins", compose, StandInInstruments(), StandInVocalists(), mix)


def open_nothing():
    from audio.errors import KitError

    raise KitError("The sounds must be there. They are not.")
