"""Open-Unmix for all stems: the package's network in training, its folded form in evaluation, statistics."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.network import MagnitudeNetwork
from models.seeding import seeded_torch
from models.umx_joint import TINY, UMXHQ, UMXL, JointUmx
from transforms.stft import STFT


def small_network():
    with seeded_torch(1):
        return JointUmx(TINY)


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("config", "weights", "megabytes_of_a_file"), [(UMXHQ, 8_893_348, 35.6), (UMXL, 28_257_188, 113.1)]
)
def test_networks_are_as_large_as_the_published_files(config, weights, megabytes_of_a_file):
    with torch.device("meta"):
        network = JointUmx(config)
    assert sum(weight.numel() for weight in network.parameters()) == 4 * weights
    state = network.targets["vocals"].network.state_dict()
    assert sum(tensor.numel() * 4 for tensor in state.values()) / 1e6 == pytest.approx(megabytes_of_a_file, abs=0.2)


def test_training_is_the_packages_own_forward():
    network, mixture = small_network().train(), noise(2, 2, 1000)
    target = network.targets["bass"]
    magnitude = target.analyse(mixture).abs()
    with torch.no_grad(), seeded_torch(0):
        ours = target.magnitudes(magnitude)
    with torch.no_grad(), seeded_torch(0):
        # A second pass over the same batch has the same batch statistics.
        packages = target.network(magnitude)
    assert torch.equal(ours[:, 0], packages)


def test_evaluation_is_the_packages_forward_with_running_statistics():
    network, mixture = small_network().train(), noise(2, 2, 1000)
    with torch.no_grad():
        network(mixture)
        target = network.eval().targets["bass"]
        magnitude = target.analyse(mixture).abs()
        assert torch.allclose(target.magnitudes(magnitude)[:, 0], target.network(magnitude), atol=1e-5)


def test_stems_come_in_the_order_of_the_config():
    network, mixture = small_network().eval(), noise(1, 2, 700)
    with torch.no_grad():
        stems = network(mixture)
        assert stems.shape == (1, 4, 2, 700)
        for position, stem in enumerate(TINY.stems):
            assert torch.allclose(stems[:, position : position + 1], network.targets[stem](mixture), atol=1e-6)


def test_the_engine_may_filter_its_magnitudes():
    network, mixture = small_network().eval(), noise(1, 2, 700)
    assert isinstance(network, MagnitudeNetwork)
    with torch.no_grad():
        spectrogram = network.analyse(mixture)
        magnitudes = network.magnitudes(spectrogram.abs())
        phased = magnitudes * torch.exp(1j * spectrogram.angle())[:, None]
        assert torch.allclose(network.synthesise(phased, 700), network(mixture), atol=1e-6)


def test_the_mixture_is_analysed_once_for_all_stems(monkeypatch):
    analysed, forward = [], STFT.forward
    monkeypatch.setattr(STFT, "forward", lambda *inputs: analysed.append(1) or forward(*inputs))
    small_network().eval()(noise(1, 2, 700))
    assert len(analysed) == 1


def test_statistics_shift_and_scale_what_every_network_reads():
    network = small_network()
    means, deviations = torch.linspace(0, 1, TINY.bins), torch.linspace(1, 0, TINY.bins)
    network.set_statistics(means, deviations)
    for target in network.targets.values():
        assert torch.equal(target.network.input_mean, -means[: TINY.max_bin])
        assert torch.allclose(target.network.input_scale, 1 / deviations[: TINY.max_bin])


def test_bins_that_are_always_silent_are_not_blown_up():
    network = small_network()
    network.set_statistics(torch.zeros(TINY.bins), torch.cat([torch.ones(1), torch.zeros(TINY.bins - 1)]))
    assert network.targets["bass"].network.input_scale.max().item() == pytest.approx(1e4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stems": ()}, "distinct stems"),
        ({"hidden_size": 0}, "'hidden_size' must be at least 1. Got 0"),
        ({"max_bin": 130}, "'max_bin' must be from 1 to the 129 bins. Got 130"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(TINY, **change)


def test_other_shapes_are_refused():
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(1, 1, 1000))
