"""Made-up songs are deterministic, stay inside full scale, and hold what their config asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from audio.made_up_songs import SAMPLE_SONGS, STYLES, MadeUpSong, make_song
from audio.stems import SAMPLE_RATE, STEMS

SHORT = MadeUpSong(seed=3, duration_seconds=2.5)


def _side_to_middle(stem):
    return float(((stem[0] - stem[1]) ** 2).sum() / ((stem[0] + stem[1]) ** 2).sum())


@pytest.fixture(scope="module")
def song():
    return make_song(SHORT)


def test_stems_are_stereo_float32_of_the_asked_length(song):
    assert tuple(song) == STEMS
    for stem in song.values():
        assert stem.shape == (2, round(2.5 * SAMPLE_RATE))
        assert stem.dtype == torch.float32


def test_the_same_config_gives_the_same_samples(song):
    again = make_song(SHORT)
    assert all(torch.equal(song[stem], again[stem]) for stem in STEMS)


def test_another_seed_gives_another_song(song):
    other = make_song(replace(SHORT, seed=4))
    assert all(not torch.equal(song[stem], other[stem]) for stem in STEMS)


@pytest.mark.parametrize("style", STYLES)
def test_the_sum_and_every_stem_stay_inside_full_scale_in_each_style(style):
    song = make_song(replace(SHORT, style=style, seed=5))
    mixture = torch.stack(list(song.values())).sum(dim=0)
    assert 0.5 < max(mixture.abs().max(), *(stem.abs().max() for stem in song.values())) <= 0.99
    assert all(bool(stem.isfinite().all()) for stem in song.values())
    assert all(float(stem.square().mean()) > 1e-6 for stem in song.values())


def test_bass_is_in_the_middle_and_the_rest_is_wide(song):
    assert _side_to_middle(song["bass"]) < 1e-6
    assert 0.001 < _side_to_middle(song["vocals"]) < 0.5
    assert _side_to_middle(song["other"]) > 0.02


def test_bass_has_its_power_below_250_hz(song):
    power = torch.fft.rfft(song["bass"].sum(dim=0)).abs().square()
    border = round(250.0 * song["bass"].shape[1] / SAMPLE_RATE)
    assert power[:border].sum() > 0.7 * power.sum()


def test_a_silent_stem_is_zero_and_the_others_only_change_their_level(song):
    instrumental = make_song(replace(SHORT, silent_stems=("vocals",)))
    assert not instrumental["vocals"].any()
    for stem in ("bass", "drums", "other"):
        gain = instrumental[stem].abs().max() / song[stem].abs().max()
        assert torch.allclose(instrumental[stem], gain * song[stem], atol=1e-5)


def test_a_song_of_silence_is_possible():
    song = make_song(MadeUpSong(duration_seconds=0.5, silent_stems=STEMS))
    assert not any(stem.any() for stem in song.values())


@pytest.mark.parametrize("duration_seconds", [1 / SAMPLE_RATE, 0.01, 0.3])
def test_very_short_songs_keep_their_length(duration_seconds):
    song = make_song(MadeUpSong(duration_seconds=duration_seconds))
    assert all(stem.shape == (2, round(duration_seconds * SAMPLE_RATE)) for stem in song.values())
    assert all(bool(stem.isfinite().all()) for stem in song.values())


def test_the_sample_songs_last_8_to_12_seconds_and_one_is_an_instrumental():
    assert len(SAMPLE_SONGS) == 2
    assert all(8.0 <= song.duration_seconds <= 12.0 for song in SAMPLE_SONGS.values())
    assert [song.silent_stems for song in SAMPLE_SONGS.values()] == [(), ("vocals",)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"style": "polka"}, r"style must be one of pop, rock.*Got 'polka'"),
        ({"key": "H minor"}, r"key must be a note.*Got 'H minor'"),
        ({"key": "C dorian"}, r"key must be a note.*Got 'C dorian'"),
        ({"silent_stems": ("voice",)}, r"silent_stems must be names among bass.*Got \['voice'\]"),
        ({"duration_seconds": 0.0}, r"duration_seconds must be above 0.*Got 0.0"),
        ({"tempo_bpm": 5.0}, r"tempo_bpm must be between 30 and 300. Got 5.0"),
    ],
)
def test_wrong_configs_are_refused_with_the_value_and_the_choices(change, message):
    with pytest.raises(ValueError, match=message):
        make_song(replace(SHORT, **change))
