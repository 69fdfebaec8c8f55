"""BSSEval of files: what is handed to the scorer, and what is refused before."""

import numpy as np
import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, STEMS, AudioError
from evaluator import bsseval_files as bsseval_files_module
from evaluator.bsseval_files import bsseval_files
from evaluator.frame_scores import FrameScores


@pytest.fixture
def handed(monkeypatch):
    """Let a stand-in take the place of the scorer; returns what it was handed."""
    calls = {}

    class Scorer:
        def __init__(self, references, sample_rate):
            assert sample_rate == SAMPLE_RATE
            calls["references"] = references

        def score(self, estimates):
            calls["score"] = estimates
            return FrameScores({})

        def sdr(self, estimates):
            calls["sdr"] = estimates
            return FrameScores({})

    monkeypatch.setattr(bsseval_files_module, "SongScorer", Scorer)
    return calls


def paths(folder):
    return {stem: folder / f"{stem}.wav" for stem in STEMS}


def test_the_scorer_gets_whole_stems_without_loss(tmp_path, make_track, handed):
    # Longer than a block of reading.
    references, estimates = (make_track(tmp_path / str(seed), samples=150_000, seed=seed) for seed in (0, 1))
    bsseval_files(paths(references), paths(estimates))
    assert list(handed) == ["references", "score"]
    for key, folder in (("references", references), ("score", estimates)):
        for stem, samples in handed[key].items():
            assert samples.dtype == torch.float32
            np.testing.assert_array_equal(samples.double().numpy().T, soundfile.read(folder / f"{stem}.wav")[0])


def test_sdr_alone_takes_the_short_way(tmp_path, make_track, handed):
    song = make_track(tmp_path / "song")
    bsseval_files(paths(song), paths(song), ["SDR"])
    assert list(handed) == ["references", "sdr"]


def test_a_silent_song_has_no_scores(tmp_path, make_track, handed):
    song = make_track(tmp_path / "song", silent=STEMS)
    assert bsseval_files(paths(song), paths(song)) is None
    assert not handed


def test_files_that_do_not_fit_or_hold_no_numbers_are_refused_by_name(tmp_path, make_track, handed):
    song, estimates = make_track(tmp_path / "song"), make_track(tmp_path / "estimates")
    soundfile.write(estimates / "drums.wav", np.full((4410, 2), np.inf), SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(AudioError, match="estimates/drums.wav' with 8820 that are NaN or infinite"):
        bsseval_files(paths(song), paths(estimates))
    soundfile.write(estimates / "bass.wav", np.zeros((4409, 2)), SAMPLE_RATE)
    with pytest.raises(AudioError, match="estimates/bass.wav' must have the channels and samples"):
        bsseval_files(paths(song), paths(estimates))


def test_stems_whose_channels_cancel_throughout_are_silent_as_museval_has_it(tmp_path, make_track):
    song = make_track(tmp_path / "song")
    for path in paths(song).values():
        samples, _ = soundfile.read(path)
        soundfile.write(path, samples[:, :1] * [1.0, -1.0], SAMPLE_RATE, subtype="FLOAT")
    assert bsseval_files(paths(song), paths(song)) is None


@pytest.mark.parametrize(("samples", "sample_rate"), [(4_409, SAMPLE_RATE), (4_410, 48_000)])
def test_a_song_whose_true_stems_do_not_go_together_is_refused_by_name(tmp_path, make_track, samples, sample_rate):
    song = make_track(tmp_path / "song")
    soundfile.write(song / "drums.wav", np.ones((samples, 2)), sample_rate)
    with pytest.raises(AudioError, match=rf"song/drums.wav' with \({sample_rate}, 2, {samples}\)"):
        bsseval_files(paths(song), paths(song))
