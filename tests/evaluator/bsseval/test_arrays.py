"""`bss_eval` gives museval's figures, in all frames and for all four scores, whatever the signals are like."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evaluator.bsseval import bss_eval

WINDOW, FILTERS_LEN = 4_410, 24
LARGEST_DB = 120.0
"""Above it both give the rounding of float64."""


def random_song(sources=3, samples=20_000, channels=2):
    """References with a spectrum that falls, and estimates that hold some of each other."""
    generator = np.random.default_rng(0)
    references = generator.standard_normal((sources, samples, channels)).cumsum(axis=1) * 0.01
    references += generator.standard_normal(references.shape)
    noise = generator.standard_normal(references.shape)
    return references, 0.8 * references + 0.1 * references.sum(axis=0) + 0.02 * noise


def mono():
    references, estimates = random_song()
    references[1] = references[1, :, :1]
    return references, estimates


def collinear():
    references, estimates = random_song()
    references[2] = 0.5 * references[0]
    return references, estimates


def delayed():
    references, _ = random_song()
    return references, np.roll(references, 5, axis=1)


def silent_frames():
    references, estimates = random_song()
    references[0, WINDOW : 2 * WINDOW] = 0.0
    estimates[1, 2 * WINDOW : 3 * WINDOW, 0] = -estimates[1, 2 * WINDOW : 3 * WINDOW, 1]
    return references, estimates


def mono_beside_hardly_audible():
    references, estimates = mono()
    faint = np.array([1.0, 1.0, 1e-6])[:, None, None]
    return faint * references, faint * estimates


def read_backwards():
    return (sources[:, ::-1] for sources in random_song())


def nothing_is_left_to_divide_by():
    references = np.random.default_rng(0).integers(-9, 9, (2, 9_000, 2)).astype(float)
    references[0, :, 1] = references[0, :, 0]
    return references, references[::-1] + references


CASES = {
    "random": (random_song, {}),
    "one channel": (lambda: random_song(channels=1), {}),
    "overlapping frames": (random_song, {"hop": 3_000}),
    "one frame of all": (random_song, {"window": np.inf, "hop": np.inf}),
    "shorter than a frame": (lambda: random_song(samples=4_000), {}),
    "shorter than the filters": (lambda: random_song(samples=20), {}),
    "more filter taps than a block has samples": (lambda: random_song(2, 2_500, 1), {"filters_len": 1_030}),
    "a mono stem": (mono, {}),
    "a mono stem beside a hardly audible one": (mono_beside_hardly_audible, {}),
    "arrays that are read backwards": (read_backwards, {}),
    "a stem twice": (collinear, {}),
    "estimates too late": (delayed, {}),
    "identical": (lambda: (random_song()[0], random_song()[0]), {}),
    "silent frames": (silent_frames, {}),
    "singular for elimination too": (nothing_is_left_to_divide_by, {"filters_len": 1}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_score_of_every_frame_is_musevals(case, museval, monkeypatch):
    # The place where museval looks for the error of a singular matrix is gone from numpy 2.
    monkeypatch.setattr(np.linalg, "linalg", np.linalg, raising=False)
    make, changes = CASES[case]
    settings = {"window": WINDOW, "hop": WINDOW, "filters_len": FILTERS_LEN, **changes}
    references, estimates = make()
    *theirs, _ = museval.metrics.bss_eval(references, estimates, **settings)
    ours = bss_eval(references, estimates, **settings)
    for mine, museval_scores in zip(ours, theirs, strict=True):
        assert mine.shape == museval_scores.shape
        np.testing.assert_allclose(
            np.minimum(mine, LARGEST_DB), np.minimum(museval_scores, LARGEST_DB), rtol=0, atol=1e-5
        )


def test_sources_in_another_order_have_their_scores_in_that_order():
    references, estimates = random_song()
    order = [2, 0, 1]
    straight = bss_eval(references, estimates, WINDOW, WINDOW, FILTERS_LEN)
    permuted = bss_eval(references[order], estimates[order], WINDOW, WINDOW, FILTERS_LEN)
    np.testing.assert_allclose(np.stack(permuted), np.stack(straight)[:, order], atol=1e-6)


def test_the_level_of_the_song_has_no_effect_and_that_of_an_estimate_only_on_sdr_and_isr():
    references, estimates = random_song()
    straight = np.stack(bss_eval(references, estimates, WINDOW, WINDOW, FILTERS_LEN))
    quieter = np.stack(bss_eval(0.01 * references, 0.01 * estimates, WINDOW, WINDOW, FILTERS_LEN))
    np.testing.assert_allclose(quieter, straight, atol=1e-6)
    louder = np.stack(bss_eval(references, 3.0 * estimates, WINDOW, WINDOW, FILTERS_LEN))
    np.testing.assert_allclose(louder[2:], straight[2:], atol=1e-6)
    assert (louder[:2] < straight[:2]).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_has_no_effect_and_stays_as_it_was(threads):
    before = torch.get_num_threads()
    references, estimates = random_song(2, 60_000)
    expected = np.stack(bss_eval(references, estimates, 2_000, 2_000, FILTERS_LEN))
    torch.set_num_threads(threads)
    try:
        scores = np.stack(bss_eval(references, estimates, 2_000, 2_000, FILTERS_LEN))
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(scores, expected, atol=1e-9)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_figures_of_the_cpu():
    references, estimates = random_song()
    on_gpu, on_cpu = (
        np.stack(bss_eval(references, estimates, WINDOW, WINDOW, 512, device)) for device in ("cuda", "cpu")
    )
    np.testing.assert_allclose(on_gpu, on_cpu, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda references, estimates: (references, estimates[:, :-1]), r"one shape, \(sources, samples, channels\)"),
        (lambda references, estimates: (references[0], estimates[0]), r"Got \(20000, 2\) and \(20000, 2\)"),
        (lambda references, estimates: (references[:, :0], estimates[:, :0]), "and hold samples"),
        (lambda references, estimates: (references, 0.0 * estimates), "Every estimate must sound.*Got number 0"),
        (lambda references, estimates: (references * [1, np.nan], estimates), "Every reference must hold finite"),
    ],
)
def test_what_has_no_score_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        bss_eval(*change(*random_song()))


def test_a_setting_below_one_sample_is_refused():
    with pytest.raises(ValueError, match="The setting hop of BSSEval must be at least 1 sample. Got 0"):
        bss_eval(*random_song(), hop=0)
