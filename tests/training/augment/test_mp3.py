"""What is encoded, and what MP3 cannot hold."""

import pytest
import torch

from audio.codecs import MP3, round_trip
from audio.stems import MIXTURE, STEMS
from training.augment.batches import BatchError, total
from training.augment.mp3 import Mp3, mp3_round_trip


@pytest.mark.parametrize("channels", [1, 2])
def test_a_round_trip_is_that_of_the_codec_at_any_loudness(channels, seeded):
    sound = 5 * torch.randn(channels, 5000, generator=seeded(3))
    coded = mp3_round_trip(sound, 22_050, 96)
    torch.testing.assert_close(coded, torch.from_numpy(round_trip(sound.numpy(), 22_050, 96, MP3)))
    assert coded.shape == sound.shape


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
