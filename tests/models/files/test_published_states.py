"""Where training programs put a network's tensors."""

from __future__ import annotations

import pytest
import torch

from models.files.published_states import STATE_KEYS, network_tensors, numbered_parts

STATE = {"conv.weight": torch.ones(2, 3), "conv.bias": torch.zeros(2)}


def test_a_bare_state_dict_is_taken_as_it_is():
    assert network_tensors(STATE) == STATE


@pytest.mark.parametrize("key", STATE_KEYS)
def test_the_network_is_found_beside_what_training_left(key):
    checkpoint = {"epoch": 7, "optimizer": {"param_groups": []}, key: STATE}
    assert network_tensors(checkpoint) == STATE


def test_the_best_state_goes_before_the_last_one():
    last = {"conv.weight": torch.full((2, 3), 5.0), "conv.bias": torch.zeros(2)}
    assert network_tensors({"state": last, "best_state": STATE})["conv.weight"].sum() == 6


def test_the_prefix_of_parallel_training_is_dropped():
    assert network_tensors({"state": {f"module.{name}": tensor for name, tensor in STATE.items()}}) == STATE


def test_a_tensor_may_be_called_state():
    assert set(network_tensors({"state": torch.ones(1), "conv.bias": torch.zeros(2)})) == {"state", "conv.bias"}


@pytest.mark.parametrize("content", [{"conv.weight": 3}, {"state_dict": {"conv.weight": "text"}}])
def test_what_is_no_tensor_is_refused_by_name(content):
    with pytest.raises(TypeError, match="'conv.weight' is no tensor but"):
        network_tensors(content)


def test_numbered_parts_are_counted_once():
    state = {f"blocks.{block}.{part}": torch.ones(1) for block in range(11) for part in ("weight", "bias")}
    assert numbered_parts(state, "blocks.") == 11
    assert numbered_parts(state, "blocks.1.") == 2
    assert numbered_parts(state, "layers.") == 0
