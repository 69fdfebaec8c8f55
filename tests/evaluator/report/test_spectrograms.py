"""A tone is a bright line at its pitch, for as long as it sounds; the picture's size does not depend on the song's."""

import io

import av
import numpy as np
import pytest
import soundfile

from evaluator.report.spectrograms import BANDS, COLUMNS, spectrogram_png

RATE = 44_100


@pytest.fixture
def picture(tmp_path):
    """Return a function: samples -> the grey values of their spectrogram, the lowest band first."""

    def draw(samples):
        soundfile.write(tmp_path / "x.wav", samples, RATE, subtype="FLOAT")
        with av.open(io.BytesIO(spectrogram_png(tmp_path / "x.wav"))) as file:
            (frame,) = file.decode(video=0)
        return frame.to_ndarray(format="gray")[::-1].astype(int)

    return draw


def tone(hertz, seconds):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def test_a_tone_lies_in_its_band_and_a_higher_one_above_it(picture):
    low, high = (picture(tone(hertz, 1.0)).mean(axis=1).argmax() for hertz in (440, 8000))
    assert 0 < low < high < BANDS - 1


def test_a_sound_in_the_second_half_is_dark_in_the_first(picture):
    grey = picture(np.concatenate([np.zeros(2 * RATE), tone(1000, 2.0)]))
    assert grey.shape == (BANDS, COLUMNS)
    assert grey[:, : COLUMNS // 2 - 5].max() == 0
    assert grey[:, COLUMNS // 2 + 5 :].max() > 150


@pytest.mark.parametrize("samples", [0, 1, 500])
def test_a_sound_shorter_than_a_window_has_a_picture_too(picture, samples):
    assert picture(np.full((samples, 2), 0.1)).shape == (BANDS, COLUMNS)


def test_what_is_no_number_is_drawn_as_silence(picture):
    assert picture(np.full((RATE, 2), np.nan)).max() == 0
