"""The Mixer of KUIELab-MDX-Net: which channel is which, and its file."""

from __future__ import annotations

import pytest
import torch

from models.errors import WeightError
from models.kuielab_mixer import MixedStems, load_mixer
from models.tdf_stem import TDFStem
from tests.models.tdf_small import small_unet

STEMS = ("bass", "drums", "other", "vocals")


def stems(frames=8):
    sizes = zip(STEMS, (4096, 2048, 2048, 4096), strict=True)
    return [TDFStem(stem, fft, small_unet(seed, frames=frames)) for seed, (stem, fft) in enumerate(sizes)]


def noise(samples):
    return 0.1 * torch.randn(2, 2, samples, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("place", range(10))
def test_inputs_are_left_and_right_of_the_stems_in_order_and_then_of_the_mixture(place):
    networks = stems()
    mixed = MixedStems(networks)
    mixture = noise(mixed.input_samples(1))
    with torch.inference_mode():
        mixed.linear.weight.zero_()
        mixed.linear.weight[5, place] = 2
        result = mixed(mixture)
        source = mixture if place >= 8 else networks[place // 2](mixture)[:, 0]
    assert result.shape == (2, 4, 2, mixture.shape[-1])
    expected = torch.zeros_like(result)
    # The sixth output is the right channel of the third stem.
    expected[:, 2, 1] = 2 * source[:, place % 2]
    assert torch.allclose(result, expected, atol=1e-6)
    assert result[:, 2, 1].abs().max() > 1e-4


def test_it_reports_its_stems_and_the_chunk_of_the_longest_transform():
    mixed = MixedStems(stems())
    assert mixed.stems == STEMS
    assert mixed.input_samples(10) == 7 * 1024
    assert mixed.segment_samples == 7 * 1024 - 4096
    assert mixed.linear.weight.shape == (8, 10)


def test_networks_of_different_chunks_are_refused():
    with pytest.raises(WeightError, match="chunks of one length to be mixed. Got samples: {'bass': 7168, .* 15360"):
        MixedStems([*stems()[:3], *stems(frames=16)[3:]])


def test_the_published_layout_is_loaded_and_nothing_else(tmp_path):
    mixed = MixedStems(stems())
    weight = torch.randn(8, 10)
    torch.save({"linear.weight": weight}, tmp_path / "mixer.ckpt")
    load_mixer(mixed, tmp_path / "mixer.ckpt", "kuielab_a")
    assert torch.equal(mixed.linear.weight, weight)
    for wrong in ({"linear.weight": weight[:, :8]}, {"linear.weight": weight, "linear.bias": weight[:, 0]}, {}):
        torch.save(wrong, tmp_path / "wrong.ckpt")
        with pytest.raises(
            WeightError, match="wrong.ckpt' of the model 'kuielab_a' must hold .* the Mixer. Got Runtime"
        ):
            load_mixer(mixed, tmp_path / "wrong.ckpt", "kuielab_a")
