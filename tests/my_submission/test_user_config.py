"""The SDX23 adapter: arrays in, arrays out, whatever happens."""

import time
from dataclasses import replace

import numpy as np
import pytest

from audio import STEMS, AudioError
from my_submission.user_config import MySeparationModel
from separation.deadline.guard_plan import GuardPlan


@pytest.fixture
def model(write_plan):
    write_plan("model: mixture-quarter\n")
    return MySeparationModel()


def noise(*shape):
    return np.random.default_rng(0).uniform(-0.9, 0.9, shape)


@pytest.mark.parametrize("rate", [44_100, 48_000])
@pytest.mark.parametrize("shape", [(1000, 2), (1000,), (1, 2)])
def test_arrays_come_back_with_the_length_and_rate_of_the_song(model, shape, rate):
    arrays, rates = model.separate_music_file(noise(*shape), rate)
    assert model.instruments == ["bass", "drums", "other", "vocals"]
    assert set(arrays) == set(rates) == set(model.instruments)
    assert {array.shape for array in arrays.values()} == {(shape[0], 2)}
    assert set(rates.values()) == {rate}
    assert all(np.isfinite(array).all() and array.dtype == np.float64 for array in arrays.values())


def test_the_input_is_not_modified(model):
    song = noise(100, 2)
    model.separate_music_file(song, 44_100)
    assert np.array_equal(song, noise(100, 2))


def test_a_failing_model_gives_a_quarter_of_the_mixture_and_says_so(model, caplog):
    for rung in model.guard.ladder:
        rung.separator = None
    song = noise(100, 2)
    arrays, _ = model.separate_music_file(song, 44_100)
    assert np.allclose(arrays["bass"], song / 4, atol=1e-6)
    assert "FALLBACK" in caplog.text


def test_a_model_that_cannot_run_fails_at_once_with_its_reason(write_plan, monkeypatch):
    def fail(mixture):
        raise RuntimeError("out of memory")

    broken = type("Broken", (), {"separate": staticmethod(fail), "sample_rate": 44_100, "stems": STEMS})()
    write_plan("model: mixture-quarter\n")
    monkeypatch.setattr("separation.deadline.ladder.create_separator", lambda plan: broken)
    with pytest.raises(RuntimeError, match="out of memory"):
        MySeparationModel()


def test_a_song_that_takes_too_long_comes_back_within_its_limit(model):
    slow = model.guard.ladder[-1]
    slow.separator = type(
        "Slow", (), {"separate": staticmethod(lambda mixture: time.sleep(3)), "sample_rate": 44_100}
    )()
    model.song_clock = replace(model.song_clock, guard=GuardPlan(limit=0.8))
    song = noise(22_050, 2)
    started = time.monotonic()
    arrays, _ = model.separate_music_file(song, 44_100)
    assert time.monotonic() - started < 0.8
    assert np.allclose(arrays["bass"], song / 4, atol=1e-6)


def test_sound_that_is_neither_mono_nor_stereo_is_refused(model):
    with pytest.raises(AudioError, match=r"The song must be mono or stereo.*\(100, 6\)"):
        model.separate_music_file(noise(100, 6), 44_100)


def test_errors_for_the_evaluators_log_have_its_type(model):
    with pytest.raises(NameError, match="out of memory"):
        model.raise_aicrowd_error("out of memory")


def test_the_wrapper_of_the_challenge_accepts_the_model(model):
    """What its wrapper checks: the keys, and that soundfile can write each array at its rate."""
    arrays, rates = model.separate_music_file(noise(1000, 2), 44_100)
    assert set(arrays.keys()) == {"bass", "drums", "other", "vocals"}
    assert all(isinstance(rates[stem], int) for stem in arrays)
