"""The effect is the codec of its name."""

import numpy as np
import pytest

from audio.codecs import QUICK_AAC, QUICK_MP3, round_trip
from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.codec import Codec


@pytest.mark.parametrize(("name", "how"), [("mp3", QUICK_MP3), ("aac", QUICK_AAC)])
def test_a_codec_is_a_round_trip_at_its_bit_rate(name, how):
    sound = noise(0.2)
    np.testing.assert_array_equal(Codec(name, 64)(sound), round_trip(sound, SAMPLE_RATE, 64, how))
