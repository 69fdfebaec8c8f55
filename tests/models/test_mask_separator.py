"""A mask of ones gives the song, one of zeros gives it to the accompaniment, and every method finds a voice."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from audio.stems import ACCOMPANIMENT
from models.errors import SettingsError
from models.mask_separator import MaskSeparator, MaskSettings, VoiceSettings
from models.registry import BuildOptions, build_model
from tests.models.repeating_songs import mean_square_ratio_db, repeating_song

SHORT_PIECES = MaskSettings(piece_seconds=5.0, crossfade_seconds=0.5)
METHODS = ("repet", "repet_sim", "2dft", "hpss", "rpca")


def _noise(samples):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(0))


def _build(name, **settings):
    return build_model(name, BuildOptions(torch.device("cpu"), settings=settings))


@pytest.mark.parametrize("samples", [1, 3000, 12 * 44_100])
def test_masks_of_one_value_share_the_song_out_in_that_proportion(samples):
    mixture = _noise(samples)
    for share in (0.0, 0.25, 1.0):
        separator = MaskSeparator(
            ("vocals", ACCOMPANIMENT), SHORT_PIECES, lambda magnitude, share=share: np.full_like(magnitude, share)
        )
        stems = separator.separate(mixture)
        torch.testing.assert_close(stems["vocals"], share * mixture, atol=1e-6, rtol=0)
        torch.testing.assert_close(stems[ACCOMPANIMENT], (1 - share) * mixture, atol=1e-6, rtol=0)


def test_seconds_and_hertz_become_the_nearest_frames_and_bins():
    settings = MaskSettings(window_samples=2048)
    assert settings.frames(1.0) == round(44_100 / 512)
    assert settings.bins(100.0) == round(100 * 2048 / 44_100)


def test_below_the_lowest_frequency_nothing_is_voice():
    mask = np.ones((2, 2049, 3), np.float32)
    heard = VoiceSettings(voice_lowest_hz=100.0).above_lowest(mask)
    assert heard[:, :9].max() == 0.0
    assert heard[:, 9:].min() == 1.0
    assert mask.min() == 1.0


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"hpss"}))
def test_a_tone_below_the_lowest_frequency_is_no_voice_whatever_the_method(name):
    seconds = torch.arange(4 * 44_100) / 44_100
    burst = torch.sin(2 * torch.pi * 60 * seconds) * (seconds > 1.5) * (seconds < 1.9)
    heard = [_build(name, voice_lowest_hz=hz).separate(burst.expand(2, -1))["vocals"] for hz in (0.0, 300.0)]
    before, after = (sound.square().mean() for sound in heard)
    assert after < 0.01 * before


@pytest.mark.parametrize(("seconds", "pieces_seconds"), [(6.9, [6.9]), (7.1, [5.0, 2.6])])
def test_a_rest_of_up_to_half_a_piece_goes_with_the_last_one(seconds, pieces_seconds):
    heard_seconds = []

    def record(magnitude):
        heard_seconds.append(magnitude.shape[-1] * 1024 / 44_100)
        return np.zeros_like(magnitude)

    MaskSeparator(("vocals",), SHORT_PIECES, record).separate(_noise(round(seconds * 44_100)))
    assert heard_seconds == pytest.approx(pieces_seconds, abs=0.05)


@pytest.mark.parametrize("name", METHODS)
def test_loudness_changes_nothing_but_the_loudness(name):
    mixture = sum(repeating_song())[:, : 2 * 44_100]
    separator = _build(name)
    stems, quiet = separator.separate(mixture), separator.separate(2.0**-14 * mixture)
    for stem in separator.stems:
        torch.testing.assert_close(2.0**14 * quiet[stem], stems[stem], atol=1e-4, rtol=0)


@pytest.mark.parametrize(("name", "gain_db"), [("repet", 13.0), ("repet_sim", 3.5), ("2dft", 5.0)])
def test_a_voice_over_a_loop_is_found_far_better_than_by_half_of_the_mixture(name, gain_db):
    accompaniment, voice = repeating_song()
    mixture = accompaniment + voice
    stems = _build(name).separate(mixture)
    for reference, stem in ((voice, "vocals"), (accompaniment, ACCOMPANIMENT)):
        before_db, after_db = (mean_square_ratio_db(reference, sound) for sound in (mixture / 2, stems[stem]))
        assert after_db > before_db + gain_db


@pytest.mark.parametrize("name", METHODS)
def test_numbers_without_bounds_are_refused_by_every_method(name):
    fields = dataclasses.fields(_build(name).settings)
    numbers = [field.name for field in fields if isinstance(field.default, float)]
    for key in (*numbers, "window_samples"):
        for value in (math.inf, math.nan, 4 * 10**30):
            with pytest.raises(SettingsError, match=f"'{key}' must be"):
                _build(name, **{key: value})


@pytest.mark.parametrize("name", METHODS)
def test_every_method_refuses_unknown_settings_with_the_known_ones(name):
    with pytest.raises(SettingsError, match=rf"'{name}'.*'piece' is unknown.*Known keys: piece_seconds"):
        _build(name, piece=3)
