"""Songs at any rate come back at their rate and length."""

import pytest
import torch

from audio import SAMPLE_RATE, STEMS, resample
from separation.at_rate import separate_at_rate


class Recorder:
    """A separator that keeps what it was given and returns a quarter of it."""

    stems = STEMS
    sample_rate = SAMPLE_RATE

    def separate(self, mixture):
        self.heard = mixture
        return dict.fromkeys(STEMS, mixture / 4)


def noise(samples):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(0)) - 0.5


def tone(sample_rate, hz=440.0):
    wave = 0.5 * torch.sin(2 * torch.pi * hz * torch.arange(sample_rate) / sample_rate)
    return wave.expand(2, -1).clone()


def test_a_song_at_the_separators_rate_goes_through_untouched():
    separator = Recorder()
    stems = separate_at_rate(separator, noise(1001), SAMPLE_RATE)
    assert torch.equal(separator.heard, noise(1001))
    assert list(stems) == list(STEMS)
    assert all(torch.equal(samples, noise(1001) / 4) for samples in stems.values())


@pytest.mark.parametrize("sample_rate", [8_000, 48_000, 96_000])
@pytest.mark.parametrize("samples", [1, 1001])
def test_stems_have_the_length_of_the_song_at_any_rate(sample_rate, samples):
    mixture = noise(samples)
    stems = separate_at_rate(Recorder(), mixture, sample_rate)
    assert {stem.shape for stem in stems.values()} == {(2, samples)}
    assert torch.equal(mixture, noise(samples))


@pytest.mark.parametrize("sample_rate", [8_000, 48_000])
def test_the_separator_hears_the_song_at_its_own_rate_and_the_stems_come_back(sample_rate):
    separator = Recorder()
    stems = separate_at_rate(separator, tone(sample_rate), sample_rate)
    assert torch.equal(separator.heard, resample(tone(sample_rate), sample_rate, SAMPLE_RATE))
    middle = slice(sample_rate // 4, -sample_rate // 4)
    assert (stems["bass"] - tone(sample_rate) / 4)[:, middle].abs().max() < 1e-3
