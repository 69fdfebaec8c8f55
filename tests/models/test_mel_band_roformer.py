"""Mel-Band RoFormer: published sizes and key layout, and bands as librosa's filters make them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from librosa.filters import mel

from models.errors import SettingsError
from models.mel_band_roformer import MelBandRoformer, MelBandRoformerConfig, build
from models.registry import BuildOptions
from tests.models.roformer_cases import MEL, row
from tests.models.test_bs_roformer import FOUR_STEMS


def _of_full_size(**sizes):
    with torch.device("meta"):
        return MelBandRoformer(MelBandRoformerConfig(**sizes))


@pytest.mark.parametrize(
    ("sizes", "parameters", "entries"),
    [
        ({"features": 384, "depth": 6}, 228_202_852, 684),
        ({"features": 384, "depth": 12}, 251_869_636, 828),
        ({"features": 256, "depth": 4, "mask_expansion": 1, "stems": FOUR_STEMS}, 58_326_732, 1716),
    ],
)
def test_full_size_networks_have_the_published_number_of_parameters(sizes, parameters, entries):
    network = _of_full_size(**sizes)
    # The original counts the speeds of rotation as parameters: one set for each axis.
    assert sum(parameter.numel() for parameter in network.parameters()) + 2 * 32 == parameters
    assert len(network.state_dict()) == entries


def test_norms_stand_after_each_transformer_and_masks_have_three_layers():
    shapes = {key: tuple(tensor.shape) for key, tensor in _of_full_size().state_dict().items()}
    assert {f"layers.{block}.{axis}.norm.gamma" for block in range(6) for axis in range(2)} <= shapes.keys()
    assert "final_norm.gamma" not in shapes
    first = {key: shape for key, shape in shapes.items() if key.startswith("mask_estimators.0.to_freqs.0.")}
    assert first == {
        "mask_estimators.0.to_freqs.0.0.0.weight": (1536, 384),
        "mask_estimators.0.to_freqs.0.0.0.bias": (1536,),
        "mask_estimators.0.to_freqs.0.0.2.weight": (1536, 1536),
        "mask_estimators.0.to_freqs.0.0.2.bias": (1536,),
        "mask_estimators.0.to_freqs.0.0.4.weight": (56, 1536),
        "mask_estimators.0.to_freqs.0.0.4.bias": (56,),
    }


@pytest.mark.parametrize(("window_samples", "bands"), [(2048, 60), (4096, 60), (2048, 64), (4096, 128), (128, 6)])
def test_bands_hold_the_bins_where_librosas_filters_are_above_zero(window_samples, bands):
    filters = mel(sr=44_100, n_fft=window_samples, n_mels=bands)
    filters[0, 0] = filters[-1, -1] = 1
    made = replace(MEL, window_samples=window_samples, band_count=bands).bands()
    expected = [np.flatnonzero(row).tolist() for row in filters]
    assert made.sizes == tuple(len(band) for band in expected)
    assert made.bins == tuple(place for band in expected for place in band)


def test_each_bin_is_in_one_or_two_of_the_published_bands():
    bands = MelBandRoformerConfig().bands()
    counts = np.bincount(bands.bins)
    assert len(counts) == 1025
    assert set(counts) == {1, 2}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"band_count": 0}, "'band_count' must be at least 1. Got 0"),
        ({"window_samples": 127}, "'window_samples' must be even, 2 or more. Got 127"),
        ({"depth": 0}, "'depth' must be at least 1. Got 0"),
    ],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(MEL, **change)


def test_bands_too_narrow_for_the_transform_are_refused():
    with pytest.raises(SettingsError, match="must have a bin each and cover every bin from 0"):
        MelBandRoformer(replace(MEL, band_count=2000))


def test_a_row_builds_the_network_with_its_chunk_and_overlap():
    entry = row("mel_band_roformer", FOUR_STEMS, stems=list(FOUR_STEMS))
    small = {"features": 8, "depth": 1, "heads": 1, "head_features": 8, "mask_expansion": 1}
    options = BuildOptions(torch.device("cpu"), random_weights=True, settings={"random_arguments": small})
    member = build(entry, options).members[0]
    assert (member.segment_samples, member.overlap, member.normalisation) == (352_800, 0.5, "none")
    assert member.network.stems == FOUR_STEMS
