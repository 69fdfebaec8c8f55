"""Embedded sounds are MP3 of the predicted size, and the cap is kept."""

import base64
import io

import numpy as np
import pytest
import soundfile

from evaluator.report.embedding import as_base64_mp3, embedded_bytes, songs_that_fit
from evaluator.report.sounds import find_sounds


def test_a_sound_of_another_rate_becomes_stereo_mp3_of_its_length_and_pitch(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(96_000) / 48_000)
    soundfile.write(tmp_path / "x.wav", tone, 48_000)
    decoded, rate = soundfile.read(io.BytesIO(base64.b64decode(as_base64_mp3(tmp_path / "x.wav"))))
    assert (rate, decoded.shape[1]) == (44_100, 2)
    assert len(decoded) / rate == pytest.approx(2.0, abs=0.06)
    assert np.argmax(np.abs(np.fft.rfft(decoded[:44_100, 0]))) == 1000


def test_the_size_in_the_page_is_known_beforehand(run_on_disk):
    path = run_on_disk.data / "Alpha" / "bass.wav"
    assert len(as_base64_mp3(path)) == pytest.approx(embedded_bytes(3.0), rel=0.04)


def test_songs_are_embedded_whole_while_they_fit_into_the_cap(run_on_disk):
    sounds = {name: find_sounds("Alpha", run_on_disk.results, run_on_disk.data) for name in ("long", "short", "third")}
    durations = {"long": 200.0, "short": 10.0, "third": 10.0}
    short_bytes = 9 * embedded_bytes(10.0)
    assert songs_that_fit(sounds, durations, int(1.5 * short_bytes)) == {"short"}
    assert songs_that_fit(sounds, durations, int(2.1 * short_bytes)) == {"short", "third"}
    assert songs_that_fit(sounds, durations, 0) == set()
