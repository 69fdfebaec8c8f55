"""What follows the sum of a blend: laws of the rest, and the Wiener filter in pieces."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audio import SAMPLE_RATE, STEMS
from audio.sources import TensorSource
from separation import blend_finish
from separation.blend_finish import BlendFinish
from tests.separation.blend_separators import noise
from transforms.stft import STFT, STFTConfig
from transforms.wiener import WienerConfig, wiener_em

SAMPLES = 3000


def finished(finish, estimates, mixture, block_samples=700):
    stems = tuple(estimates)
    blocks = (
        (start, {stem: samples[:, start : start + block_samples] for stem, samples in estimates.items()})
        for start in range(0, mixture.shape[-1], block_samples)
    )
    parts = list(finish.apply(blocks, TensorSource(mixture, SAMPLE_RATE), stems))
    starts = [start for start, _ in parts]
    lengths = [block[stems[0]].shape[-1] for _, block in parts]
    assert starts == [sum(lengths[:place]) for place in range(len(lengths))], "blocks must follow without a gap"
    return {stem: torch.cat([block[stem] for _, block in parts], dim=-1) for stem in stems}


def estimates_of(samples=SAMPLES):
    return {stem: noise(samples, seed) for seed, stem in enumerate(STEMS, start=1)}


def rest_of(mixture, stems):
    return mixture - torch.stack(list(stems.values())).sum(dim=0)


def test_nothing_to_do_leaves_the_very_blocks():
    blocks = iter([])
    assert BlendFinish().apply(blocks, TensorSource(noise(10), SAMPLE_RATE), STEMS) is blocks


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 0.25), min_size=4, max_size=4))
def test_of_the_rest_exactly_the_shares_go_to_the_stems(shares):
    mixture, estimates = noise(SAMPLES), estimates_of()
    result = finished(BlendFinish(residual=dict(zip(STEMS, shares, strict=True))), estimates, mixture)
    for stem, share in zip(STEMS, shares, strict=True):
        torch.testing.assert_close(result[stem], estimates[stem] + share * rest_of(mixture, estimates))
    left = (1 - sum(shares)) * rest_of(mixture, estimates)
    torch.testing.assert_close(rest_of(mixture, result), left, atol=1e-6, rtol=0)


@settings(deadline=None, max_examples=40)
@given(st.floats(0, 1), st.integers(1, 2**20))
def test_consistent_stems_sum_to_the_mixture_and_are_together_never_further_from_the_truth(share, seed):
    truth = {stem: noise(SAMPLES, seed + place) for place, stem in enumerate(STEMS)}
    mixture = torch.stack(list(truth.values())).sum(dim=0)
    estimates = estimates_of()
    plain = finished(BlendFinish(mixture_consistency=True), estimates, mixture)
    both = finished(BlendFinish(residual={"other": share}, mixture_consistency=True), estimates, mixture)
    assert rest_of(mixture, plain).abs().max() < 1e-6
    assert rest_of(mixture, both).abs().max() < 1e-6

    def error(stems):
        return sum(float((stems[stem] - truth[stem]).double().square().sum()) for stem in STEMS)

    assert error(plain) <= error(estimates)


def test_a_stem_with_all_of_the_rest_is_what_the_others_leave():
    mixture, estimates = noise(SAMPLES), estimates_of()
    result = finished(BlendFinish(residual={"other": 1.0}), estimates, mixture)
    others = estimates["bass"] + estimates["drums"] + estimates["vocals"]
    torch.testing.assert_close(result["other"], mixture - others, atol=1e-6, rtol=0)
    assert all(torch.equal(result[stem], estimates[stem]) for stem in STEMS if stem != "other")


def test_a_short_song_is_filtered_as_by_one_call_of_the_filter():
    mixture, estimates = noise(20_000), estimates_of(20_000)
    result = finished(BlendFinish(wiener_iterations=2), estimates, mixture)
    stft = STFT(STFTConfig())
    config = WienerConfig(iterations=2, window_frames=None)
    expected = stft.inverse(wiener_em(stft(torch.stack(list(estimates.values()))), stft(mixture), config), 20_000)
    for stem, samples in zip(STEMS, expected, strict=True):
        torch.testing.assert_close(result[stem], samples, atol=1e-6, rtol=0)


def test_stems_that_make_up_the_song_sum_to_it_after_the_filter_in_pieces_too(monkeypatch):
    monkeypatch.setattr(blend_finish, "CHUNK_SECONDS", 0.3)
    samples = SAMPLE_RATE
    truth = estimates_of(samples)
    mixture = torch.stack(list(truth.values())).sum(dim=0)
    blurred = {stem: sound + 0.3 * noise(samples, 9) for stem, sound in truth.items()}
    result = finished(BlendFinish(wiener_iterations=1), blurred, mixture)
    # But for the noise on the diagonal of the filter's covariance.
    assert rest_of(mixture, result).abs().max() < 1e-3 * mixture.abs().max()


def test_stems_that_are_left_out_are_not_shared_out_among_the_others():
    truth = estimates_of(SAMPLE_RATE)
    mixture = torch.stack(list(truth.values())).sum(dim=0)
    pair = {stem: truth[stem] for stem in ("bass", "vocals")}
    result = finished(BlendFinish(wiener_iterations=1), pair, mixture)
    # Half of the mixture's power is left out; the filter estimates half of its amplitude.
    assert rest_of(mixture, result).square().mean() > 0.2 * mixture.square().mean()


@pytest.mark.parametrize("samples", [1, 2, 1025])
def test_the_shortest_songs_are_filtered(samples):
    result = finished(BlendFinish(1), estimates_of(samples), noise(samples))
    assert all(sound.shape == (2, samples) and sound.isfinite().all() for sound in result.values())
