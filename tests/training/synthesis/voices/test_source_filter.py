"""Frames become sound with the level, spectrum and pitch that they say."""

from itertools import pairwise

import numpy as np
import pytest

from training.synthesis.voices.bands import BAND_COUNT, BAND_HZ, HOP_SAMPLES, NOISE_HZ
from training.synthesis.voices.excitation import Glottis
from training.synthesis.voices.source_filter import FFT_SAMPLES, VoiceFrames, render, shaped, throat


def voice(bands_db, noise, frames=400, pitch_hz=150.0):
    return VoiceFrames(
        np.tile(np.asarray(bands_db, np.float32), (frames, 1)),
        np.full((frames, len(NOISE_HZ)), noise, np.float32),
        np.full(frames, pitch_hz, np.float32),
    )


def hill(centre_hz):
    return 30.0 * np.exp(-0.5 * (np.log2(np.maximum(BAND_HZ, 1.0) / centre_hz) / 0.3) ** 2) - 30.0


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0])
def test_flat_frames_of_0_db_sound_with_a_level_of_1(noise, rng, measures):
    sound = render(voice(np.zeros(BAND_COUNT), noise), throat(1.0), Glottis(), rng)
    assert measures.rms(sound[5000:-5000]) == pytest.approx(1.0, abs=0.06)


def test_noise_behind_the_throat_has_the_spectrum_of_the_bands(rng, measures):
    bands_db = hill(1500.0)
    sound = render(voice(bands_db, 1.0, frames=1500), throat(1.0), Glottis(breath_pulsing=0.0), rng)
    edges_hz = np.array((200, 400, 700, 1000, 1400, 1800, 2500, 4000, 8000))
    measured = measures.density(sound, edges_hz)
    hz = np.arange(200.0, 8000.0, 5.0)
    power = 10.0 ** (0.1 * np.interp(hz, BAND_HZ, bands_db))
    stated = 10.0 * np.log10([power[(hz >= low) & (hz < high)].mean() for low, high in pairwise(edges_hz)])
    difference = measured - stated
    np.testing.assert_allclose(difference - np.median(difference), 0.0, atol=1.5)


def test_a_shorter_throat_moves_the_formant_up(rng, measures):
    for shift in (0.8, 1.0, 1.25):
        sound = render(voice(hill(1500.0), 1.0), throat(shift), Glottis(), rng)
        edges_hz = np.arange(500, 3000, 50)
        smoothed = np.convolve(measures.density(sound, edges_hz), np.ones(9) / 9, mode="same")
        assert edges_hz[4 + smoothed[4:-5].argmax()] == pytest.approx(1500.0 * shift, abs=150.0)


def test_the_response_of_a_throat_is_causal_and_short():
    click = np.zeros(400 * HOP_SAMPLES, np.float32)
    click[200 * HOP_SAMPLES] = 1.0
    sound = shaped(voice(hill(800.0), 0.0), (click, np.zeros_like(click)), throat(1.0))
    energy = np.cumsum(sound.astype(np.float64) ** 2) / np.sum(sound.astype(np.float64) ** 2)
    assert energy[200 * HOP_SAMPLES - 1] < 0.01
    assert energy[200 * HOP_SAMPLES + 500] > 0.99


def test_sound_is_as_long_as_the_frames_and_the_tail(rng):
    sound = render(voice(np.zeros(BAND_COUNT), 0.3, frames=37), throat(1.0), Glottis(), rng)
    assert sound.shape == (37 * HOP_SAMPLES + FFT_SAMPLES - HOP_SAMPLES,)
    assert sound.dtype == np.float32


def test_the_pitch_is_that_of_the_frames(rng, measures):
    sound = render(voice(np.zeros(BAND_COUNT), 0.1, pitch_hz=313.0), throat(1.1), Glottis(jitter=0.0), rng)
    assert abs(measures.off_cents(sound[5000:49_100], 313.0)) <= 1
