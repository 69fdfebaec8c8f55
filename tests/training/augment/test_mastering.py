"""Equaliser, compressor, limiter, reverb: compared with SciPy and with their own definitions."""

import math

import numpy as np
import pytest
import scipy.signal
import torch

from audio.stems import MIXTURE, STEMS
from training.augment.batches import mixture_of, total
from training.augment.dynamics import Compressor, Limiter
from training.augment.equaliser import Equaliser, StemEqualiser
from training.augment.filtering import filtered
from training.augment.reverb import Reverb
from training.biquads import biquad

SAMPLE_RATE = 44_100


RADIANS = 2 * math.pi / SAMPLE_RATE


def test_the_equaliser_filters_as_scipy_does(noise_batch, seeded):
    batch = noise_batch(items=3, samples=5000)
    equaliser = Equaliser()
    after = equaliser(batch, seeded(8))
    # The draws, in the order that the augmentation makes them.
    generator = seeded(8)
    gains_db = (-3.0 + 6.0 * torch.rand(3, 3, generator=generator)).double().numpy()
    bell_hz = 300.0 * 2 ** (math.log2(4000 / 300) * torch.rand(3, generator=generator).double().numpy())
    for item in range(3):
        bands = [
            biquad("low_shelf", RADIANS * 120, gains_db[0, item]),
            biquad("peak", RADIANS * bell_hz[item], gains_db[1, item], 0.8),
            biquad("high_shelf", RADIANS * 8000, gains_db[2, item]),
        ]
        expected = scipy.signal.sosfilt(bands, batch["drums"][item].double().numpy())
        np.testing.assert_allclose(after["drums"][item].numpy(), expected, atol=2e-6)


def test_stems_equalised_by_themselves_get_a_curve_each_in_the_order_of_the_draws(noise_batch, seeded):
    batch = noise_batch(items=2, samples=3000)
    after = StemEqualiser(largest_gain_db=6.0)({**batch, MIXTURE: total(batch)}, seeded(2))
    generator = seeded(2)
    alone = {stem: Equaliser(largest_gain_db=6.0)({stem: sound}, generator) for stem, sound in batch.items()}
    assert all(torch.equal(after[stem], alone[stem][stem]) for stem in batch)
    assert torch.equal(after.pop(MIXTURE), total(after))


def test_filtering_by_an_impulse_response_is_convolution(noise_batch, seeded):
    sounds = noise_batch(items=2, samples=700)["bass"]
    taps = torch.randn(2, 2, 90, generator=seeded())
    result = filtered({"bass": sounds}, lambda size: torch.fft.rfft(taps, n=size), 90)["bass"]
    for item in range(2):
        for channel in range(2):
            expected = np.convolve(sounds[item, channel].numpy(), taps[item, channel].numpy())[:700]
            np.testing.assert_allclose(result[item, channel].numpy(), expected, atol=1e-5)


