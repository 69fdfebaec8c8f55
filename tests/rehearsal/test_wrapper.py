"""Our stand-in of SDX23's wrapper keeps its contract, and the kit's own class runs in it."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
import pytest
import soundfile

from my_submission.user_config import MySeparationModel
from rehearsal.stage import GRADER_FILES

STEMS = ["bass", "drums", "other", "vocals"]


class Recording:
    """Gives the mixture back as every stem, twice as slow, and remembers what it was given."""

    def __init__(self):
        self.given = []

    def separate_music_file(self, mixed_sound_array, sample_rate):
        self.given.append((mixed_sound_array, sample_rate))
        return dict.fromkeys(STEMS, mixed_sound_array), dict.fromkeys(STEMS, sample_rate // 2)


@pytest.fixture
def wrap(tmp_path, monkeypatch, two_songs):
    """Return a function that makes the wrapper around a class, its folders as the server's environment names them."""
    (tmp_path / "shared" / "predictions").mkdir(parents=True)
    monkeypatch.setenv("AICROWD_DATASET_DIR", str(two_songs))
    monkeypatch.setenv("AICROWD_PUBLIC_SHARED_DIR", str(tmp_path / "shared"))
    spec = importlib.util.spec_from_file_location("wrapper", GRADER_FILES / "my_submission" / "aicrowd_wrapper.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def make(model_class):
        config = ModuleType("my_submission.user_config")
        config.MySeparationModel = model_class
        monkeypatch.setitem(sys.modules, "my_submission.user_config", config)
        return module.AIcrowdWrapper()

    return make


@pytest.mark.parametrize("shape", [(4410, 2), (4410,)], ids=["stereo", "mono"])
def test_the_model_gets_float64_arrays_as_soundfile_reads_them(wrap, two_songs, tmp_path, shape):
    soundfile.write(two_songs / "Alpha" / "mixture.wav", np.full(shape, 0.25), 48_000)
    wrapper = wrap(Recording)
    assert wrapper.separate_music_file("Alpha") is True
    ((array, rate),) = wrapper.model.given
    assert (array.dtype, array.shape, rate) == (np.float64, shape, 48_000)
    written = soundfile.info(tmp_path / "shared" / "predictions" / "Alpha" / "vocals.wav")
    # The rates that a model gives are written as they come.
    assert (written.samplerate, written.subtype, written.frames) == (24_000, "PCM_16", 4410)


def test_the_names_of_the_stems_are_all_that_is_checked(wrap):
    wrapper = wrap(Recording)
    wrapper.check_output(dict.fromkeys(reversed(STEMS)), {})
    with pytest.raises(AssertionError, match="All instrument not present"):
        wrapper.check_output(dict.fromkeys(["bass", "drums", "other", "voice"]), {})


def test_missing_folders_are_refused_when_the_wrapper_is_made(wrap, monkeypatch, tmp_path):
    monkeypatch.setenv("AICROWD_PUBLIC_SHARED_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(AssertionError, match="nowhere/predictions - No such directory"):
        wrap(Recording)


def test_without_the_servers_environment_the_kits_folders_hold(wrap, monkeypatch, tmp_path):
    monkeypatch.delenv("AICROWD_PUBLIC_SHARED_DIR")
    monkeypatch.delenv("AICROWD_DATASET_DIR")
    monkeypatch.chdir(tmp_path)
    for name in ("public_dataset", "evaluator_outputs"):
        (tmp_path / name).mkdir()
    wrapper = wrap(Recording)
    assert (wrapper.dataset_dir, wrapper.predictions_dir) == ("./public_dataset/", "./evaluator_outputs/")


@pytest.mark.parametrize("channels", [1, 2])
def test_the_kits_class_separates_stereo_and_mono_in_the_wrapper(wrap, two_songs, tmp_path, monkeypatch, channels):
    (tmp_path / "plan.yaml").write_text("model: mixture-quarter\n")
    monkeypatch.setattr("my_submission.user_config.PLAN_PATH", tmp_path / "plan.yaml")
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (4410, channels))
    soundfile.write(two_songs / "Alpha" / "mixture.wav", sound, 44_100)
    wrap(MySeparationModel).separate_music_file("Alpha")
    for stem in STEMS:
        written, rate = soundfile.read(tmp_path / "shared" / "predictions" / "Alpha" / f"{stem}.wav")
        assert (written.shape, rate) == ((4410, 2), 44_100)
        assert np.allclose(written, sound / 4, atol=2**-14)
