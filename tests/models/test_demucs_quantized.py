"""The quantised Demucs file gives back the weights that were packed."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace

import pytest
import torch

from models.demucs_quantized import LARGEST_PLAIN_WEIGHTS, load_network
from models.demucs_v2 import DemucsV2
from models.demucs_v2_config import DEMUCS_V2
from models.errors import WeightError
from models.seeding import seeded_torch
from tests.models.files.diffq_writer import GROUP, quantised, random_bits

# The shallowest network with tensors on both sides of the limit, and one exactly on it.
CONFIG = replace(DEMUCS_V2, hidden_channels=64, depth=3)


@pytest.fixture(scope="module")
def network():
    with seeded_torch(3):
        return DemucsV2(CONFIG).eval()


def published_state(network, column):
    parameters = [parameter.detach() for parameter in network.parameters()]
    large = [weights for weights in parameters if weights.numel() > LARGEST_PLAIN_WEIGHTS]
    bits = [random_bits(weights, seed) for seed, weights in enumerate(large)]
    return {
        "quantized": [
            (*quantised(weights, each), each[:, None] if column else each)
            for weights, each in zip(large, bits, strict=True)
        ],
        "float16": [],
        "others": [weights.clone() for weights in parameters if weights.numel() <= LARGEST_PLAIN_WEIGHTS],
    }


def save_published_format(state, path):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    torch.save({"compressed": zlib.compress(buffer.getvalue(), level=1)}, path)


@pytest.mark.parametrize("column", [True, False], ids=["bits as a column", "bits flat"])
def test_every_weight_comes_back_within_half_a_step_of_its_own_bits(tmp_path, network, column):
    save_published_format(published_state(network, column), tmp_path / "quantized.th")
    loaded = load_network(tmp_path / "quantized.th", "demucs_quantized", base=replace(CONFIG, hidden_channels=1))
    assert loaded.config == CONFIG
    seed = 0
    for mine, original in zip(loaded.parameters(), network.parameters(), strict=True):
        if original.numel() <= LARGEST_PLAIN_WEIGHTS:
            assert torch.equal(mine, original)
            continue
        steps = (original.max() - original.min()) / (2 ** random_bits(original, seed).float() - 1)
        errors = (mine - original).reshape(-1, GROUP).abs()
        assert (errors <= 0.5 * steps[:, None] + 1e-6).all()
        assert errors.max() > 1e-3
        seed += 1
    assert seed > 0


def test_a_tensor_of_exactly_the_limit_is_not_quantised(network):
    assert network.encoder[2][0].weight.numel() == LARGEST_PLAIN_WEIGHTS


def test_the_loaded_network_separates(tmp_path, network):
    save_published_format(published_state(network, column=True), tmp_path / "quantized.th")
    loaded = load_network(tmp_path / "quantized.th", "demucs_quantized", base=CONFIG)
    with torch.no_grad():
        stems = loaded(torch.randn(1, 2, 500, generator=torch.Generator().manual_seed(1)))
    assert stems.shape == (1, 4, 2, 500)
    assert torch.isfinite(stems).all()


@pytest.mark.parametrize("part", ["others", "quantized"])
def test_a_state_with_a_tensor_too_few_is_refused(tmp_path, network, part):
    state = published_state(network, column=True)
    state[part].pop()
    save_published_format(state, tmp_path / "quantized.th")
    with pytest.raises(
        WeightError, match=r"quantised Demucs v2 network\. Got .*shorter.*mdx models show demucs_quantized"
    ):
        load_network(tmp_path / "quantized.th", "demucs_quantized", base=CONFIG)


@pytest.mark.parametrize("content", [{}, {"compressed": b"no zlib stream"}, {"encoder.0.0.weight": torch.zeros(1)}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.th")
    with pytest.raises(WeightError, match="other.th"):
        load_network(tmp_path / "other.th", "demucs_quantized")
