"""Architectures by name: each has its own configs, and a row that names them builds the same network again."""

import json
from dataclasses import asdict

import pytest
import torch
import yaml

from models.demucs_v2 import DemucsV2
from models.demucs_v2_config import DEMUCS_V1, DEMUCS_V2
from models.each_channel import unwrapped
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.trained import build
from training.architectures import ARCHITECTURES, build_config, build_network
from training.recipe import ModelSection


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_row_with_the_names_and_sizes_of_an_architecture_builds_its_network_again(name):
    section = ModelSection(architecture=name, size="tiny")
    network, config = build_network(section, 0), build_config(section)
    architecture = {
        "network": ARCHITECTURES[name].network,
        "config": ARCHITECTURES[name].config,
        "sizes": yaml.safe_load(yaml.safe_dump(json.loads(json.dumps(asdict(config))))),
        "segment_samples": 1000,
        "overlap": 0.25,
        "normalisation": "none",
    }
    entry = ModelEntry(
        name="mine",
        builder="models.trained:build",
        summary="A row for tests.",
        licence="MIT",
        training_data="none",
        leaderboards=(),
        stems=network.stems,
        sample_rate=network.sample_rate,
        architecture=architecture,
    )
    again = build(entry, BuildOptions(torch.device("cpu"), random_weights=True)).members[0].network
    inner = unwrapped(again)
    assert inner.config == config
    assert type(again) is type(network)
    again.load_state_dict(network.state_dict(), strict=True)


@pytest.mark.parametrize(("name", "config"), [("demucs_v1", DEMUCS_V1), ("demucs_v2", DEMUCS_V2)])
def test_both_versions_of_demucs_are_made_of_their_published_sizes(name, config):
    section = ModelSection(architecture=name)
    assert build_config(section) == config
    tiny = build_network(ModelSection(architecture=name, size="tiny"), 0)
    assert isinstance(tiny, DemucsV2)
    assert tiny.config.resample == config.resample
    assert tiny.config.hidden_channels < 10
