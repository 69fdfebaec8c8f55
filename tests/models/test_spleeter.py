"""Spleeter: sizes, TensorFlow semantics, masks, lengths, and its checkpoint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from models.errors import MixtureError, SettingsError, WeightError
from models.seeding import seeded_torch
from models.spleeter import Spleeter, SpleeterConfig, load_network
from models.spleeter_unet import SpleeterUNet, unused_names, variable_names
from tests.models.files.tensorflow_writer import write_checkpoint

SMALL = SpleeterConfig(frame_samples=64, hop_samples=16, segment_frames=8, frequency_bins=16, widths=(4, 6, 8))


def small_network(config=SMALL):
    """A network whose normalisation is no identity, so that a swap of its vectors is heard."""
    with seeded_torch(1):
        network = Spleeter(config)
        for name, values in network.state_dict().items():
            if "norms" in name and values.is_floating_point():
                values.copy_(torch.rand_like(values) + 0.5)
    return network.eval()


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) * 0.1


def published_variables(network):
    """The variables as Keras would name and lay them out, from the network's own tensors."""
    levels = len(network.config.widths)
    variables = {}
    for position, unet in enumerate(network.networks):
        state = unet.state_dict()
        for key, name in variable_names(levels, position):
            values = state[key].numpy()
            variables[name] = np.ascontiguousarray(values.transpose(2, 3, 1, 0) if values.ndim == 4 else values)
        for name in unused_names(levels, position):
            variables[name] = np.ones(network.config.widths[-1], dtype=np.float32)
    return variables


def save_published_format(network, folder):
    write_checkpoint(folder / "model", published_variables(network))
    return folder


