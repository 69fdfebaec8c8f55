"""The weights-free separator: exact lengths, sums and scale, quality on made-up songs, and clear settings."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from audio.made_up_songs import MadeUpSong, make_song
from audio.stems import STEMS
from models.classical import CELLS, ClassicalSeparator, ClassicalSettings, build
from models.classical_cues import middle_cue, repetition_cue, steady_part
from models.classical_odds import STEADINESS, expected_shares
from models.classical_spectra import analyse
from models.classical_wiener import refine
from models.errors import SettingsError
from models.mixture_quarter import MixtureQuarterSeparator
from models.registry import BuildOptions, model_entry

RATE = 44_100
HELD_OUT_SONG = MadeUpSong(seed=1013, duration_seconds=6.0)


def _noise(samples, seed=0):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(seed))


def _sdr_db(reference, estimate):
    error = (reference - estimate).double().square().sum()
    return float(10 * torch.log10((reference.double().square().sum() + 1e-7) / (error + 1e-7)))


@pytest.fixture(scope="module")
def song():
    stems = make_song(HELD_OUT_SONG)
    return torch.stack([stems[stem] for stem in STEMS]).sum(dim=0), stems


@pytest.fixture(scope="module")
def estimates(song):
    return ClassicalSeparator().separate(song[0])


def test_stems_sum_to_the_mixture(song, estimates):
    assert torch.allclose(torch.stack(list(estimates.values())).sum(dim=0), song[0], atol=1e-4)


def test_every_stem_is_better_than_a_quarter_of_the_mixture(song, estimates):
    mixture, references = song
    quarters = MixtureQuarterSeparator().separate(mixture)
    gains_db = {
        stem: _sdr_db(references[stem], estimates[stem]) - _sdr_db(references[stem], quarters[stem]) for stem in STEMS
    }
    assert all(gain_db > 0.0 for gain_db in gains_db.values()), gains_db
    assert np.mean(list(gains_db.values())) > 2.0


@pytest.mark.parametrize("samples", [1, 2, 100, 2047, 2 * RATE + 1])
def test_short_songs_keep_their_length_and_stay_finite(samples):
    estimates = ClassicalSeparator().separate(_noise(samples))
    assert all(stem.shape == (2, samples) for stem in estimates.values())
    assert all(bool(stem.isfinite().all()) for stem in estimates.values())


@pytest.mark.parametrize("gain", [100.0, 1e-6])
def test_loudness_changes_nothing_but_the_loudness(song, estimates, gain):
    scaled = ClassicalSeparator().separate(gain * song[0])
    for stem in STEMS:
        assert torch.allclose(scaled[stem] / gain, estimates[stem], atol=1e-3)


def test_pieces_join_without_a_seam():
    mixture = _noise(12 * RATE)
    settings = ClassicalSettings(piece_seconds=5.0, crossfade_seconds=1.0)
    estimates = ClassicalSeparator(settings).separate(mixture)
    assert torch.allclose(torch.stack(list(estimates.values())).sum(dim=0), mixture, atol=1e-4)
    loudness = estimates["drums"].square().reshape(2, -1, RATE // 2).mean(dim=(0, 2))
    assert loudness.max() < 2.0 * loudness.min()


@pytest.mark.parametrize("tail_samples", [-1, 0, 1, 1000])
def test_any_length_around_a_border_of_pieces_is_kept(tail_samples):
    mixture = _noise(9 * RATE + tail_samples)
    settings = ClassicalSettings(piece_seconds=5.0, crossfade_seconds=1.0, wiener_exponent=0.0)
    estimates = ClassicalSeparator(settings).separate(mixture)
    assert torch.allclose(torch.stack(list(estimates.values())).sum(dim=0), mixture, atol=1e-4)


def test_shares_of_all_stems_sum_to_one_for_every_cue():
    cues = tuple((steadiness, *cell) for steadiness in STEADINESS for cell in CELLS)
    shares = expected_shares(np.linspace(0.0, 22050.0, 50), cues, 1.0)
    assert shares["bass"].shape == (50, 12)
    assert np.allclose(sum(shares.values()), 1.0, atol=1e-6)


def test_a_low_steady_tone_in_the_middle_goes_mostly_to_the_bass():
    time = torch.arange(4 * RATE) / RATE
    estimates = ClassicalSeparator().separate((0.3 * torch.sin(2 * torch.pi * 82.0 * time)).expand(2, -1))
    power = {stem: float(estimate.square().sum()) for stem, estimate in estimates.items()}
    assert power["bass"] > 0.5 * sum(power.values())


def test_clicks_go_mostly_to_the_drums():
    clicks = torch.zeros(2, 4 * RATE)
    clicks[:, :: RATE // 2] = 0.9
    power = {stem: float(estimate.square().sum()) for stem, estimate in ClassicalSeparator().separate(clicks).items()}
    assert power["drums"] > 0.6 * sum(power.values())


def test_the_steady_part_keeps_a_tone_and_drops_a_click():
    tone = 0.1 * np.sin(2 * np.pi * 440.0 * np.arange(3 * RATE) / RATE)
    click = np.zeros_like(tone)
    click[RATE] = 1.0
    inner = slice(RATE // 2, -RATE // 2)
    kept = steady_part(np.stack([tone, tone]).astype(np.float32), 4096, 0.5, 200.0)[0, inner]
    dropped = steady_part(np.stack([click, click]).astype(np.float32), 4096, 0.5, 200.0)[0, inner]
    assert np.sum(kept**2) > 0.9 * np.sum(tone[inner] ** 2)
    assert np.sum(dropped**2) < 0.1


def test_equal_channels_are_in_the_middle_and_opposite_ones_at_the_sides():
    channel = _noise(RATE)[0].numpy()
    assert middle_cue(analyse(np.stack([channel, channel]), 2048)).mean() > 0.99
    assert middle_cue(analyse(np.stack([channel, -channel]), 2048)).mean() == 0.0


def test_a_sound_heard_once_is_new_and_a_loop_is_repeated():
    rng = np.random.default_rng(0)
    loop = np.tile(rng.uniform(0.0, 1.0, (1025, 40)), 5).astype(np.float32)
    cue = repetition_cue(loop, 3, 0.1, 22050.0)
    assert cue.mean() > 0.95
    loop[200:300, 90] += 10.0
    assert repetition_cue(loop, 3, 0.1, 22050.0)[200:300, 90].max() < 0.1


def test_the_wiener_step_keeps_the_sum():
    rng = np.random.default_rng(0)
    spectra = {
        stem: (rng.standard_normal((2, 9, 7)) + 1j * rng.standard_normal((2, 9, 7))).astype(np.complex64)
        for stem in STEMS
    }
    mixture = sum(spectra.values())
    refined = refine(mixture, spectra, 5, 0.75)
    assert np.allclose(sum(refined.values()), mixture, atol=1e-3)


def test_settings_from_a_plan_reach_the_separator():
    options = BuildOptions(torch.device("cpu"), settings={"steady_seconds": 0.5})
    assert build(model_entry("classical"), options).settings.steady_seconds == 0.5


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"steady_second": 0.5},
            "'steady_second' is unknown. Did you mean 'steady_seconds'.*Known keys: piece_seconds",
        ),
        ({"window_samples": 4095}, "'window_samples' must be a multiple of 4. Got 4095"),
        ({"piece_seconds": 1.0}, "'piece_seconds' must be greater than or equal to 5. Got 1.0"),
    ],
)
def test_wrong_settings_are_refused_with_the_valid_ones(settings, message):
    with pytest.raises(SettingsError, match=message):
        build(model_entry("classical"), BuildOptions(torch.device("cpu"), settings=settings))
