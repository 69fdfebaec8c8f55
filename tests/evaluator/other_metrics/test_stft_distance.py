"""The multi-resolution STFT distance: auraloss's number, excerpt by excerpt, without those that say nothing."""

import math
import sys

import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, AudioError
from evaluator.other_metrics import stft_distance
from evaluator.other_metrics.stft_distance import (
    EXCERPT_SAMPLES,
    SHORTEST_SAMPLES,
    MissingMetricLibraryError,
    stft_distance_files,
)

freq = pytest.importorskip("auraloss.freq")


def noise(samples, seed):
    return 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def distance(tmp_path):
    """Return a function: the distance of two sounds, written to files."""

    def measure(reference, estimate):
        for name, sound in (("reference", reference), ("estimate", estimate)):
            soundfile.write(tmp_path / f"{name}.wav", sound.T.numpy(), SAMPLE_RATE, subtype="FLOAT")
        return stft_distance_files(tmp_path / "reference.wav", tmp_path / "estimate.wav")

    return measure


def test_it_is_auralosss_default_averaged_over_excerpts_by_their_length(distance):
    reference, estimate = noise(EXCERPT_SAMPLES + 5000, 0), noise(EXCERPT_SAMPLES + 5000, 1)
    theirs = freq.MultiResolutionSTFTLoss()
    excerpts = zip(estimate.split(EXCERPT_SAMPLES, -1), reference.split(EXCERPT_SAMPLES, -1), strict=True)
    total = sum(one.shape[-1] * theirs(one[None], true[None]).item() for one, true in excerpts)
    assert distance(reference, estimate) == pytest.approx(total / (EXCERPT_SAMPLES + 5000), rel=1e-6)


def test_an_identical_estimate_has_distance_zero_and_another_level_has_not(distance):
    sound = noise(4000, 0)
    assert distance(sound, sound) == 0.0
    assert distance(sound, 0.5 * sound) == pytest.approx(0.5 + math.log(2), rel=1e-4)


def test_silent_and_very_short_excerpts_are_left_out(distance):
    sound = noise(EXCERPT_SAMPLES, 0)
    silence = torch.zeros(2, EXCERPT_SAMPLES)
    whole = distance(sound, 0.5 * sound)
    # The last excerpt is too short, the first one is silent.
    longer = torch.cat([silence, sound, noise(SHORTEST_SAMPLES - 1, 2)], dim=1)
    estimate = torch.cat([noise(EXCERPT_SAMPLES, 3), 0.5 * sound, torch.zeros(2, SHORTEST_SAMPLES - 1)], dim=1)
    assert distance(longer, estimate) == whole
    assert math.isnan(distance(silence, sound))


def test_samples_that_are_no_numbers_are_refused(distance):
    sound = noise(4000, 0)
    broken = sound.clone()
    broken[0, 5] = math.inf
    with pytest.raises(AudioError, match="estimate.wav' with 1 that are NaN or infinite"):
        distance(sound, broken)


def test_without_auraloss_the_error_names_the_command_that_installs_it(distance, monkeypatch):
    stft_distance._distance.cache_clear()
    monkeypatch.setitem(sys.modules, "auraloss.freq", None)
    with pytest.raises(MissingMetricLibraryError, match=r"'mr-stft' needs.*uv pip install -e \"\.\[training\]\""):
        distance(noise(4000, 0), noise(4000, 1))
