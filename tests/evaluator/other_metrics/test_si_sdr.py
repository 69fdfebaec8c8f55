"""SI-SDR: the formula of the paper, blind to level, and what it says of silence and of perfection."""

import math

import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, AudioError
from evaluator.metrics import sdr
from evaluator.other_metrics.si_sdr import LIMIT_DB, si_sdr, si_sdr_files
from training.losses.ratios import SISDR


def noise(seed, samples=300_000):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) - 0.5


def test_it_is_the_loss_of_the_trainer_over_both_channels_as_one_vector():
    reference, estimate = noise(0, 5000), 0.3 * noise(0, 5000) + 0.1 * noise(1, 5000)
    loss = SISDR(remove_mean=False, floor=1e-30)
    expected = -loss.values(estimate.reshape(1, 1, -1), reference.reshape(1, 1, -1)).item()
    assert si_sdr(reference, estimate) == pytest.approx(expected, abs=1e-9)


def test_the_level_of_the_estimate_does_not_matter_though_mdx_sdr_depends_on_it():
    reference = noise(0)
    estimate = reference + 0.1 * noise(1)
    assert si_sdr(reference, -0.01 * estimate) == pytest.approx(si_sdr(reference, estimate), abs=1e-9)
    assert sdr({"bass": reference}, {"bass": 0.01 * estimate})["bass"] < 0.1


def test_perfection_and_its_opposite_reach_the_limits():
    reference = torch.zeros(2, 1000)
    reference[0] = 1.0
    other = reference.flip(0)
    assert si_sdr(reference, 0.5 * reference) == LIMIT_DB
    assert si_sdr(reference, other) == -LIMIT_DB
    assert si_sdr(reference, reference + 0.1 * other) == pytest.approx(20.0, abs=1e-6)


def test_silence_has_no_score():
    silence = torch.zeros(2, 10)
    assert math.isnan(si_sdr(silence, noise(0, 10)))
    assert math.isnan(si_sdr(noise(0, 10), silence))


def test_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"the shape of its reference, \(2, 10\). Got \(2, 9\)"):
        si_sdr(noise(0, 10), noise(0, 9))


def test_files_score_as_arrays_and_what_is_no_number_is_refused(tmp_path):
    reference, estimate = noise(0), noise(0) + 0.1 * noise(1)
    for name, sound in (("a", reference), ("b", estimate)):
        soundfile.write(tmp_path / f"{name}.wav", sound.T.numpy(), SAMPLE_RATE, subtype="DOUBLE")
    files = tmp_path / "a.wav", tmp_path / "b.wav"
    assert si_sdr_files(*files) == pytest.approx(si_sdr(reference, estimate), abs=1e-9)
    estimate[0, 5] = math.nan
    soundfile.write(files[1], estimate.T.numpy(), SAMPLE_RATE, subtype="DOUBLE")
    with pytest.raises(AudioError, match="b.wav' with 1 that are NaN or infinite"):
        si_sdr_files(*files)
