"""An outline holds each stretch's extremes, whatever the length, the channels and the values."""

import numpy as np
import pytest
import soundfile

from evaluator.metrics import BLOCK_SAMPLES
from evaluator.report.waveforms import outline


@pytest.mark.parametrize(("samples", "channels"), [(3 * BLOCK_SAMPLES + 17, 2), (5000, 1), (601, 3)])
def test_an_outline_is_that_of_the_whole_signal_cut_into_stretches(tmp_path, samples, channels):
    sound = np.random.default_rng(0).uniform(-1, 1, (samples, channels)).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", sound, 44_100, subtype="FLOAT")
    stretches = np.split(sound, np.arange(1, 600) * samples // 600)
    expected = [[np.rint(127 * part.min()), np.rint(127 * part.max())] for part in stretches]
    np.testing.assert_array_equal(outline(tmp_path / "x.wav"), expected)


def test_a_sound_shorter_than_the_outline_has_a_stretch_for_each_sample(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.array([[0.5, -1.0], [0.25, 0.0]]), 44_100, subtype="FLOAT")
    np.testing.assert_array_equal(outline(tmp_path / "x.wav"), [[-127, 64], [0, 32]])


def test_what_is_no_number_counts_as_zero_and_what_is_too_loud_is_clipped(tmp_path):
    sound = np.array([np.nan, np.inf, -7.0, 9.0])
    soundfile.write(tmp_path / "x.wav", sound, 44_100, subtype="FLOAT")
    np.testing.assert_array_equal(outline(tmp_path / "x.wav"), [[0, 0], [0, 0], [-127, -127], [127, 127]])


def test_a_sound_without_samples_has_an_empty_outline(tmp_path):
    soundfile.write(tmp_path / "x.wav", np.empty((0, 2)), 44_100)
    assert outline(tmp_path / "x.wav").shape == (0, 2)
