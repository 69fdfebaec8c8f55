"""Checkpoints of kuielab/mdx-net: sizes read off them, nothing in them run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
import torch

from models.errors import WeightError
from models.tdf_checkpoints import load_checkpoint
from tests.models.tdf_small import small_unet


def save(network, path, fft_samples=64, **more):
    state = {"window": torch.hann_window(fft_samples), "freq_pad": torch.zeros(1, 4, 17, 1), **network.state_dict()}
    torch.save({"epoch": 3, "state_dict": state, **more}, path)
    return path


@pytest.mark.parametrize(
    "sizes",
    [
        {},
        {"blocks": 5, "layers": 3, "growth": 5, "kernel_size": 5, "linear_bias": True},
        {"bottleneck": 4, "band_bins": 32},
    ],
)
def test_sizes_weights_and_the_length_of_the_transform_come_from_the_file(tmp_path, sizes):
    network = small_unet(**sizes)
    loaded, fft_samples = load_checkpoint(save(network, tmp_path / "own.ckpt"), "kuielab_a", frames=16)
    assert loaded.config == replace(network.config, frames=16)
    assert fft_samples == 64
    spectrum = torch.randn(1, 4, network.config.band_bins, 16)
    with torch.inference_mode():
        assert torch.equal(loaded(spectrum), network(spectrum))


def test_objects_beside_the_tensors_are_refused_and_the_way_out_is_named(tmp_path):
    path = save(small_unet(), tmp_path / "own.ckpt", callbacks={PurePosixPath: 1})
    with pytest.raises(WeightError, match="save {'state_dict': ...} alone.* Got a reference to 'pathlib"):
        load_checkpoint(path, "kuielab_a", frames=8)


@pytest.mark.parametrize("content", [{"state_dict": {}}, {"weights": 1}, [1]])
def test_another_file_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "own.ckpt")
    with pytest.raises(WeightError, match="own.ckpt' of the model 'kuielab_a' must hold a checkpoint of a ConvTDFNet"):
        load_checkpoint(tmp_path / "own.ckpt", "kuielab_a", frames=8)


def test_a_number_of_frames_that_the_network_cannot_take_is_refused(tmp_path):
    path = save(small_unet(), tmp_path / "own.ckpt")
    with pytest.raises(WeightError, match="'frames' .* must be a multiple of 2, as there are 3 blocks. Got 7"):
        load_checkpoint(path, "kuielab_a", frames=7)
