"""Spectrograms show tones where they are; the PNG is one that others read."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from tests.training.synthesis.mixing.signals import sine
from training.synthesis.pictures import HEIGHT, HIGHEST_HZ, LOWEST_HZ, WIDTH, png, spectrogram


@pytest.mark.parametrize("hertz", [200.0, 3000.0, 12_000.0])
def test_a_tone_is_a_bright_line_at_its_height(hertz):
    brightness = spectrogram(sine(hertz, 2.0, amplitude=1.0))
    assert brightness.shape == (HEIGHT, WIDTH)
    expected = HEIGHT * (1 - np.log(hertz / LOWEST_HZ) / np.log(HIGHEST_HZ / LOWEST_HZ))
    assert abs(int(brightness[:, WIDTH // 2].argmax()) - expected) < 3
    assert brightness.max() >= 250


def test_silence_and_short_sounds_are_dark_pictures():
    assert not spectrogram(np.zeros((2, 10), np.float32)).any()


def test_a_png_holds_the_picture():
    picture = imread(io.BytesIO(png(np.array([[0, 255], [128, 0]], np.uint8))))
    assert picture.shape[:2] == (2, 2)
    assert picture[0, 0, :3].sum() < picture[1, 0, :3].sum() < picture[0, 1, :3].sum()
