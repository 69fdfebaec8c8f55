import math
import tracemalloc

import numpy as np
import pytest
import soundfile
import torch

from audio import SAMPLE_RATE, STEMS, AudioError, write_audio
from evaluator.metrics import DELTA, mean_sdr, sdr, sdr_files
from evaluator.music_demixing import MusicDemixingPredictor


def noise(samples=300_000, seed=0):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(seed)) - 0.5


def kit_sdr(references, estimates):
    """The challenge's formula on whole float32 arrays (stems, samples, channels)."""
    signal = np.sum(np.square(references), axis=(1, 2)) + 1e-7
    error = np.sum(np.square(references - estimates), axis=(1, 2)) + 1e-7
    return 10 * np.log10(signal / error)


def test_a_scaled_reference_has_the_sdr_of_the_formula():
    reference = noise()
    for gain, expected in ((0.9, 20.0), (0.5, 20 * math.log10(2)), (2.0, 0.0), (0.0, 0.0)):
        assert sdr({"bass": reference}, {"bass": gain * reference})["bass"] == pytest.approx(expected, abs=1e-4)


def test_scaling_the_error_by_ten_costs_twenty_decibels():
    reference, error = noise(), noise(seed=1)
    near = sdr({"bass": reference}, {"bass": reference + 0.001 * error})["bass"]
    far = sdr({"bass": reference}, {"bass": reference + 0.01 * error})["bass"]
    assert near - far == pytest.approx(20.0, abs=1e-3)


def test_float32_arithmetic_of_the_kit_agrees_to_a_thousandth_of_a_decibel():
    references = {stem: noise(seed=i) for i, stem in enumerate(STEMS)}
    estimates = {stem: sound + 0.1 * noise(seed=9) for stem, sound in references.items()}
    ours = sdr(references, estimates)
    stacked = [np.stack([stems[stem].T.numpy() for stem in STEMS]) for stems in (references, estimates)]
    assert list(ours.values()) == pytest.approx(list(kit_sdr(*stacked)), abs=1e-3)


def test_files_score_as_arrays_and_as_the_contract_scores_them(tmp_path, monkeypatch):
    for i, stem in enumerate(STEMS):
        reference = noise(seed=i)
        write_audio(tmp_path / "test" / "Song" / f"{stem}.wav", reference, SAMPLE_RATE)
        write_audio(tmp_path / "results" / "Song" / f"{stem}.wav", reference + 0.1 * noise(seed=9), SAMPLE_RATE)
    write_audio(tmp_path / "test" / "Song" / "mixture.wav", noise(), SAMPLE_RATE)
    monkeypatch.setenv("TEST_DATASET_PATH", f"{tmp_path}/test/")
    monkeypatch.setenv("RESULTS_DATASET_PATH", f"{tmp_path}/results/")
    contract = MusicDemixingPredictor().scoring()["Song"]
    ours = {
        stem: sdr_files(tmp_path / "test" / "Song" / f"{stem}.wav", tmp_path / "results" / "Song" / f"{stem}.wav")
        for stem in STEMS
    }
    assert set(contract) == {"sdr_bass", "sdr_drums", "sdr_other", "sdr_vocals", "sdr"}
    for stem in STEMS:
        assert contract[f"sdr_{stem}"] == pytest.approx(ours[stem], abs=1e-3)
    assert contract["sdr"] == pytest.approx(mean_sdr(ours), abs=1e-3)


def test_a_silent_estimate_of_a_silent_reference_is_zero_decibels():
    silence = torch.zeros(2, 1000)
    assert sdr({"bass": silence}, {"bass": silence})["bass"] == 0.0


def test_leakage_into_a_silent_reference_costs_what_the_delta_says():
    leak = torch.full((2, 1000), 1e-3)
    expected = 10 * math.log10(DELTA / (2000 * 1e-6 + DELTA))
    assert sdr({"bass": torch.zeros(2, 1000)}, {"bass": leak})["bass"] == pytest.approx(expected, abs=1e-4)


def test_different_names_and_shapes_are_refused():
    with pytest.raises(ValueError, match="must have the stems of the references, bass. Got drums"):
        sdr({"bass": noise(10)}, {"drums": noise(10)})
    with pytest.raises(ValueError, match=r"'bass' must have the shape of its reference, \(2, 10\). Got \(2, 9\)"):
        sdr({"bass": noise(10)}, {"bass": noise(9)})


@pytest.mark.parametrize("shape", [(999, 2), (1000, 1)])
def test_files_of_different_length_or_channels_are_refused(tmp_path, shape):
    soundfile.write(tmp_path / "a.wav", np.zeros((1000, 2)), SAMPLE_RATE)
    soundfile.write(tmp_path / "b.wav", np.zeros(shape), SAMPLE_RATE)
    with pytest.raises(AudioError, match="must have the channels and samples of its reference"):
        sdr_files(tmp_path / "a.wav", tmp_path / "b.wav")


def test_memory_does_not_grow_with_the_length_of_the_song(tmp_path):
    soundfile.write(tmp_path / "long.wav", np.zeros((60 * SAMPLE_RATE, 2), dtype=np.int16), SAMPLE_RATE)
    tracemalloc.start()
    sdr_files(tmp_path / "long.wav", tmp_path / "long.wav")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The whole file in float64 would be 42 MB twice.
    assert peak_bytes < 12e6
