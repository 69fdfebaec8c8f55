"""Published files of TFC-TDF v3: sizes read off tensors, and the row of the manifest."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import SettingsError, WeightError
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry, WeightFile
from models.registry import BuildOptions
from models.seeding import seeded_torch
from models.tdf_v3 import PUBLISHED, TDFV3, TINY, TDFV3Config
from models.tdf_v3_files import build, load_network, sizes_of

CPU = torch.device("cpu")
TRANSFORM = {"window_samples": 256, "hop_samples": 64, "band_bins": 128, "subbands": 2}
"""What the tensors of a `TINY` network do not tell."""


def small_network(config=TINY):
    with seeded_torch(1):
        return TDFV3(config).eval()


def noise():
    return 0.1 * torch.randn(1, 2, 1500, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "config", [TINY, replace(TINY, blocks=2, bottleneck=2, time_factor=1, frequency_factor=4, scales=1), PUBLISHED]
)
def test_sizes_are_read_off_the_tensors(config):
    with torch.device("meta"):
        state = TDFV3(config).state_dict()
    known = {name: getattr(config, name) for name in ("window_samples", "hop_samples", "band_bins", "subbands")}
    assert TDFV3Config(**known, **sizes_of(state)) == config


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_saved_state_loads_with_equal_output(tmp_path, wrapped):
    network = small_network()
    state = network.state_dict()
    torch.save({"state_dict": state} if wrapped else state, tmp_path / "tdf.ckpt")
    loaded = load_network(tmp_path / "tdf.ckpt", "mdx23c", TRANSFORM)
    assert not loaded.training
    with torch.no_grad():
        assert torch.equal(loaded(noise()), network(noise()))


def test_a_missing_tensor_is_refused_by_name(tmp_path):
    state = small_network().state_dict()
    del state["final_conv.0.weight"]
    torch.save(state, tmp_path / "tdf.ckpt")
    with pytest.raises(WeightError, match="(?s)TFC-TDF v3.*final_conv.0.weight.*mdx models show mdx23c"):
        load_network(tmp_path / "tdf.ckpt", "mdx23c", TRANSFORM)


@pytest.mark.parametrize("content", [{}, [], {"first_conv.weight": torch.zeros(3)}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.ckpt")
    with pytest.raises(WeightError, match="other.ckpt"):
        load_network(tmp_path / "other.ckpt", "mdx23c", TRANSFORM)


def row(path=None, **architecture):
    sha256 = "0" * 64 if path is None else sha256_of(path)
    file = WeightFile(role="all", name="tdf.ckpt", urls=("https://example.org/tdf.ckpt",), sha256_prefix=sha256)
    return ModelEntry(
        name="mdx23c",
        builder="models.tdf_v3_files:build",
        summary="",
        licence="MIT",
        training_data="none",
        leaderboards=(),
        weights=(file,),
        architecture=architecture,
    )


def test_the_row_says_how_the_network_is_run():
    small = {"width": 8, "growth": 4, "scales": 2, "blocks": 1}
    settings = {"random_arguments": small}
    bag = build(row(segment_samples=1984, network=TRANSFORM), BuildOptions(CPU, random_weights=True, settings=settings))
    (member,) = bag.members
    assert (member.segment_samples, member.overlap, member.normalisation) == (1984, 0.75, "none")
    assert member.network.config == TINY


def test_a_row_builds_the_network_of_its_file(tmp_path, bare_machine):
    torch.save(small_network().state_dict(), tmp_path / "tdf.ckpt")
    options = BuildOptions(CPU, settings={"weights_folder": str(tmp_path)})
    network = build(row(tmp_path / "tdf.ckpt", network=TRANSFORM), options).members[0].network
    with torch.no_grad():
        assert torch.equal(network(noise()), small_network()(noise()))


def test_a_row_with_impossible_facts_is_refused():
    with pytest.raises(SettingsError, match="'overlap'"):
        build(row(overlap=1.5), BuildOptions(CPU, random_weights=True))
