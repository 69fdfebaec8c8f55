"""Made-up multitrack songs: short, deterministic, with all four stems, for samples, tests and tuning.

A seed draws a style, a key, a tempo, chords, patterns, instruments, places in the stereo image, rooms and levels, so
that songs differ as produced music does: drums broad and loud, bass and voice in the middle, the rest wide. Everything
is written here; nothing is sampled from a recording. The instruments are in `audio.made_up_instruments`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from audio import made_up_instruments as play
from audio.made_up_instruments import Signal, SungNote
from audio.stems import SAMPLE_RATE, STEMS

PEAK = 0.95
NOTE_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 0, 3, 4)),
}


@dataclass(frozen=True)
class Style:
    """What a style fixes: tempo range, chord sounds, drum patterns (16 steps a bar) and the bass rhythm."""

    tempo_bpm: tuple[float, float]
    chords: tuple[str, ...]
    kicks: tuple[str, ...]
    snares: tuple[str, ...]
    hats: tuple[str, ...]
    basses: tuple[str, ...]


STYLES: Mapping[str, Style] = {
    "pop": Style(
        (95.0, 128.0),
        ("pad", "piano", "pluck"),
        ("x.....x.x.......", "x..x..x...x....."),
        ("....x.......x...",),
        ("x.x.x.x.x.x.x.x.", "x.xxx.x.x.xxx.x."),
        ("x.....x.x.....x.", "x.x.x.x.x.x.x.x."),
    ),
    "rock": Style(
        (100.0, 150.0),
        ("guitar", "guitar", "organ"),
        ("x.....x.x.x.....", "x.x.....x.x....."),
        ("....x.......x...", "....x.......x..x"),
        ("x...x...x...x...", "x.x.x.x.x.x.x.x."),
        ("x.x.x.x.x.x.x.x.", "x...x.x.x...x.x."),
    ),
    "dance": Style(
        (118.0, 132.0),
        ("pad", "pluck", "pluck"),
        ("x...x...x...x...",),
        ("....x.......x...",),
        ("..x...x...x...x.", "x.xxx.xxx.xxx.xx"),
        ("..x...x...x...x.", "..xx..xx..xx..xx"),
    ),
    "ballad": Style(
        (66.0, 90.0),
        ("piano", "pad", "guitar"),
        ("x.......x.......", "x......x..x....."),
        ("....x.......x...", "............x..."),
        ("x...x...x...x...", "x.x.x.x.x.x.x.x."),
        ("x.......x.......", "x.....x.x......."),
    ),
    "funk": Style(
        (92.0, 116.0),
        ("guitar", "organ", "piano"),
        ("x..x..x...x..x..", "x.x....x..x....."),
        ("....x..x.x..x...", "....x.......x.x."),
        ("xxxxxxxxxxxxxxxx", "x.xxx.xxx.xxx.xx"),
        ("x..x..x.x..x.x..", "x.x..xx...x..x.x"),
    ),
}


@dataclass(frozen=True)
class MadeUpSong:
    """What to make. A tempo, key ("A minor") or style left out is drawn from the seed."""

    seed: int = 0
    duration_seconds: float = 10.0
    tempo_bpm: float | None = None
    key: str | None = None
    style: str | None = None
    silent_stems: tuple[str, ...] = ()


SAMPLE_SONGS: Mapping[str, MadeUpSong] = {
    "Made-up - Harbour Lights": MadeUpSong(101, 11.0, 104.0, "A minor", "pop"),
    "Made-up - Night Train (instrumental)": MadeUpSong(202, 9.0, 124.0, "D minor", "dance", ("vocals",)),
}


@dataclass(frozen=True)
class Score:
    """The song before it is played: the grid, the chords and the style, with the only source of chance."""

    rng: np.random.Generator
    samples: int
    step_seconds: float
    root: int
    scale: tuple[int, ...]
    chords: tuple[int, ...]
    style: Style

    def bars(self) -> Iterator[tuple[int, float]]:
        """Yield the number and the start in seconds of every bar."""
        bar_seconds = 16 * self.step_seconds
        count = int(np.ceil(self.samples / SAMPLE_RATE / bar_seconds))
        return ((number, number * bar_seconds) for number in range(count))

    def pitch_hz(self, degree: int, octave: int) -> float:
        """Return the frequency of a scale degree (0 is the key note) in an octave (4 holds 440 Hz)."""
        semitones = self.root + self.scale[degree % 7] + 12 * (octave + degree // 7)
        return float(440.0 * 2.0 ** ((semitones - 57) / 12.0))

    def pick(self, choices: tuple[str, ...]) -> str:
        """Draw one of the choices."""
        return choices[int(self.rng.integers(len(choices)))]


def make_song(config: MadeUpSong) -> dict[str, torch.Tensor]:
    """Return the four stems, each (2, samples) float32 at 44.1 kHz; they and their sum stay inside +-0.95.

    The same config gives the same song. A silent stem is exactly zero, and the other stems do not depend on it but
    for the common gain.

    Raises:
        ValueError: an unknown style, key or stem, or a duration or tempo out of range.
    """
    score = _write_score(config)
    players = {"bass": _play_bass, "drums": _play_drums, "other": _play_other, "vocals": _sing_vocals}
    levels_db = dict(zip(STEMS, score.rng.normal((-1.0, 0.0, 0.5, 0.0), 2.5), strict=True))
    stems = {}
    for stem in STEMS:
        played = play.equalise(players[stem](score), score.rng)
        gain = 0.0 if stem in config.silent_stems else 10.0 ** (levels_db[stem] / 20.0)
        stems[stem] = gain / np.sqrt(np.mean(played**2) + 1e-12) * played
    loudest = max(np.abs(sum(stems.values())).max(), *(np.abs(stem).max() for stem in stems.values()), 1e-9)
    return {name: torch.from_numpy((PEAK / loudest * stem).astype(np.float32)) for name, stem in stems.items()}


def _write_score(config: MadeUpSong) -> Score:
    unknown = sorted(set(config.silent_stems) - set(STEMS))
    if unknown:
        raise ValueError(f"silent_stems must be names among {', '.join(STEMS)}. Got {unknown}.")
    if not 0.0 < config.duration_seconds <= 900.0:
        raise ValueError(f"duration_seconds must be above 0 and at most 900. Got {config.duration_seconds}.")
    rng = np.random.default_rng(config.seed)
    drawn_style = tuple(STYLES)[int(rng.integers(len(STYLES)))]
    drawn_key = f"{NOTE_NAMES[int(rng.integers(12))]} {('major', 'minor')[int(rng.integers(2))]}"
    style_name, key = config.style or drawn_style, config.key or drawn_key
    if style_name not in STYLES:
        raise ValueError(f"The style must be one of {', '.join(STYLES)}. Got '{style_name}'.")
    note, _, mode = key.partition(" ")
    if note not in NOTE_NAMES or mode not in SCALES:
        raise ValueError(f"The key must be a note ({', '.join(NOTE_NAMES)}) and major or minor. Got '{key}'.")
    drawn_tempo = float(rng.uniform(*STYLES[style_name].tempo_bpm))
    tempo_bpm = drawn_tempo if config.tempo_bpm is None else config.tempo_bpm
    if not 30.0 <= tempo_bpm <= 300.0:
        raise ValueError(f"tempo_bpm must be between 30 and 300. Got {tempo_bpm}.")
    chords, step_seconds = PROGRESSIONS[mode][int(rng.integers(4))], 15.0 / tempo_bpm
    samples = play.seconds_to_samples(config.duration_seconds)
    return Score(rng, samples, step_seconds, NOTE_NAMES.index(note), SCALES[mode], chords, STYLES[style_name])


def _play_pattern(score: Score, track: Signal, pattern: str, sounds: list[Signal]) -> None:
    """Add a drum pattern to a track (2, samples), in place: sounds take turns, loudness and time vary."""
    rng = score.rng
    for bar, bar_seconds in score.bars():
        fill = bar % 4 == 3
        for step, mark in enumerate(pattern):
            if mark == "x" or (fill and step > 11 and rng.uniform() < 0.25):
                velocity = rng.uniform(0.75, 1.0) * (1.0 if step % 4 == 0 else rng.uniform(0.6, 1.0))
                start_seconds = bar_seconds + step * score.step_seconds + rng.normal(0.0, 0.003)
                play.mix_in(track, velocity * sounds[int(rng.integers(len(sounds)))], start_seconds)


def _play_drums(score: Score) -> Signal:
    rng, style = score.rng, score.style
    kicks, snares, hats, rooms = (np.zeros((2, score.samples)) for _ in range(4))
    kick_hz, kick_ring = rng.uniform(42.0, 65.0), rng.uniform(0.15, 0.45)
    snare_hz, snare_ring = rng.uniform(160.0, 240.0), rng.uniform(0.15, 0.4)
    hat_hz, hat_ring, hat_pan = rng.uniform(5000.0, 8000.0), rng.uniform(0.05, 0.25), rng.uniform(-0.8, 0.8)
    _play_pattern(score, kicks, score.pick(style.kicks), [play.place(play.kick(rng, kick_hz, kick_ring), 0.0)])
    snare_sounds = [play.place(play.snare(rng, snare_hz, snare_ring), 0.05) for _ in range(3)]
    _play_pattern(score, snares, score.pick(style.snares), snare_sounds)
    hat_sounds = [play.place(play.cymbal(rng, hat_hz, hat_ring), hat_pan) for _ in range(4)]
    _play_pattern(score, hats, score.pick(style.hats), hat_sounds)
    for bar, bar_seconds in score.bars():
        if bar % 4 == 0 and rng.uniform() < 0.7:
            play.mix_in(rooms, play.place(play.cymbal(rng, 3000.0, 2.5), rng.uniform(-0.7, 0.7)), bar_seconds)
    gains = (1.0, rng.uniform(0.6, 1.2), rng.uniform(0.12, 0.4), rng.uniform(0.1, 0.3))
    kit = sum(gain * part for gain, part in zip(gains, (kicks, snares, hats, rooms), strict=True))
    wet = rng.uniform(0.1, 0.5)
    return np.tanh(rng.uniform(0.5, 1.2) * play.reverberate(np.asarray(kit), rng, rng.uniform(0.3, 1.0), wet))


def _play_bass(score: Score) -> Signal:
    rng = score.rng
    pattern, cutoff_hz, legato = score.pick(score.style.basses), rng.uniform(400.0, 4000.0), rng.uniform(0.7, 1.0)
    steps = [step for step, mark in enumerate(pattern) if mark == "x"]
    track = np.zeros(score.samples)
    for bar, bar_seconds in score.bars():
        chord = score.chords[bar % 4]
        for step, following in zip(steps, [*steps[1:], 16 + steps[0]], strict=True):
            leap = int(rng.choice((0, 0, 0, 4, 7, 2))) if step else 0
            pitch_hz = score.pitch_hz(chord + leap, 1)
            pitch_hz = pitch_hz / 2.0 if pitch_hz > 110.0 else pitch_hz
            length_seconds = legato * (following - step) * score.step_seconds
            note = rng.uniform(0.8, 1.0) * play.bass_note(rng, pitch_hz, length_seconds, cutoff_hz)
            play.mix_in(track, note, bar_seconds + step * score.step_seconds + rng.normal(0.0, 0.004))
    return play.place(track, 0.0)


def _strum(score: Score, sound: str, octave: int, cutoff_hz: float) -> Signal:
    """Return one chord part (samples,): held chords, or a rhythm of shorter ones."""
    rng = score.rng
    rhythm = score.pick(("x...............", "x.......x.......", "x...x...x...x...", "x..x..x...x.x..."))
    steps = [step for step, mark in enumerate(rhythm) if mark == "x"]
    track = np.zeros(score.samples)
    for bar, bar_seconds in score.bars():
        for step, following in zip(steps, [*steps[1:], 16], strict=True):
            length_seconds = (following - step) * score.step_seconds
            for degree in (0, 2, 4):
                pitch_hz = score.pitch_hz(score.chords[bar % 4] + degree, octave)
                note = play.chord_note(rng, sound, pitch_hz, length_seconds, cutoff_hz)
                play.mix_in(track, rng.uniform(0.7, 1.0) * note, bar_seconds + step * score.step_seconds)
    return track


def _arpeggio(score: Score, cutoff_hz: float) -> Signal:
    """Return a line (samples,) of single notes that runs through the chords and changes now and then."""
    rng, sound, stride = score.rng, score.pick(play.CHORD_SOUNDS), int(score.rng.choice((1, 2, 4)))
    figure, track = rng.choice((0, 2, 4, 7, 9), 16), np.zeros(score.samples)
    for bar, bar_seconds in score.bars():
        for step in range(0, 16, stride):
            degree = int(figure[step]) if rng.uniform() < 0.85 else int(rng.integers(0, 9))
            pitch_hz = score.pitch_hz(score.chords[bar % 4] + degree, 4)
            note = play.chord_note(rng, sound, pitch_hz, 1.5 * stride * score.step_seconds, cutoff_hz)
            play.mix_in(track, rng.uniform(0.6, 1.0) * note, bar_seconds + step * score.step_seconds)
    return track


def _play_other(score: Score) -> Signal:
    rng = score.rng
    track, width = np.zeros((2, score.samples)), rng.uniform(0.2, 1.0)
    for part, sound in enumerate(score.style.chords[: int(rng.integers(2, 4))]):
        side = width * (1.0 if part % 2 else -1.0)
        line = _strum(score, sound, int(rng.integers(3, 5)), rng.uniform(2500.0, 9000.0))
        level = rng.uniform(0.5, 1.0) / (np.std(line) + 1e-9)
        track += level * play.place(line, side)
        if sound in ("guitar", "pad"):
            track += level * play.place(_strum(score, sound, 3, rng.uniform(2500.0, 9000.0)), -side)
    if rng.uniform() < 0.7:
        line = _arpeggio(score, rng.uniform(3000.0, 9000.0))
        track += rng.uniform(0.3, 0.8) / (np.std(line) + 1e-9) * play.place(line, rng.uniform(-0.6, 0.6))
    track = play.band_limit(track, "highpass", 110.0)
    return play.reverberate(track, rng, rng.uniform(0.6, 2.0), rng.uniform(0.1, 0.6))


def _melody(score: Score, octave: int) -> tuple[SungNote, ...]:
    """Return phrases of sung notes, with pauses for breath."""
    rng, notes, time, degree = score.rng, [], float(score.rng.uniform(0.0, 1.0)), 4
    rest_steps, end = int(rng.integers(2, 10)), score.samples / SAMPLE_RATE
    while time < end:
        for _ in range(int(rng.integers(4, 11))):
            steps = int(rng.choice((1, 2, 2, 3, 4, 6)))
            degree = int(np.clip(degree + rng.choice((-2, -1, -1, 0, 1, 1, 2, 3)), -2, 9))
            length_seconds = steps * score.step_seconds
            vowel, pitch_hz = score.pick(tuple(play.VOWEL_FORMANTS_HZ)), score.pitch_hz(degree, octave)
            notes.append(SungNote(time, 0.95 * length_seconds, pitch_hz, vowel, rng.uniform() < 0.6))
            time += length_seconds
        time += rest_steps * score.step_seconds
    return tuple(note for note in notes if note.start_seconds < end)


def _sing_vocals(score: Score) -> Signal:
    rng = score.rng
    octave, singer = play.draw_singer(rng)
    melody = _melody(score, octave)
    lead = play.sing(melody, score.samples, singer, rng)
    lead = np.tanh(1.5 * lead / (3.0 * np.std(lead) + 1e-9))
    track = play.place(lead, rng.uniform(-0.05, 0.05))
    if rng.uniform() < 0.4:
        for pan in (-0.6, 0.6):
            double = play.sing(melody, score.samples, singer, rng)
            track += rng.uniform(0.1, 0.3) / (3.0 * np.std(double) + 1e-9) * play.place(double, pan)
    return play.reverberate(track, rng, rng.uniform(0.5, 2.2), rng.uniform(0.08, 0.35))