def same_padded(image, kernel, stride=1, dilation=1):
    """TensorFlow's "same" convolution of (height, width, ins) with (k, k, ins, outs), in numpy, by its definition."""
    sizes = image.shape[:2]
    reach = dilation * (kernel.shape[0] - 1) + 1
    results = [-(-size // stride) for size in sizes]
    missing = [max((result - 1) * stride + reach - size, 0) for result, size in zip(results, sizes, strict=True)]
    padded = np.pad(image, [(total // 2, total - total // 2) for total in missing] + [(0, 0)])
    spread = np.zeros((reach, reach, *kernel.shape[2:]))
    spread[::dilation, ::dilation] = kernel
    output = np.stack(
        [
            sum(correlate2d(padded[..., i], spread[..., i, o], mode="valid") for i in range(kernel.shape[2]))
            for o in range(kernel.shape[3])
        ],
        axis=-1,
    )
    return output[::stride, ::stride]


def same_transposed(image, kernel):
    """The gradient of the "same" convolution with stride 2: the transpose of its matrix, column by column.

    The kernel has the shape (k, k, outs, ins), as Keras keeps it.
    """
    height, width = 2 * image.shape[0], 2 * image.shape[1]
    output = np.zeros((height, width, kernel.shape[2]))
    for place in np.ndindex(height, width, kernel.shape[2]):
        unit = np.zeros_like(output)
        unit[place] = 1
        output[place] = (same_padded(unit, kernel, stride=2) * image).sum()
    return output


def test_the_published_size_has_the_published_number_of_weights():
    network = Spleeter(SpleeterConfig())
    counts = [sum(weight.numel() for weight in unet.parameters()) for unet in network.networks]
    # With the normalisation that is stored and not used: 1024 more each.
    assert counts == [9_822_725] * 4
    assert sum(counts) == 39_290_900
    assert network.stems == ("vocals", "drums", "bass", "other")
    assert network.sample_rate == 44100


def test_names_are_numbered_through_all_networks_as_published():
    third = dict(variable_names(6, 2))
    assert dict(variable_names(6, 0))["down.0.weight"] == "conv2d/kernel"
    assert dict(variable_names(6, 0))["mask.bias"] == "conv2d_6/bias"
    assert third["down.0.weight"] == "conv2d_14/kernel"
    assert third["up.0.bias"] == "conv2d_transpose_12/bias"
    assert third["down_norms.4.running_mean"] == "batch_normalization_28/moving_mean"
    assert third["up_norms.0.weight"] == "batch_normalization_30/gamma"
    assert third["up_norms.5.running_var"] == "batch_normalization_35/moving_variance"
    assert next(iter(unused_names(6, 2))) == "batch_normalization_29/gamma"
    everything = [name for position in range(4) for _, name in variable_names(6, position)]
    everything += [name for position in range(4) for name in unused_names(6, position)]
    assert len(set(everything)) == len(everything) == 296


def test_the_unet_equals_tensorflows_definitions_written_in_numpy():
    rng = np.random.default_rng(0)
    with seeded_torch(3):
        unet = SpleeterUNet(2, (3, 4)).eval().double()
    for weight in [*unet.parameters(), *(b for b in unet.buffers() if b.is_floating_point())]:
        weight.data = torch.from_numpy(rng.uniform(0.2, 1.0, weight.shape) * rng.choice([-1, 1], weight.shape))
    for norm in [*unet.down_norms, *unet.up_norms]:
        norm.running_var.abs_()
    weights = {key: value.numpy() for key, value in unet.state_dict().items()}
    image = rng.uniform(0, 1, (8, 12, 2))

    def convolved(image, key, **how):
        return same_padded(image, weights[f"{key}.weight"].transpose(2, 3, 1, 0), **how) + weights[f"{key}.bias"]

    def grown(image, key):
        return same_transposed(image, weights[f"{key}.weight"].transpose(2, 3, 1, 0)) + weights[f"{key}.bias"]

    def elu(image):
        return np.where(image > 0, image, np.exp(np.minimum(image, 0)) - 1)

    def normed(image, key):
        scale = weights[f"{key}.weight"] / np.sqrt(weights[f"{key}.running_var"] + 1e-3)
        return (image - weights[f"{key}.running_mean"]) * scale + weights[f"{key}.bias"]

    first = convolved(image, "down.0", stride=2)
    second = convolved(elu(normed(first, "down_norms.0")), "down.1", stride=2)
    up = normed(elu(grown(second, "up.0")), "up_norms.0")
    up = normed(elu(grown(np.concatenate([first, up], axis=-1), "up.1")), "up_norms.1")
    expected = image / (1 + np.exp(-convolved(up, "mask", dilation=2)))

    result = unet(torch.from_numpy(image.transpose(2, 0, 1))[None])[0]
    assert np.allclose(result.detach().numpy().transpose(1, 2, 0), expected, atol=1e-12)


@pytest.mark.parametrize("samples", [1, 15, 16, 17, 500, 1111])
def test_lengths_are_exact_and_stems_sum_to_the_mixture(samples):
    mixture = noise(2, 2, samples)
    kept = mixture.clone()
    with torch.inference_mode():
        stems = small_network()(mixture)
    assert stems.shape == (2, 4, 2, samples)
    assert torch.allclose(stems.sum(dim=1), mixture, atol=1e-6)
    assert torch.equal(mixture, kept)


def test_silence_stays_silent():
    assert small_network()(torch.zeros(1, 2, 300)).abs().max() == 0


def test_items_of_a_batch_do_not_mix():
    network, mixture = small_network(), noise(3, 2, 400)
    assert torch.allclose(network(mixture)[1:2], network(mixture[1:2]), atol=1e-6)


def test_the_spectrum_is_that_of_tensorflows_stft():
    mixture = noise(1, 1, 100)
    config = replace(SMALL, channels=1)
    spectrum = Spleeter(config).analyse(mixture)[0, 0].T
    padded = np.concatenate([np.zeros(64), mixture[0, 0].numpy(), np.zeros(200)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    frames = [padded[start : start + 64] * window for start in range(0, 164, 16)]
    assert np.allclose(spectrum.numpy(), np.fft.rfft(frames), atol=1e-5)


def test_masks_are_ratios_of_energies_from_the_networks():
    network = small_network()
    magnitude = torch.rand(1, 2, 8, 33, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        estimates = torch.stack([unet(magnitude[..., :16]) for unet in network.networks], dim=1)
        masks = network._masks(network._estimates(magnitude))
    energies = estimates.square()
    assert torch.allclose(masks, energies / energies.sum(dim=1, keepdim=True), atol=1e-5)


def test_magnitudes_are_the_networks_below_the_band_s_end_and_shares_of_the_mixture_above():
    network = small_network()
    magnitude = torch.rand(1, 2, 33, 8, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        magnitudes = network.magnitudes(magnitude)
        for position, unet in enumerate(network.networks):
            expected = unet(magnitude[:, :, :16].transpose(-1, -2)).transpose(-1, -2)
            assert torch.equal(magnitudes[:, position, :, :16], expected)
    assert torch.allclose(magnitudes[..., 16:, :].sum(dim=1), magnitude[..., 16:, :], atol=1e-5)


def test_analysis_and_synthesis_are_inverse():
    network, mixture = small_network(), noise(2, 2, 700)
    assert torch.allclose(network.synthesise(network.analyse(mixture), 700), mixture, atol=1e-5)


@pytest.mark.parametrize(("extension", "expected"), [("zeros", 0.0), ("average", 7.5), ("edge", 14.0)])
def test_the_mask_above_the_band_is_what_the_extension_says(extension, expected):
    config = replace(SMALL, mask_extension=extension, edge_band_hz=3 * 44100 / 64)
    mask = torch.arange(16.0).expand(1, 2, 5, 16)
    extended = Spleeter(config)._extend(mask)
    assert extended.shape == (1, 2, 5, 33)
    assert torch.equal(extended[..., :16], mask)
    assert torch.all(extended[..., 16:] == expected)


def test_only_masks_of_zero_lose_what_lies_above_the_band():
    treble = torch.sin(torch.arange(2000) * 0.9 * torch.pi).expand(1, 2, 2000)
    for extension, kept in [("zeros", 0.0), ("average", 1.0), ("edge", 1.0)]:
        with torch.inference_mode():
            total = small_network(replace(SMALL, mask_extension=extension))(treble).sum(dim=1)
        assert total[..., 200:-200].std().item() == pytest.approx(kept * treble[..., 200:-200].std().item(), abs=1e-3)


def test_the_published_format_loads_with_identical_output(tmp_path):
    network, mixture = small_network(), noise(1, 2, 700)
    loaded = load_network(save_published_format(network, tmp_path), "spleeter", SMALL)
    assert not loaded.training
    assert torch.equal(loaded(mixture), network(mixture))


def test_the_optimisers_variables_and_an_unused_normalisation_are_passed_over(tmp_path):
    network = small_network()
    variables = published_variables(network)
    for name in unused_names(3, 1):
        del variables[name]
    extra = {f"{name}/Adam{ending}": values for name, values in variables.items() for ending in ("", "_1")}
    numbers = {"beta1_power": np.float32(0.9), "beta2_power": np.float32(0.9), "global_step": np.int64(5)}
    extra |= {name: np.array(value) for name, value in numbers.items()}
    write_checkpoint(tmp_path / "model", variables | extra)
    loaded = load_network(tmp_path / "model.index", "spleeter", SMALL)
    assert torch.equal(loaded.networks[2].mask.weight, network.networks[2].mask.weight)


def test_missing_and_unknown_variables_are_refused_by_name(tmp_path):
    variables = published_variables(small_network())
    variables["piano/kernel"] = variables.pop("conv2d_5/kernel")
    variables["piano/kernel/Adam"] = variables["piano/kernel"]
    write_checkpoint(tmp_path / "model", variables)
    with pytest.raises(WeightError) as refusal:
        load_network(tmp_path, "spleeter-4stems", SMALL)
    assert "1 missing (conv2d_5/kernel)" in str(refusal.value)
    assert "2 unknown (piano/kernel, piano/kernel/Adam)" in str(refusal.value)
    assert "'spleeter-4stems'" in str(refusal.value)


def test_a_checkpoint_of_another_size_is_refused(tmp_path):
    save_published_format(small_network(), tmp_path)
    with pytest.raises(WeightError, match="size mismatch for networks.0.down.2"):
        load_network(tmp_path, "spleeter", replace(SMALL, widths=(4, 6, 10)))
    with pytest.raises(WeightError, match="unknown"):
        load_network(tmp_path, "spleeter", replace(SMALL, stems=("vocals", "drums")))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hop_samples", 32),
        ("segment_frames", 12),
        ("frequency_bins", 20),
        ("frequency_bins", 40),
        ("mask_extension", "copy"),
        ("edge_band_hz", 1.0),
        ("edge_band_hz", 22050.0),
    ],
)
def test_sizes_that_do_not_fit_are_refused_by_field(field, value):
    with pytest.raises(SettingsError, match=f"The field '{field}' of Spleeter must .* Got {value!r}"):
        replace(SMALL, **{field: value})


@pytest.mark.parametrize("shape", [(2, 100), (1, 1, 100), (1, 2, 0)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(MixtureError, match="must have the shape"):
        small_network()(torch.zeros(shape))
