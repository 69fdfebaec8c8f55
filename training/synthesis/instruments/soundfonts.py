"""General MIDI instruments: which programmes of which soundfont play which role, and how a line is made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from training.synthesis.draws import chance, log_between, weighted
from training.synthesis.instruments.fluidsynth import Key, Preset, presets, render
from training.synthesis.instruments.interfaces import Judgement, Rng, Sound, Source
from training.synthesis.instruments.levels import levelled
from training.synthesis.instruments.playing import Touch, mix_notes, needed_tones
from training.synthesis.instruments.signals import filtered, without_rumble
from training.synthesis.scores import Note, Role

FOLDER = Path("/usr/share/sounds")


@dataclass(frozen=True)
class Soundfont:
    """A file, the Debian package that brings it, and what docs/sound_sources.md says of it."""

    file: str
    package: str
    judgement: Judgement
    credit: str = ""
    weight: float = 1.0
    left_out: frozenset[int] = frozenset()
    """Programmes that are not played."""

    @property
    def path(self) -> Path:
        """Where the package puts it."""
        return FOLDER / self.file

    @property
    def source(self) -> Source:
        """For a song's metadata."""
        return Source(f"{self.path.name} ({self.package})", self.judgement, self.credit)


# Left out are programmes that are silent in the middle of the keyboard (contrabass, tuba, baritone saxophone), one
# that is out of tune (the whistle of TimGM6mb), and MuseScore's pianos, which take 1.5 s to decode at each choice.
SOUNDFONTS = (
    Soundfont("sf2/FluidR3_GM.sf2", "fluid-soundfont-gm", "free", "", 3.0, frozenset({43, 58, 67})),
    Soundfont(
        "sf3/MuseScore_General_Lite.sf3",
        "musescore-general-soundfont-small",
        "free",
        weight=2.0,
        left_out=frozenset({0, 1, 3, 43}),
    ),
    Soundfont("sf2/TimGM6mb.sf2", "timgm6mb-soundfont", "copyleft", "", 2.0, frozenset({43, 67, 78})),
    Soundfont("sf2/OPL-3_FM_128M.sf2", "opl3-soundfont", "copyleft", '"OPL-3 FM 128M" by Zandro Reveille', 1.0),
)
"""Fonts that hold all 128 programmes."""

PROGRAMMES: Mapping[Role, Sequence[int]] = {
    "bass": (32, 33, 33, 34, 34, 35, 36, 37, 38, 39, 38, 39),
    "piano": (0, 0, 1, 1, 2, 3, 6),
    "electric_piano": (4, 5, 4, 5, 7),
    "organ": (16, 17, 18, 19, 20, 21),
    "acoustic_guitar": (24, 25, 25),
    "clean_guitar": (26, 27, 27, 28),
    "distorted_guitar": (25, 26, 27, 27, 28, 29, 30),
    "pluck": (6, 7, 15, 45, 46, 106, 107),
    "mallet": (8, 9, 10, 11, 12, 13, 14, 108, 114),
    "pad": (49, 50, 51, 88, 89, 90, 92, 93, 94, 95),
    "strings": (40, 41, 42, 44, 48, 48, 49, 49, 50, 51),
    "brass": (56, 57, 58, 59, 60, 61, 61, 62, 63),
    "reed": (64, 65, 66, 67, 68, 69, 70, 71, 22),
    "flute": (72, 73, 74, 75, 76, 77, 78, 79),
    "synth_chords": (62, 63, 80, 81, 90, 50, 5),
    "arpeggio": (80, 81, 98, 38, 46, 11, 5, 87, 12, 107),
    "lead_synth": (80, 81, 82, 83, 84, 87),
    "lead_guitar": (26, 27, 28, 29, 30),
    "folk": (104, 105, 106, 107, 109, 110, 111, 15, 21, 22, 23),
    "effects": (96, 97, 99, 100, 101, 102, 103, 119, 122, 55),
}
"""General MIDI programmes, counted from 0, for each role; what is there twice is drawn twice as often.

Nobody sings in them: choirs and voices (52 to 54, 85, 91) would teach that held vowels belong to the instruments.
"""

_RELEASE_SECONDS: Mapping[Role, tuple[float, float]] = {
    "bass": (0.03, 0.15),
    "pad": (0.3, 1.5),
    "strings": (0.1, 0.7),
    "mallet": (0.2, 1.0),
    "effects": (0.2, 1.5),
    "pluck": (0.1, 0.6),
}
_STRUMMED = ("acoustic_guitar", "clean_guitar", "distorted_guitar", "folk")
_FILTER_CORNER = 8
"""Number of the filter's corner among the parameters of a SoundFont, in cents."""


@dataclass(frozen=True)
class SoundfontInstrument:
    """Plays one preset; see Instrument."""

    preset: Preset
    sources: tuple[Source, ...]
    touch: Touch = field(default_factory=Touch)
    generators: Mapping[int, float] = field(default_factory=dict)
    mono: bool = False
    high_cut_hz: float | None = None

    @property
    def name(self) -> str:
        """See Instrument.name."""
        return f"{self.preset.name} ({self.preset.font.stem} {self.preset.bank}:{self.preset.programme})"

    def play(self, notes: Sequence[Note], samples: int, rng: Rng) -> Sound:
        """See Instrument.play."""
        tones = needed_tones(notes, self.touch)
        keys = [Key(tone.pitch, 0.3 + 0.65 * tone.velocity, tone.samples) for tone in tones.values()]
        sounds = render(self.preset, keys, self.generators) if keys else []
        line = mix_notes(notes, samples, self.touch, dict(zip(tones, sounds, strict=True)), rng)
        if self.mono:
            line = np.float32(0.5) * (line[0] + line[1])
        if self.high_cut_hz is not None:
            line = filtered(line, "lowpass", self.high_cut_hz)
        return levelled(without_rumble(line))  # some presets sway by half of their peak below 20 Hz


def random_soundfont_instrument(
    role: Role, judgements: Collection[Judgement], rng: Rng, mono: bool = False
) -> SoundfontInstrument:
    """Draw a soundfont, a programme for the role, and how it is played.

    Args:
        role: What it is for.
        judgements: Fonts with others are not drawn.
        rng: Where draws come from.
        mono: Make it mono, as for an amplifier.
    """
    allowed = {font: font.weight for font in SOUNDFONTS if font.judgement in judgements}
    usable = {font: weight for font, weight in allowed.items() if set(PROGRAMMES[role]) - font.left_out}
    font: Soundfont = weighted(rng, usable)
    numbers = [number for number in PROGRAMMES[role] if number not in font.left_out]
    programme = numbers[int(rng.integers(len(numbers)))]
    preset = next(one for one in presets(font.path) if one.bank == 0 and one.programme == programme)
    strum = log_between(rng, 0.005, 0.06) if role in _STRUMMED and chance(rng, 0.6) else 0.0
    release = log_between(rng, *_RELEASE_SECONDS.get(role, (0.04, 0.3)))
    return SoundfontInstrument(
        preset,
        (font.source,),
        Touch(release, int(rng.integers(1, 4)), rng.uniform(0.7, 1.4), strum_seconds=strum),
        {_FILTER_CORNER: -log_between(rng, 300.0, 3000.0)} if chance(rng, 0.15) else {},
        mono or chance(rng, 0.15),
        log_between(rng, 1500.0, 9000.0) if chance(rng, 0.1) else None,
    )
