"""X-UMX: sizes, the joined pass equals separate ones, lengths, gradients."""

from __future__ import annotations

import pytest
import torch

from models.errors import MixtureError, SettingsError
from models.xumx import XUMX, XUMXConfig
from models.xumx_files import join_published
from tests.models.xumx_cases import CONFIG, random_reference

PUBLISHED_PARAMETERS = 35_573_392


def noise(*shape, seed=0):
    return 0.3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def fused(reference):
    network = XUMX(reference.config)
    state = {key: tensor for key, tensor in reference.state_dict().items() if not key.endswith("window")}
    network.load_state_dict(join_published(reference.config, state))
    return network.eval()


@pytest.fixture(scope="module")
def reference():
    return random_reference()


@pytest.fixture(scope="module")
def network(reference):
    return fused(reference)


def test_the_published_size_has_the_published_number_of_parameters():
    with torch.device("meta"):
        network = XUMX(XUMXConfig())
    assert sum(parameter.numel() for parameter in network.parameters()) == PUBLISHED_PARAMETERS


@torch.inference_mode()
def test_all_stems_at_once_equal_stem_after_stem(reference, network):
    mixture = noise(2, 2, 5000)
    expected = reference(mixture)
    actual = network(mixture)
    assert (actual - expected).abs().max() <= 1e-6 * expected.abs().max()


@torch.inference_mode()
def test_all_stems_at_once_equal_four_passes_for_one_stem_each(reference, network):
    mixture = noise(1, 2, 3001)
    passes = torch.cat([reference(mixture, stems=(stem,)) for stem in CONFIG.stems], dim=1)
    assert (network(mixture) - passes).abs().max() <= 1e-6 * passes.abs().max()


def test_training_equals_stem_after_stem_in_output_gradients_and_statistics():
    reference = random_reference(XUMXConfig(window_samples=64, hop_samples=16, max_bin=20, hidden_size=8))
    network = fused(reference)
    reference.train()
    network.train()
    for stem in network.stems:
        reference.layer_lstm[stem].dropout = network.recurrent[stem].dropout = 0.0
    mixture = noise(3, 2, 800)
    expected, actual = reference(mixture), network(mixture)
    torch.testing.assert_close(actual, expected, rtol=1e-4, atol=1e-5)
    expected.square().mean().backward()
    actual.square().mean().backward()
    gradients = {
        name: parameter.grad for name, parameter in reference.named_parameters() if not name.endswith("window")
    }
    statistics = dict(reference.named_buffers())
    joined = join_published(reference.config, {**gradients, **statistics})
    own = {name: parameter.grad for name, parameter in network.named_parameters()} | dict(network.named_buffers())
    for name, tensor in joined.items():
        torch.testing.assert_close(own[name], tensor, rtol=1e-3, atol=1e-5, msg=lambda text, name=name: name + text)


@pytest.mark.parametrize("samples", [1, 2, 127, 128, 129, 1000, 4097])
@torch.inference_mode()
def test_stems_have_the_length_of_the_mixture_and_are_finite(network, samples):
    stems = network(noise(1, 2, samples))
    assert stems.shape == (1, 4, 2, samples)
    assert stems.isfinite().all()


@torch.inference_mode()
def test_silence_stays_silent(network):
    assert network(torch.zeros(1, 2, 999)).count_nonzero() == 0


@torch.inference_mode()
def test_songs_of_a_batch_do_not_touch_each_other(network):
    mixtures = noise(3, 2, 2000)
    alone = torch.cat([network(mixture[None]) for mixture in mixtures])
    torch.testing.assert_close(network(mixtures), alone, rtol=1e-4, atol=1e-6)


@torch.inference_mode()
def test_magnitudes_with_the_phase_of_the_mixture_are_the_stems(network):
    mixture = noise(2, 2, 1500)
    spectrogram = network.stft(mixture)
    magnitudes = network.magnitudes(spectrogram.abs())
    assert magnitudes.shape == (2, 4, *spectrogram.shape[1:])
    assert (magnitudes >= 0).all()
    stems = network.stft.inverse(torch.polar(magnitudes, spectrogram.angle()[:, None].expand_as(magnitudes)), 1500)
    torch.testing.assert_close(network(mixture), stems, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("gradients", [False, True])
def test_the_input_is_left_as_it_is(network, gradients):
    mixture = noise(1, 2, 700)
    magnitude = network.stft(mixture).abs()
    kept, kept_magnitude = mixture.clone(), magnitude.clone()
    with torch.set_grad_enabled(gradients):
        network(mixture)
        network.magnitudes(magnitude)
    assert torch.equal(mixture, kept)
    assert torch.equal(magnitude, kept_magnitude)


@torch.inference_mode()
def test_half_precision_on_a_cpu_stays_close(network):
    mixture = noise(1, 2, 4000)
    whole = network(mixture)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = network(mixture)
    assert half.dtype == torch.float32
    assert (half - whole).norm() < 0.03 * whole.norm()


@pytest.mark.parametrize(
    "config",
    [
        XUMXConfig(stems=("vocals", "other"), window_samples=64, hop_samples=16, max_bin=33, hidden_size=4),
        XUMXConfig(channels=1, window_samples=64, hop_samples=16, max_bin=10, hidden_size=4, lstm_layers=1),
        XUMXConfig(window_samples=64, hop_samples=32, max_bin=10, hidden_size=6, lstm_layers=2, bidirectional=False),
    ],
)
@torch.inference_mode()
def test_other_configurations_run(config):
    stems = XUMX(config).eval()(noise(2, config.channels, 300))
    assert stems.shape == (2, len(config.stems), config.channels, 300)
    assert stems.isfinite().all()


def test_any_length_is_taken_as_it_is(network):
    assert [network.input_samples(samples) for samples in (1, 4097)] == [1, 4097]


def test_it_says_what_it_separates(network):
    assert network.stems == ("bass", "drums", "vocals", "other")
    assert (network.sample_rate, network.channels, network.config) == (44100, 2, CONFIG)


@pytest.mark.parametrize("mixture", [torch.zeros(2, 100), torch.zeros(1, 3, 100), torch.zeros(1, 2, 0)])
def test_a_mixture_of_another_shape_is_refused(network, mixture):
    with pytest.raises(MixtureError, match=r"needs mixtures of shape \(batch, 2 channels, samples\). Got"):
        network(mixture)


@pytest.mark.parametrize("shape", [(2, 129, 5), (1, 1, 129, 5), (1, 2, 128, 5), (1, 2, 129, 0)])
def test_magnitudes_of_another_shape_are_refused(network, shape):
    with pytest.raises(MixtureError, match=r"of shape \(batch, 2 channels, 129 bins, frames\). Got"):
        network.magnitudes(torch.zeros(shape))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stems": ()}, r"distinct stems, at least one. Got \(\)."),
        ({"stems": ("bass", "bass")}, "distinct stems"),
        ({"hidden_size": 9}, "'hidden_size' must be even. Got 9."),
        ({"lstm_layers": 0}, "'lstm_layers' must be at least 1. Got 0."),
        ({"max_bin": 2050}, "'max_bin' must be from 1 to the 2049 bins. Got 2050."),
        ({"hop_samples": 0}, "'hop_samples' must be at least 1. Got 0."),
    ],
)
def test_an_impossible_configuration_is_refused(settings, message):
    with pytest.raises(SettingsError, match=message):
        XUMXConfig(**settings)
