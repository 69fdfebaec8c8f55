"""Parts of the band-split RNN: the published bands, and what each layer computes."""

from __future__ import annotations

import pytest
import torch

from models.band_split_layers import BAND_TABLES, BandEncoder, BandMasks, BandSequence, ResidualLSTM, band_widths
from models.seeding import seeded_torch


def noise(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def seeded(build, *arguments):
    with seeded_torch(1):
        layer = build(*arguments).eval()
        for name, parameter in layer.named_parameters():
            if "norm" in name:
                parameter.data = torch.rand(parameter.shape) + 0.5
    return layer


@pytest.mark.parametrize(("stem", "bands"), [("vocals", 41), ("other", 41), ("bass", 30), ("drums", 55)])
def test_the_published_bands_cover_every_bin_once(stem, bands):
    widths = band_widths(BAND_TABLES[stem], 2048, 44_100)
    assert len(widths) == bands
    assert sum(widths) == 1025
    assert min(widths) >= 1


def test_the_bands_for_vocals_are_as_wide_as_the_published_code_makes_them():
    widths = band_widths(BAND_TABLES["vocals"], 2048, 44_100)
    assert widths[:12] == (5, 5, 4, 5, 5, 4, 5, 5, 4, 5, 12, 11)
    assert widths[-3:] == (92, 93, 96)


@pytest.mark.parametrize("stem", BAND_TABLES)
@pytest.mark.parametrize(("window_samples", "sample_rate"), [(2048, 44_100), (4096, 44_100), (2000, 40_000)])
def test_each_bin_lies_in_the_band_that_ends_above_its_frequency(stem, window_samples, sample_rate):
    ends_hz, start_hz = [], 0
    for step_hz, end_hz in BAND_TABLES[stem]:
        ends_hz += list(range(start_hz + step_hz, end_hz + step_hz, step_hz))
        start_hz = end_hz
    counts = [0] * (len(ends_hz) + 1)
    for place in range(window_samples // 2 + 1):
        # Whole numbers only: frequency times window against end times window.
        counts[sum(place * sample_rate >= end * window_samples for end in ends_hz)] += 1
    assert band_widths(BAND_TABLES[stem], window_samples, sample_rate) == tuple(counts)


def test_a_band_becomes_a_vector_by_torchs_own_layer_normalisation():
    encoder = seeded(BandEncoder, [8, 12], 5, 3)
    bands = [noise(2, 8, 5), noise(2, 12, 5)]
    vectors = encoder(bands)
    assert vectors.shape == (2, 2, 5, 3)
    flat = bands[1][0].flatten()
    normalised = ((flat - flat.mean()) / (flat.var(correction=0) + 1e-5).sqrt()).view(12, 5)
    normalised = normalised * encoder.layernorms[1].weight + encoder.layernorms[1].bias
    assert torch.allclose(vectors[0, 1], normalised.T @ encoder.fcs[1].weight.T + encoder.fcs[1].bias, atol=1e-5)


def test_lstm_inputs_are_normalised_by_torchs_group_norm():
    layer, sequences = seeded(ResidualLSTM, 4, 3), noise(6, 2, 5, 4) * 3 + 2
    for line in range(5):
        own = sequences[:, :, line]
        normalised = layer.groupnorm(own.permute(1, 2, 0)).permute(2, 0, 1)
        expected = own + layer.fc(layer.rnn(normalised)[0])
        assert torch.allclose(layer(sequences)[:, :, line], expected, atol=1e-5)


@pytest.mark.parametrize(("silent", "axis"), [(1, "time"), (0, "bands")])
def test_the_first_lstm_runs_along_time_and_the_second_along_the_bands(silent, axis):
    layers, vectors = seeded(BandSequence, 4, 3, 1), noise(1, 5, 6, 4)
    for parameter in layers.bsrnn[0][silent].fc.parameters():
        parameter.data.zero_()
    changed = vectors.clone()
    changed[0, 2, 3] += noise(4)
    difference = (layers(changed) - layers(vectors)).abs().amax(dim=(0, 3))
    lines, line = (difference, 2) if axis == "time" else (difference.T, 3)
    assert lines[line].min() > 0
    assert torch.cat([lines[:line], lines[line + 1 :]]).max() == 0


def test_a_mask_is_the_first_half_gated_by_the_second():
    masks, vectors = seeded(BandMasks, [8, 4], 5, 3, 6), noise(2, 2, 5, 3)
    estimate = masks(vectors)
    assert [tuple(mask.shape) for mask in estimate] == [(2, 8, 5), (2, 4, 5)]
    first, _, second, gate = masks.mlp[1].mlp
    values, gates = gate.linear(second(torch.tanh(first(masks.layernorms[1](vectors[:, 1]))))).chunk(2, dim=-1)
    assert torch.allclose(estimate[1].transpose(1, 2), values * torch.sigmoid(gates), atol=1e-6)
