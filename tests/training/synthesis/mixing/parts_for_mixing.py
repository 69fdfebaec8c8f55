"""Parts as players would hand them over, made of noise: short, with every bus and line."""

import numpy as np

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.parts import PlayedPart, PlayedParts
from training.synthesis.scores import Line, Score

SECONDS = 1.5
SAMPLES = round(SECONDS * SAMPLE_RATE)


def beats(centre_hz, beats_a_second, seed, channels=2):
    """Bursts of noise in a band."""
    time = np.arange(SAMPLES) / SAMPLE_RATE
    sound = Equaliser((Band("band_pass", centre_hz, quality=1.0),))(noise(SECONDS, channels, seed))
    sound = sound * np.exp(-8.0 * ((time * beats_a_second) % 1.0)).astype(np.float32)
    return np.repeat(sound, 2, axis=0) if channels == 1 else sound


def make_parts(seed=0, **changes):
    parts = {
        "samples": SAMPLES,
        "drums": {
            "kick": beats(60.0, 2.0, seed, 1),
            "snare": beats(400.0, 1.0, seed + 1),
            "cymbals": beats(8e3, 8.0, 9),
        },
        "bass": beats(90.0, 4.0, seed + 2, 1),
        "others": (PlayedPart("pad", beats(700.0, 1.0, seed + 3)), PlayedPart("lead_guitar", beats(1500.0, 3.0, 5, 1))),
        "vocals": (PlayedPart("lead", beats(900.0, 2.0, seed + 4, 1)), PlayedPart("ad_lib", beats(2e3, 1.0, 7))),
    }
    return PlayedParts(**{**parts, **changes})


def make_score(genre="pop", seconds=SECONDS):
    return Score(genre, 120.0, "A minor", ("Am",), seconds, (), (), Line("bass", ()), (), ())
