"""Drum kits of soundfonts: each drum's keys, rendered once into strokes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.synthesis.draws import weighted
from training.synthesis.instruments.drums.computed import computed_voices, pieces
from training.synthesis.instruments.drums.kits import DrumVoice, Kit, Stroke, struck_again
from training.synthesis.instruments.fluidsynth import Key, Preset, presets, render
from training.synthesis.instruments.interfaces import OWN, Judgement, Rng, Sound
from training.synthesis.instruments.signals import sample_count, without_rumble
from training.synthesis.instruments.soundfonts import SOUNDFONTS, Soundfont
from training.synthesis.scores import Drum

KEYS: Mapping[Drum, Sequence[int]] = {
    "kick": (36, 35),
    "snare": (38, 40), "ghost_snare": (38,), "rim": (37,), "clap": (39,),
    "closed_hat": (42,), "open_hat": (46,), "pedal_hat": (44,), "crash": (49, 57, 55), "ride": (51, 59, 53),
    "low_tom": (41, 43), "mid_tom": (45, 47), "high_tom": (48, 50),
    "shaker": (70, 82, 69), "tambourine": (54,), "cowbell": (56,), "conga": (62, 63, 64, 60, 61),
}  # fmt: skip
"""General MIDI's percussion keys."""
KIT_FONTS = (
    Soundfont(
        "sf2/Black_Pearl_4_LV2.sf2", "avldrums.lv2-soundfont", "copyleft", '"AVL Drumkits" by Glen MacArthur', 2.0
    ),
    Soundfont(
        "sf2/Red_Zeppelin_4_LV2.sf2", "avldrums.lv2-soundfont", "copyleft", '"AVL Drumkits" by Glen MacArthur', 2.0
    ),
)
"""Fonts that hold one kit and nothing else."""
_VELOCITIES = (0.3, 0.6, 0.95)
_LONG_SECONDS = 2.5
_SHORT_SECONDS = 0.8
_LONG = ("crash", "ride", "open_hat")
_SILENT = 1e-3


@dataclass(frozen=True)
class RenderedDrum:
    """Strokes of one drum, soft to hard."""

    strokes: tuple[Sound, ...]

    def __call__(self, velocity: float, rng: Rng) -> Stroke:
        """Return the stroke of a velocity."""
        return struck_again(self.strokes[min(len(self.strokes) - 1, int(velocity * len(self.strokes)))], 1.0, rng)


def random_soundfont_kit(judgements: Collection[Judgement], rng: Rng) -> Kit:
    """Draw a kit of a soundfont; drums that it has not are computed."""
    fonts = [font for font in (*SOUNDFONTS, *KIT_FONTS) if font.judgement in judgements]
    font: Soundfont = weighted(rng, {font: font.weight for font in fonts})
    kits = [
        preset
        for preset in presets(font.path)
        if (preset.bank == 128 and "SFX" not in preset.name) or font in KIT_FONTS
    ]
    preset = kits[int(rng.integers(len(kits)))]
    voices = computed_voices(rng)
    voices.update(_rendered(preset, rng))
    name = f"{preset.name} ({font.path.stem})"
    return Kit(name, pieces(voices, rng, len(_VELOCITIES)), (font.source, OWN), rng.uniform(0.5, 1.2))


def _rendered(preset: Preset, rng: Rng) -> dict[Drum, DrumVoice]:
    plain = preset.bank != 128  # a font with one kit has the first key of each drum, and few others
    chosen = {drum: keys[0 if plain else int(rng.integers(len(keys)))] for drum, keys in KEYS.items()}
    chosen["ghost_snare"] = chosen["snare"]
    struck = [
        Key(key, velocity, sample_count(_LONG_SECONDS if drum in _LONG else _SHORT_SECONDS))
        for drum, key in chosen.items()
        for velocity in _VELOCITIES
    ]
    sounds = [without_rumble(sound) for sound in render(preset, struck)]
    found: dict[Drum, DrumVoice] = {}
    for number, drum in enumerate(chosen):
        strokes = sounds[number * len(_VELOCITIES) : (number + 1) * len(_VELOCITIES)]
        if all(float(np.abs(stroke).max()) > _SILENT for stroke in strokes):
            found[drum] = RenderedDrum(tuple(strokes))
    return found
