"""The Wiener filter over magnitudes of one or more networks, as the engine uses it."""

import pytest
import torch
from torch import nn

from audio.stems import SAMPLE_RATE
from models.errors import SettingsError
from models.network import Bag, Member, WienerUse
from separation.engine import Engine
from separation.settings import EngineSettings
from transforms.stft import STFT, STFTConfig
from transforms.wiener import WienerConfig, wiener_em

CPU = torch.device("cpu")
SHARES = {"vocals": 0.7, "bass": 0.3}


class Shares(nn.Module):
    """A network whose magnitudes are shares of the mixture's, tilted over frequency."""

    sample_rate = SAMPLE_RATE

    def __init__(self, shares):
        super().__init__()
        self.shares = shares
        self.stems = tuple(shares)
        self.stft = STFT(STFTConfig(window_samples=256, hop_samples=64))

    def input_samples(self, chunk_samples):
        return chunk_samples

    def analyse(self, mixture):
        return self.stft(mixture)

    def magnitudes(self, mixture_magnitude):
        tilt = torch.linspace(1, 0.1, mixture_magnitude.shape[-2])[:, None]
        return torch.stack([share * tilt * mixture_magnitude for share in self.shares.values()], dim=1)

    def synthesise(self, spectrogram, samples):
        return self.stft.inverse(spectrogram, samples)

    def forward(self, mixture):
        gains = torch.tensor(list(self.shares.values()))
        return gains[:, None, None] * mixture[:, None]


def noise(samples=3000):
    return torch.rand(2, samples, generator=torch.Generator().manual_seed(3)) - 0.5


def bag(*networks, use=None, weights=None):
    weights = weights or [dict.fromkeys(network.stems, 1.0) for network in networks]
    members = tuple(Member(network, weight, None) for network, weight in zip(networks, weights, strict=True))
    return Bag(members, ("bass", "vocals"), SAMPLE_RATE, CPU, use or WienerUse(iterations=1))


def filtered(shares, mixture, config):
    network = Shares(shares)
    spectrogram = network.analyse(mixture[None])
    estimates = wiener_em(network.magnitudes(spectrogram.abs()), spectrogram, config)[0]
    return {stem: network.synthesise(estimates[i], mixture.shape[-1]) for i, stem in enumerate(shares)}


@pytest.mark.parametrize(
    ("settings", "config"),
    [
        ({}, WienerConfig()),
        ({"wiener_iterations": 2, "wiener_softmask": True}, WienerConfig(iterations=2, softmask=True)),
        ({"wiener_window_frames": 10, "wiener_residual": True}, WienerConfig(window_frames=10, residual=True)),
    ],
)
def test_the_engine_filters_as_the_filter_alone_does(settings, config):
    mixture = noise()
    stems = Engine(bag(Shares(SHARES)), EngineSettings(**settings)).separate(mixture)
    expected = filtered(SHARES, mixture, config)
    for stem in SHARES:
        assert torch.allclose(stems[stem], expected[stem], atol=1e-6)


def test_networks_of_one_stem_each_are_filtered_together():
    mixture = noise()
    stems = Engine(bag(*(Shares({stem: share}) for stem, share in SHARES.items()))).separate(mixture)
    expected = filtered(SHARES, mixture, WienerConfig())
    assert all(torch.allclose(stems[stem], expected[stem], atol=1e-6) for stem in SHARES)


def test_magnitudes_are_averaged_by_weight_before_the_filter():
    one, two = {"vocals": 1.0, "bass": 0.2}, {"vocals": 0.0, "bass": 0.6}
    weights = [{"vocals": 1.0, "bass": 3.0}, {"vocals": 1.0, "bass": 1.0}]
    mixture = noise()
    stems = Engine(bag(Shares(one), Shares(two), weights=weights)).separate(mixture)
    expected = filtered({"vocals": 0.5, "bass": 0.3}, mixture, WienerConfig())
    assert all(torch.allclose(stems[stem], expected[stem], atol=1e-6) for stem in SHARES)


def test_no_iteration_keeps_what_the_network_gives():
    mixture = noise()
    stems = Engine(bag(Shares(SHARES)), EngineSettings(wiener_iterations=0)).separate(mixture)
    assert all(torch.allclose(stems[stem], share * mixture, atol=1e-6) for stem, share in SHARES.items())


def test_all_frames_of_a_chunk_can_share_a_model():
    mixture = noise()
    stems = Engine(bag(Shares(SHARES)), EngineSettings(wiener_window_frames=0)).separate(mixture)
    expected = filtered(SHARES, mixture, WienerConfig(window_frames=None))
    assert all(torch.allclose(stems[stem], expected[stem], atol=1e-6) for stem in SHARES)


@pytest.mark.parametrize("given", [{"wiener_softmask": False}, {"wiener_residual": True}, {"wiener_window_frames": 9}])
def test_settings_of_a_filter_that_is_not_used_are_refused(given):
    for use, iterations in ((WienerUse(), None), (WienerUse(iterations=1), 0)):
        settings = EngineSettings(wiener_iterations=iterations, **given)
        with pytest.raises(SettingsError, match=f"'{next(iter(given))}' must go with a Wiener filter"):
            Engine(bag(Shares(SHARES), use=use), settings)


def test_the_filter_is_refused_where_networks_give_waveforms():
    class Waveforms:
        stems, sample_rate = ("bass", "vocals"), SAMPLE_RATE

    with pytest.raises(SettingsError, match=r"'wiener_iterations' must be 0 for a model whose networks give waveforms"):
        Engine(bag(Waveforms(), use=WienerUse()), EngineSettings(wiener_iterations=1))
