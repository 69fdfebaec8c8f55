"""The default family: sizes, sums, lengths, silence, and the error that training takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.dual_path_unet import BASE, FAST, SMALL, TINY, DualPathUNet
from models.errors import MixtureError, SettingsError
from models.parts.stereo_masks import masked
from models.seeding import seeded_torch
from separation.precision import agreement_db
from tests.models.parts.spread_bands import spread


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def network():
    with seeded_torch(1):
        return DualPathUNet(TINY).eval()


@pytest.mark.parametrize(("config", "most_megabytes"), [(FAST, 0.5), (SMALL, 1.1), (BASE, 4.5)])
def test_in_float16_the_sizes_fit_into_an_ordinary_file_of_the_repository(config, most_megabytes):
    with torch.device("meta"):
        network = DualPathUNet(config)
    assert 2e-6 * sum(parameter.numel() for parameter in network.parameters()) < most_megabytes


@pytest.mark.parametrize("samples", [1, 63, 64, 65, 1000, 4097])
def test_the_stems_have_the_length_of_the_mixture_and_add_up_to_it(network, samples):
    mixture = noise(2, 2, samples)
    with torch.no_grad():
        estimates = network(mixture)
    assert estimates.shape == (2, 4, 2, samples)
    torch.testing.assert_close(estimates.sum(dim=1), mixture, atol=1e-4, rtol=0)


def test_the_stems_are_the_masked_spectra_of_the_mixture_the_last_one_too(network):
    mixture = noise(2, 2, 3001)
    with torch.no_grad():
        network.leave.weight.mul_(20)
        spectrum = network.stft(mixture)
        shares = network.shares(spectrum)
        expected = network.stft.inverse(masked(shares, spectrum, network.config.bands), 3001)
        torch.testing.assert_close(network(mixture), expected, atol=2e-5, rtol=0)


def test_weights_in_float16_and_products_in_bfloat16_give_the_same_stems_to_40_db(network):
    mixture = noise(1, 2, 3001)
    with torch.no_grad():
        network.leave.weight.mul_(20)
        exact = network(mixture)
        with torch.autocast("cpu", torch.bfloat16):
            rough = network(mixture)
        network.load_state_dict({name: tensor.half() for name, tensor in network.state_dict().items()})
        stored = network(mixture)
    assert min(agreement_db(exact[0], rough[0]), agreement_db(exact[0], stored[0])) > 40


@pytest.mark.parametrize("channel", [0, 1])
def test_a_silent_channel_stays_silent_but_for_what_is_taken_from_the_other(network, channel):
    mixture = noise(1, 2, 2000)
    mixture[:, channel] = 0
    with torch.no_grad():
        estimates = network(mixture)
    assert estimates.isfinite().all()
    torch.testing.assert_close(estimates.sum(dim=1), mixture, atol=1e-4, rtol=0)


def test_silence_stays_silent(network):
    with torch.no_grad():
        assert network(torch.zeros(1, 2, 2000)).abs().max() == 0


def test_items_of_a_batch_do_not_hear_each_other(network):
    mixtures = noise(3, 2, 1500)
    with torch.no_grad():
        torch.testing.assert_close(network(mixtures)[1:2], network(mixtures[1:2]), atol=1e-5, rtol=0)


def test_the_errors_of_training_are_those_of_the_separated_spectra(network):
    mixture, references = noise(1, 2, 1600), noise(1, 4, 2, 1600, seed=1)
    with torch.no_grad():
        errors, power = network.errors(mixture, references)
        spectrum = network.stft(mixture)
        shares = network.shares(spectrum)
        own, cross = spread(network.config.bands, shares).chunk(2, dim=2)
        estimates = own * spectrum[:, None] + cross * spectrum.flip(1)[:, None]
        expected = network.config.bands.pooled((network.stft(references) - estimates).abs().square())
    torch.testing.assert_close(errors, expected, rtol=1e-3, atol=1e-7)
    torch.testing.assert_close(power, network.config.bands.pooled(spectrum.abs().square()))


def test_gradients_reach_every_parameter(network):
    errors, _ = network.errors(noise(1, 2, 1600), noise(1, 4, 2, 1600, seed=1))
    errors.sum().backward()
    assert [name for name, weight in network.named_parameters() if not weight.grad.abs().sum() > 0] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stems": ("vocals",)}, "stems"),
        ({"stems": ("vocals", "vocals")}, "stems"),
        ({"window_samples": 255}, "window_samples"),
        ({"hop_samples": 129}, "hop_samples"),
        ({"layout": ((17, 1),)}, "layout"),
        ({"widths": (0, 8, 8)}, "widths"),
        ({"blocks": 0}, "blocks"),
    ],
)
def test_sizes_that_no_network_has_are_refused_by_name(change, field):
    with pytest.raises(SettingsError, match=f"The field '{field}' of the dual-path U-Net must"):
        replace(TINY, **change)


def test_a_mono_mixture_is_refused_with_its_shape(network):
    with pytest.raises(MixtureError, match=r"\(1, 1, 100\)"):
        network(torch.zeros(1, 1, 100))