@pytest.mark.parametrize(("samples", "tail"), [(1, 1), (1009, 90), (264_600, 11_025), (262_144, 1)])
def test_transforms_of_filters_have_room_and_little_more(samples, tail):
    sizes = []

    def response(size):
        sizes.append(size)
        return torch.ones(1, 1, size // 2 + 1)

    sound = torch.ones(1, 1, samples)
    torch.testing.assert_close(filtered({"bass": sound}, response, tail)["bass"], sound)
    assert samples + tail <= sizes[0] <= 1.1 * (samples + tail)


@pytest.mark.parametrize("augmentation", [Equaliser(), Compressor(), Limiter(), Reverb()])
def test_stems_still_add_up_to_what_the_effect_makes_of_the_mixture(augmentation, noise_batch, seeded):
    batch = noise_batch(samples=9000)
    alone = augmentation({MIXTURE: total(batch), "all": total(batch)}, seeded(1))
    after = augmentation(batch, seeded(1))
    torch.testing.assert_close(total(after), alone["all"], rtol=0, atol=2e-6)


def two_levels(loud, soft):
    """Noise that is loud first and soft then, all in one stem."""
    noise = torch.randn(1, 2, 40_000, generator=torch.Generator().manual_seed(0)).sign()
    return {"bass": noise * torch.cat([torch.full((20_000,), loud), torch.full((20_000,), soft)])}


def test_the_compressor_turns_down_the_loud_half_by_its_ratio_and_leaves_the_soft_half(seeded):
    batch = two_levels(0.5, 0.05)
    compressor = Compressor(smallest_ratio=2.0, largest_ratio=2.0, lowest_threshold_db=-6.0, highest_threshold_db=-6.0)
    after = compressor(batch, seeded())
    gains = (after["bass"] / batch["bass"])[0, 0]
    power = (0.5**2 + 0.05**2) / 2
    above_db = 10 * math.log10(0.5**2 / power) + 6.0
    assert float(gains[5000:15_000].mean()) == pytest.approx(10 ** (-above_db / 2 / 20), rel=1e-4)
    torch.testing.assert_close(gains[25_000:], torch.ones(15_000))
    assert float(gains.max()) <= 1.0


def test_a_ratio_of_one_compresses_nothing(noise_batch, seeded):
    batch = noise_batch(samples=9000)
    after = Compressor(smallest_ratio=1.0, largest_ratio=1.0)(batch, seeded())
    assert all(torch.equal(after[stem], batch[stem]) for stem in STEMS)


def test_the_gain_of_the_compressor_moves_slowly(seeded):
    batch = two_levels(0.5, 0.05)
    after = Compressor(lowest_threshold_db=-10.0, highest_threshold_db=-10.0)(batch, seeded())
    gains = (after["bass"] / batch["bass"])[0, 0]
    assert float(gains.diff().abs().max()) < 0.01


def test_the_limiter_keeps_the_mixture_below_its_ceiling_and_reaches_it(noise_batch, seeded):
    batch = noise_batch(samples=9000)
    after = Limiter(smallest_reduction_db=6.0, largest_reduction_db=6.0)(batch, seeded())
    peaks = mixture_of(batch).abs().amax(dim=(1, 2))
    limited = mixture_of(after).abs().amax(dim=(1, 2))
    assert (limited <= peaks * 10 ** (-6 / 20) * (1 + 1e-5)).all()
    assert (limited >= peaks * 10 ** (-6 / 20) * 0.9).all()


def test_the_limiter_leaves_what_is_far_from_a_peak(seeded):
    sound = torch.full((1, 2, 9000), 0.1)
    sound[..., 4000] = 1.0
    after = Limiter(smallest_reduction_db=6.0, largest_reduction_db=6.0)({"bass": sound}, seeded())["bass"]
    assert torch.equal(after[..., :3700], sound[..., :3700])
    assert torch.equal(after[..., 4300:], sound[..., 4300:])
    assert float(after[0, 0, 4000]) == pytest.approx(10 ** (-6 / 20), rel=1e-5)


def test_a_room_is_the_direct_sound_and_a_tail_of_the_drawn_level_and_decay(seeded):
    reverb = Reverb(
        shortest_decay_seconds=0.3, longest_decay_seconds=0.3, lowest_level_db=-20.0, highest_level_db=-20.0
    )
    rooms = reverb.impulse_responses(5, 2, seeded())
    pause = round(0.01 * SAMPLE_RATE)
    assert (rooms[..., 0] == 1.0).all()
    assert (rooms[..., 1 : 1 + pause] == 0.0).all()
    tails = rooms[..., 1 + pause :]
    assert (10 * tails.square().sum(dim=-1).log10()).flatten().tolist() == pytest.approx([-20.0] * 10, abs=1e-3)
    first, second = tails[..., :4410].square().sum(dim=-1), tails[..., 4410:8820].square().sum(dim=-1)
    # 60 dB in 0.3 s are 20 dB in 0.1 s.
    assert float(10 * (first.sum() / second.sum()).log10()) == pytest.approx(20.0, abs=0.5)


def test_a_click_comes_back_as_the_room(seeded):
    click = torch.zeros(2, 2, 30_000)
    click[..., 100] = 1.0
    reverb = Reverb()
    after = reverb({"drums": click}, seeded(4))["drums"]
    rooms = reverb.impulse_responses(2, 2, seeded(4))
    torch.testing.assert_close(after[..., 100 : 100 + rooms.shape[-1]], rooms[..., :29_900], rtol=0, atol=1e-6)
    assert float(after[..., :100].abs().max()) < 1e-6
