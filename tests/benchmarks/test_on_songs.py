"""Models of two stems are scored beside models of four, on what they give."""

import numpy as np
import pytest
import soundfile
import torch

from audio.stems import ACCOMPANIMENT, SAMPLE_RATE, STEMS
from benchmarks.on_songs import Timed, bsseval_sdr, mean_scores
from evaluator.metrics import sdr

METRICS = {"MDX SDR": sdr, "BSSEval SDR": bsseval_sdr}


@pytest.fixture(scope="module")
def songs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("songs")
    rng = np.random.default_rng(0)
    for name, silent in (("sung", ""), ("instrumental", "vocals")):
        (folder / name).mkdir()
        for stem in STEMS:
            sound = rng.uniform(-0.1, 0.1, (2 * SAMPLE_RATE, 2)) * (stem != silent)
            soundfile.write(folder / name / f"{stem}.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    return [folder / "sung", folder / "instrumental"]


def quarters(references, mixture):
    return dict.fromkeys(STEMS, mixture / 4)


def duet(references, mixture):
    return {"vocals": mixture / 4, ACCOMPANIMENT: 3 * mixture / 4}


def test_a_duet_scores_as_the_same_estimates_of_a_model_of_four_stems(songs):
    four, two = (mean_scores(songs, Timed(separate), METRICS) for separate in (quarters, duet))
    for metric in METRICS:
        assert set(four[metric]) == {*STEMS, ACCOMPANIMENT}
        assert two[metric] == pytest.approx({target: four[metric][target] for target in two[metric]}, abs=1e-4)
    assert set(mean_scores(songs, quarters, METRICS)["MDX SDR"]) == set(STEMS)


def test_one_stem_is_scored_alone_and_the_clock_counts_the_songs(songs):
    clock = Timed(lambda references, mixture: {"drums": torch.zeros_like(mixture)})
    assert mean_scores(songs, clock, {"MDX SDR": sdr})["MDX SDR"] == pytest.approx({"drums": 0.0}, abs=1e-6)
    assert clock.song_seconds == 4.0
