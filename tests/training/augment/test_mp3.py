"""The mp3 round trip: lag, length, what is encoded."""

import pytest
import torch

from audio.stems import MIXTURE, STEMS
from training.augment.batches import BatchError, total
from training.augment.mp3 import Mp3, mp3_round_trip


@pytest.fixture
def soft_noise(seeded):
    """Noise without high frequencies, shape (2, samples); every bit rate keeps it."""

    def make(samples):
        noise = torch.randn(2, 1, samples + 30, generator=seeded(3))
        return 0.2 * torch.nn.functional.avg_pool1d(noise, 31, stride=1)[:, 0]

    return make


@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("samples", [1000, 11_520, 20_001])
def test_what_comes_back_lies_where_it_was_to_the_sample(sample_rate, samples, soft_noise):
    sound = soft_noise(samples)
    coded = mp3_round_trip(sound, sample_rate, 128)
    assert coded.shape == sound.shape
    size = 2 * samples
    products = torch.fft.rfft(coded[0], n=size) * torch.fft.rfft(sound[0], n=size).conj()
    assert int(torch.fft.irfft(products, n=size).argmax()) == 0
    noise = (coded - sound).square().sum()
    assert 10 * (sound.square().sum() / noise).log10() > 12


def test_higher_bit_rates_come_closer(soft_noise):
    sound = soft_noise(20_000)
    errors = [float((mp3_round_trip(sound, 44_100, rate) - sound).square().sum()) for rate in (64, 128, 320)]
    assert errors[0] > errors[1] > errors[2] > 0


def test_samples_beyond_full_scale_are_not_clipped(soft_noise):
    sound = 30 * soft_noise(20_000)
    assert float(sound.abs().max()) > 2
    coded = mp3_round_trip(sound, 44_100, 320)
    assert float((coded - sound).square().sum() / sound.square().sum()) < 0.01


@pytest.mark.parametrize("seed", [0, 12])
def test_short_sounds_come_back_whatever_their_file_looks_like(seed, seeded):
    # The files of these two have been taken for video.
    sound = 0.1 * torch.randn(2, 1152, generator=seeded(seed))
    coded = mp3_round_trip(sound, 44_100, 256)
    assert float((coded - sound).square().sum() / sound.square().sum()) < 0.5


def test_a_mono_sound_stays_mono(soft_noise):
    assert mp3_round_trip(soft_noise(5000)[:1], 44_100, 96).shape == (1, 5000)


def test_an_encoded_mixture_leaves_the_stems_clean(noise_batch, seeded):
    batch = noise_batch(items=2, samples=5000)
    after = Mp3()(batch, seeded())
    assert all(torch.equal(after[stem], batch[stem]) for stem in STEMS)
    difference = after[MIXTURE] - total(batch)
    assert 0 < float(difference.square().mean()) < float(total(batch).square().mean())


def test_encoded_stems_add_up_to_the_mixture(noise_batch, seeded):
    batch = noise_batch(items=2, samples=5000)
    after = Mp3(encoded="stems")({**batch, MIXTURE: total(batch)}, seeded())
    assert all(not torch.equal(after[stem], batch[stem]) for stem in STEMS)
    torch.testing.assert_close(after[MIXTURE], total({stem: after[stem] for stem in STEMS}))


@pytest.mark.parametrize(("channels", "sample_rate"), [(3, 44_100), (2, 44_000)])
def test_what_mp3_cannot_hold_is_refused(channels, sample_rate):
    with pytest.raises(BatchError, match=f"Got {channels} channels at {sample_rate} Hz"):
        mp3_round_trip(torch.zeros(channels, 100), sample_rate, 128)
