"""BS-RoFormer: published sizes and key layout, bands, and building from a row."""

from __future__ import annotations

import pytest
import torch

from models.bs_roformer import PUBLISHED_BAND_BINS, BSRoformer, BSRoformerConfig, build
from models.registry import BuildOptions
from tests.models.roformer_cases import row

FOUR_STEMS = ("drums", "bass", "other", "vocals")


def _state_of_full_size(**sizes):
    with torch.device("meta"):
        network = BSRoformer(BSRoformerConfig(**sizes))
    # The original counts the speeds of rotation as parameters: one set for each axis.
    count = sum(parameter.numel() for parameter in network.parameters()) + 2 * 32
    return count, {key: tuple(tensor.shape) for key, tensor in network.state_dict().items()}


@pytest.mark.parametrize(
    ("sizes", "parameters", "entries"),
    [
        ({"features": 192, "depth": 6}, 24_591_340, 567),
        ({"features": 384, "depth": 8, "mask_expansion": 2}, 57_790_284, 611),
        ({"features": 384, "depth": 8, "mask_expansion": 2, "stems": FOUR_STEMS}, 131_704_164, 1355),
        ({"features": 512, "depth": 12}, 159_758_092, 699),
    ],
)
def test_full_size_networks_have_the_published_number_of_parameters(sizes, parameters, entries):
    count, shapes = _state_of_full_size(**sizes)
    assert (count, len(shapes)) == (parameters, entries)


def test_the_state_of_a_full_size_network_has_the_published_layout():
    _, shapes = _state_of_full_size(features=384, depth=8, mask_expansion=2, stems=FOUR_STEMS)
    expected = {"final_norm.gamma": (384,)}
    for layer in (f"layers.{block}.{axis}.layers.0" for block in range(8) for axis in range(2)):
        expected |= {
            f"{layer}.0.rotary_embed.freqs": (32,),
            f"{layer}.0.norm.gamma": (384,),
            f"{layer}.0.to_qkv.weight": (1536, 384),
            f"{layer}.0.to_gates.weight": (8, 384),
            f"{layer}.0.to_gates.bias": (8,),
            f"{layer}.0.to_out.0.weight": (384, 512),
            f"{layer}.1.net.0.gamma": (384,),
            f"{layer}.1.net.1.weight": (1536, 384),
            f"{layer}.1.net.1.bias": (1536,),
            f"{layer}.1.net.4.weight": (384, 1536),
            f"{layer}.1.net.4.bias": (384,),
        }
    for band, bins in enumerate(PUBLISHED_BAND_BINS):
        expected |= {
            f"band_split.to_features.{band}.0.gamma": (4 * bins,),
            f"band_split.to_features.{band}.1.weight": (384, 4 * bins),
            f"band_split.to_features.{band}.1.bias": (384,),
        }
        for mask in (f"mask_estimators.{stem}.to_freqs.{band}.0" for stem in range(4)):
            expected |= {
                f"{mask}.0.weight": (768, 384),
                f"{mask}.0.bias": (768,),
                f"{mask}.2.weight": (8 * bins, 768),
                f"{mask}.2.bias": (8 * bins,),
            }
    assert shapes == expected


def test_the_published_bands_cut_1025_bins_into_62_pieces():
    bands = BSRoformerConfig().bands()
    assert len(bands.sizes) == 62
    assert bands.bins == tuple(range(1025))
    assert bands.widths[0] == 8
    assert bands.widths[-1] == 516


def test_coefficients_reach_their_band_by_frequency_channel_and_part():
    with torch.device("meta"):
        network = BSRoformer(BSRoformerConfig(features=8, depth=1, heads=1, band_bins=(2, 3), hop_samples=2))
    seen = []
    network.band_split.forward = lambda coefficients: seen.append(coefficients) or torch.zeros(1, 6, 2, 8)
    network.layers.forward = network.final_norm.forward = lambda features: features
    for estimator in network.mask_estimators:
        estimator.forward = lambda features: torch.ones(1, 6, 20)
    number = torch.arange(5)[:, None] + 0.1 * torch.arange(6)
    spectrum = torch.stack([torch.complex(number, number + 100), torch.complex(number + 200, number + 300)])[None]
    masks = network._masks(spectrum)
    frame = seen[0][0, 3].reshape(5, 4)
    assert torch.allclose(frame, (torch.arange(5)[:, None] + 0.3) + torch.tensor([0.0, 100, 200, 300]))
    assert masks.shape == (1, 1, 2, 5, 6)


def test_a_row_builds_the_network_with_its_chunk_and_overlap():
    entry = row("bs_roformer", ("bass", "vocals"), stems=["vocals", "bass"], hop_samples=512, segment_samples=131_584)
    small = {"features": 8, "depth": 1, "heads": 1, "head_features": 8, "mask_expansion": 1}
    options = BuildOptions(torch.device("cpu"), random_weights=True, settings={"random_arguments": small})
    bag = build(entry, options)
    member = bag.members[0]
    assert (member.segment_samples, member.overlap, member.normalisation) == (131_584, 0.5, "none")
    assert member.network.stems == ("vocals", "bass")
    assert member.network.config.hop_samples == 512
