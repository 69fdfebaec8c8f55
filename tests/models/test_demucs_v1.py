"""Files of the first release load into networks of version 1."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace

import pytest
import torch
from torch import nn

from models.conv_tasnet import CONV_TASNET, ConvTasNet
from models.demucs_v1 import build, build_tasnet, load_demucs, load_tasnet
from models.demucs_v2 import DemucsV2
from models.demucs_v2_config import DEMUCS_V1, TINY_V1, DemucsV1Config
from models.errors import WeightError
from models.manifest import ModelEntry
from models.registry import BuildOptions
from models.seeding import seeded_torch
from tests.models.files.stand_in_classes import importable_class

SMALL = replace(DEMUCS_V1, hidden_channels=4, depth=4)
SMALL_TASNET = replace(CONV_TASNET, blocks=2)
# As the release's training command made its networks.
ARGUMENTS = {
    "audio_channels": 2,
    "channels": 4,
    "context": 3,
    "depth": 4,
    "glu": True,
    "growth": 2.0,
    "kernel_size": 8,
    "lstm_layers": 2,
    "rescale": 0.1,
    "rewrite": True,
    "sources": 4,
    "stride": 4,
    "upsample": False,
}


def test_the_config_of_version_1_has_the_settings_of_its_training_command():
    config = DemucsV1Config()
    assert config == DEMUCS_V1
    published = {**ARGUMENTS, "channels": 100, "depth": 6}
    assert (config.hidden_channels, config.resample) == (published["channels"], published["upsample"])
    for name in ("audio_channels", "context", "depth", "glu", "growth", "kernel_size", "lstm_layers", "rescale"):
        assert getattr(config, name) == published[name], name
    assert isinstance(TINY_V1, DemucsV1Config)


def _demucs():
    with seeded_torch(3):
        return DemucsV2(SMALL).eval()


def _tasnet():
    with seeded_torch(3):
        return ConvTasNet(SMALL_TASNET).eval()


def save_published_format(path, class_path, arguments, network):
    state = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    stream = io.BytesIO()
    # torch stores the source text of a network's class too; this one has none, of which torch warns.
    with importable_class(class_path, nn.Module) as made, pytest.warns(UserWarning, match="source code"):
        torch.save((made, (), arguments, state), stream, _use_new_zipfile_serialization=False)
    content = stream.getvalue()
    path.write_bytes(gzip.compress(content, compresslevel=1) if path.suffix == ".gz" else content)


def _separate(network, samples=3000):
    mixture = torch.randn(1, 2, samples, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return network(mixture)


@pytest.mark.parametrize("name", ["demucs.th", "demucs.th.gz"])
def test_a_saved_demucs_loads_with_bit_equal_output(tmp_path, name):
    save_published_format(tmp_path / name, "demucs.model.Demucs", ARGUMENTS, _demucs())
    loaded = load_demucs(tmp_path / name, "demucs_v1")
    assert loaded.config == SMALL
    assert not loaded.config.resample
    assert torch.equal(_separate(loaded), _separate(_demucs()))


def test_a_saved_tasnet_loads_with_bit_equal_output(tmp_path):
    arguments = {"audio_channels": 2, "X": 2}
    save_published_format(tmp_path / "tasnet.th", "demucs.tasnet.ConvTasNet", arguments, _tasnet())
    loaded = load_tasnet(tmp_path / "tasnet.th", "tasnet_v1")
    assert loaded.config == SMALL_TASNET
    assert torch.equal(_separate(loaded), _separate(_tasnet()))


@pytest.mark.parametrize(
    ("class_path", "arguments", "reason"),
    [
        ("demucs.tasnet.ConvTasNet", ARGUMENTS, r"a reference to 'demucs\.tasnet\.ConvTasNet'"),
        ("demucs.model.Demucs", {**ARGUMENTS, "upsample": True}, "upsamples by interpolation"),
        ("demucs.model.Demucs", {**ARGUMENTS, "depth": 3}, "Unexpected key"),
    ],
)
def test_a_file_of_another_network_is_refused_with_the_reason(tmp_path, class_path, arguments, reason):
    save_published_format(tmp_path / "demucs.th", class_path, arguments, _demucs())
    with pytest.raises(WeightError, match=f"(?s)Demucs network of version 1.*Got .*{reason}.*mdx models show demucs"):
        load_demucs(tmp_path / "demucs.th", "demucs_v1")


@pytest.mark.parametrize("load", [load_demucs, load_tasnet])
def test_a_bare_state_dict_is_refused(tmp_path, load):
    torch.save(_demucs().state_dict(), tmp_path / "demucs.th")
    with pytest.raises(WeightError, match=r"of version 1 with its arguments\. Got"):
        load(tmp_path / "demucs.th", "demucs_v1")


@pytest.mark.parametrize(
    ("builder", "arguments"),
    [(build, {"hidden_channels": 4, "depth": 4}), (build_tasnet, {"blocks": 2, "filters": 8, "block_channels": 8})],
)
def test_songs_are_cut_into_pieces_of_ten_seconds_without_overlap(builder, arguments):
    entry = ModelEntry(
        name="demucs_v1",
        builder=f"models.demucs_v1:{builder.__name__}",
        summary="A row for tests.",
        licence="MIT",
        training_data="none",
        leaderboards=(),
        architecture=arguments,
    )
    (member,) = builder(entry, BuildOptions(torch.device("cpu"), random_weights=True)).members
    assert (member.segment_samples, member.overlap, member.normalisation) == (441_000, 0.0, "mono")
    assert member.network.input_samples(441_000) == 441_000
    assert tuple(_separate(member.network, 500).shape) == (1, 4, 2, 500)
