"""States of networks as safetensors."""

from __future__ import annotations

import json
import os

import pytest
import torch
from torch import nn

from models.errors import WeightError
from models.files.safetensors_files import load_state, save_state

FACTS = {"model": "tiny", "sources": json.dumps([{"file": "tiny.th", "sha256": "a" * 64}])}


@pytest.fixture
def network():
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 3))
    network[2].weight = nn.Parameter(network[0].weight.t())
    return network


def test_a_state_comes_back_exactly_with_its_facts_views_and_integers_included(network, tmp_path):
    save_state(tmp_path / "tiny.safetensors", network, FACTS)
    stored = load_state(tmp_path / "tiny.safetensors", "tiny")
    assert stored.facts == FACTS
    expected = network.state_dict()
    assert stored.state.keys() == expected.keys()
    assert all(torch.equal(stored.state[key], expected[key]) for key in expected)
    assert stored.state["1.num_batches_tracked"].dtype == torch.int64


def test_others_may_read_the_file_as_they_may_any_other(network, tmp_path):
    save_state(tmp_path / "tiny.safetensors", network, FACTS)
    (tmp_path / "plain").touch()
    assert os.stat(tmp_path / "tiny.safetensors").st_mode == os.stat(tmp_path / "plain").st_mode


@pytest.mark.parametrize("content", [b"", b"no tensors", b"\xff" * 100])
def test_a_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "tiny.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightError, match="must hold tensors in the safetensors format"):
        load_state(path, "tiny")
