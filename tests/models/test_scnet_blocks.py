"""Blocks of SCNet: bands and their sizes, and which axis each layer works along."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as functional
from torch import nn

from models.scnet_blocks import BandPlan, ConvolutionModule, DualPath, Fusion, Separation, SparseDown, SparseUp
from models.seeding import seeded_torch

SMALL = BandPlan((0.175, 0.392, 0.433), (1, 4, 16), (3, 4, 16))
LARGE = BandPlan((0.225, 0.372, 0.403), (1, 4, 16), (3, 4, 16))
IHF = BandPlan((0.230, 0.370, 0.400), (1, 4, 4), (3, 4, 4))
OTHER_KERNELS = BandPlan((0.3, 0.3, 0.4), (1, 2, 3), (5, 6, 9))
PLANS = [SMALL, LARGE, IHF, OTHER_KERNELS]


def noise(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def seeded(build, *arguments):
    with seeded_torch(1):
        return build(*arguments).eval()


@pytest.mark.parametrize("plan", PLANS)
def test_bands_cover_every_bin_once(plan):
    for bins in range(20, 2100):
        assert sum(plan.sizes(bins)) == bins
        assert min(plan.sizes(bins)) > 0


def test_the_published_bands_have_the_published_bins():
    # 2049 bins of 10.8 Hz, cut at 3.9 and 12.5 kHz.
    assert SMALL.sizes(2049) == (359, 803, 887)
    assert SMALL.compressed_sizes(2049) == (359, 201, 56)
    assert sum(LARGE.sizes(2049)) == sum(IHF.sizes(2049)) == 2049
    assert IHF.compressed_sizes(2049) == (472, 190, 205)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("bins", [60, 61, 62, 63, 64, 129, 616])
def test_up_sampling_undoes_the_lengths_of_down_sampling(plan, bins):
    down, up = seeded(SparseDown, 2, 3, plan), seeded(SparseUp, 3, 2, plan)
    bands = down(noise(1, 2, bins, 4))
    assert tuple(band.shape[2] for band in bands) == plan.compressed_sizes(bins)
    assert up(torch.cat(bands, dim=2), bins).shape == (1, 2, bins, 4)


def test_a_stride_of_one_keeps_every_bin_in_its_place():
    plan = BandPlan((0.3, 0.3, 0.4), (1, 1, 1), (3, 3, 3))
    down, up = seeded(SparseDown, 1, 1, plan), seeded(SparseUp, 1, 1, plan)
    for layer in [*down.convs, *up.convtrs]:
        layer.weight.data = torch.tensor([0.0, 1.0, 0.0]).view(1, 1, 3, 1)
        layer.bias.data.zero_()
    features = noise(2, 1, 50, 3)
    assert torch.equal(up(torch.cat(down(features), dim=2), 50), features)


def test_a_wide_stride_sums_up_its_own_bins_only():
    plan = BandPlan((0.25, 0.25, 0.5), (1, 2, 4), (1, 2, 4))
    down = seeded(SparseDown, 1, 1, plan)
    for layer in down.convs:
        layer.weight.data.fill_(1)
        layer.bias.data.zero_()
    bands = down(torch.arange(16.0).view(1, 1, 16, 1))
    assert [band.flatten().tolist() for band in bands] == [[0, 1, 2, 3], [9, 13], [38, 54]]


def test_fusion_equals_the_convolution_over_two_copies():
    fusion = seeded(Fusion, 3)
    features, skip = noise(2, 3, 7, 5), noise(2, 3, 7, 5).flip(2)
    doubled = (features + skip).repeat(1, 2, 1, 1)
    expected = functional.glu(functional.conv2d(doubled, fusion.conv.weight, fusion.conv.bias, padding=1), dim=1)
    assert torch.allclose(fusion(features, skip), expected, atol=1e-6)


def test_a_convolution_module_never_mixes_frequencies():
    module, features = seeded(ConvolutionModule, 4, 2, 2, 3), noise(2, 4, 6, 9)
    changed = features.clone()
    changed[:, :, 2] += 1
    difference = (module(changed) - module(features)).abs().amax(dim=(0, 1, 3))
    assert difference[2] > 0
    assert difference[[0, 1, 3, 4, 5]].max() == 0


@pytest.mark.parametrize(("silent_path", "along"), [(1, "frequency"), (0, "time")])
def test_the_first_lstm_runs_along_frequency_and_the_second_along_time(silent_path, along):
    layer, features = seeded(DualPath, 3, 2), noise(1, 3, 6, 8)
    layer.norm_layers = nn.ModuleList([nn.Identity(), nn.Identity()])
    for parameter in layer.linear_layers[silent_path].parameters():
        parameter.data.zero_()
    changed = features.clone()
    changed[:, :, 4, 5] += 1
    difference = (layer(changed) - layer(features)).abs().amax(dim=(0, 1))
    lines = difference if along == "time" else difference.T
    line = 4 if along == "time" else 5
    assert lines[line].min() > 0
    assert torch.cat([lines[:line], lines[line + 1 :]]).max() == 0


def test_an_lstm_in_the_dual_path_is_torchs_own_on_the_normalised_line():
    layer, features = seeded(DualPath, 3, 1), noise(1, 3, 4, 5)
    for parameter in layer.linear_layers[1].parameters():
        parameter.data.zero_()
    normalised = layer.norm_layers[0](features)
    expected = features.clone()
    for frame in range(5):
        line = normalised[0, :, :, frame].T
        expected[0, :, :, frame] += layer.linear_layers[0](layer.lstm_layers[0](line)[0]).T
    assert torch.allclose(layer(features), expected, atol=1e-6)


def test_layers_that_add_nothing_leave_the_fourier_transform_undone():
    separation, features = seeded(Separation, 3, 1, 4), noise(2, 3, 4, 10)
    for layer in separation.dp_modules:
        for parameter in layer.linear_layers.parameters():
            parameter.data.zero_()
    assert torch.allclose(separation(features), features, atol=1e-6)


def test_every_second_layer_sees_the_spectrum_along_time():
    separation, features = seeded(Separation, 2, 1, 2), noise(1, 2, 3, 8)
    seen = []
    separation.dp_modules[1].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    separation(features)
    spectrum = torch.fft.rfft(separation.dp_modules[0](features), dim=3) / 8**0.5
    assert torch.allclose(seen[0], torch.cat([spectrum.real, spectrum.imag], dim=1), atol=1e-6)
