"""Whatever a model returns, only valid stems are submitted."""

import pytest
import torch

from audio import SAMPLE_RATE, STEMS
from my_submission.demixing import DemixingError, demix, fallback_stems, warm_up, write_stems


class Fixed:
    """A separator that returns what it was given."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def __init__(self, make):
        self.make = make

    def separate(self, mixture):
        return {stem: self.make(mixture) for stem in STEMS}


def noise(samples=1000):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(0)) - 0.5


def test_stems_beyond_full_scale_are_clamped_and_others_untouched():
    mixture = noise()
    assert torch.equal(demix(Fixed(lambda x: 4 * x), mixture, SAMPLE_RATE)["bass"], (4 * mixture).clamp(-1, 1))
    assert torch.equal(demix(Fixed(lambda x: x), mixture, SAMPLE_RATE)["bass"], mixture)


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
@pytest.mark.parametrize("samples", [1, 1001])
def test_songs_at_other_rates_come_back_at_their_rate_and_length(rate, samples):
    stems = demix(Fixed(lambda x: x), noise(samples), rate)
    assert {stem: sound.shape for stem, sound in stems.items()} == dict.fromkeys(STEMS, (2, samples))


def test_a_missing_stem_is_refused():
    class Three(Fixed):
        def separate(self, mixture):
            return dict.fromkeys(STEMS[1:], mixture)

    with pytest.raises(DemixingError, match=f"did not return {STEMS[0]}"):
        demix(Three(None), noise(), SAMPLE_RATE)


def test_samples_that_are_not_finite_are_refused():
    with pytest.raises(DemixingError, match="must be finite"):
        demix(Fixed(lambda x: x * torch.nan), noise(), SAMPLE_RATE)


def test_a_wrong_number_of_channels_is_refused():
    with pytest.raises(DemixingError, match=r"must have the shape of the mixture, \(2, 1000\). Got \(1, 1000\)"):
        demix(Fixed(lambda x: x[:1]), noise(), SAMPLE_RATE)


def test_the_fallback_sums_to_the_mixture():
    mixture = noise()
    assert torch.allclose(sum(fallback_stems(mixture).values()), mixture, atol=1e-6)


def test_every_stem_becomes_a_file(tmp_path):
    write_stems(fallback_stems(noise()), SAMPLE_RATE, tmp_path, "PCM_16")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(f"{stem}.wav" for stem in STEMS)


def test_the_warm_up_separates_a_second_of_quiet_noise_the_same_each_time():
    heard = []
    for _ in range(2):
        warm_up(Fixed(lambda mixture: heard.append(mixture) or mixture))
    first, again = heard[0], heard[-1]
    assert first.shape == (2, SAMPLE_RATE)
    assert 0 < first.abs().max() < 0.1
    assert torch.equal(first, again)


def test_the_warm_up_raises_what_stops_the_model():
    def fail(mixture):
        raise OSError("no folder for compiled code")

    with pytest.raises(OSError, match="no folder for compiled code"):
        warm_up(Fixed(fail))
    with pytest.raises(DemixingError, match="must be finite"):
        warm_up(Fixed(lambda mixture: mixture * torch.nan))
