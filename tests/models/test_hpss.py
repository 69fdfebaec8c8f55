"""HPSS: medians equal to scipy's; strokes go to the drums, tones to the rest."""

from dataclasses import replace

import numpy as np
import torch
from scipy.ndimage import median_filter

from models.hpss import HpssSettings, drum_mask, harmonic_and_percussive
from models.registry import BuildOptions, build_model
from tests.models.repeating_songs import RATE, mean_square_ratio_db


def _magnitude():
    return np.random.default_rng(0).uniform(size=(2, 257, 60)).astype(np.float32)


SMALL = HpssSettings(window_samples=512, harmonic_seconds=17 * 128 / RATE, percussive_hz=31 * RATE / 512)


def test_the_usual_medians_are_near_17_frames_and_bins():
    usual = HpssSettings()
    assert (usual.frames(usual.harmonic_seconds), usual.bins(usual.percussive_hz)) == (17, 18)


def test_the_medians_are_those_of_scipy():
    harmonic, percussive = harmonic_and_percussive(_magnitude(), SMALL)
    np.testing.assert_array_equal(harmonic, median_filter(_magnitude(), size=(1, 1, 17), mode="nearest"))
    np.testing.assert_array_equal(percussive, median_filter(_magnitude(), size=(1, 31, 1), mode="nearest"))


def test_a_stroke_as_loud_as_the_margin_asks_has_a_share_of_one_half():
    magnitude = np.zeros((2, 257, 60), np.float32)
    magnitude[:, 100] = 1.0
    magnitude[..., 30] = 3.0
    for margin, share in ((1.0, 0.9), (3.0, 0.5)):
        mask = drum_mask(magnitude, replace(SMALL, percussive_margin=margin))
        np.testing.assert_allclose(mask[:, 100, 30], share, rtol=1e-6)
        assert mask[:, 100, 10].max() == 0.0
        assert mask[:, 50, 30].min() == 1.0


def test_clicks_are_drums_and_tones_are_the_rest():
    time = torch.arange(4 * RATE) / RATE
    tones = sum(0.1 * torch.sin(2 * torch.pi * pitch_hz * time) for pitch_hz in (220.0, 554.0, 1318.5))
    clicks = torch.zeros_like(time)
    clicks[RATE // 4 :: RATE // 2] = 0.9
    tones, clicks = tones.expand(2, -1), clicks.expand(2, -1)
    drums = build_model("hpss", BuildOptions(torch.device("cpu"))).separate(tones + clicks)["drums"]
    inner = slice(RATE // 2, -RATE // 2)
    assert mean_square_ratio_db(clicks[:, inner], drums[:, inner]) > 15.0
    assert mean_square_ratio_db(tones[:, inner], (tones + clicks - drums)[:, inner]) > 15.0
