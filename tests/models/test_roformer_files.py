"""RoFormer checkpoints: identical output, sizes read off the tensors, strictness down to the speeds of rotation."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
import torch

from models.bs_roformer import BSRoformer, BSRoformerConfig
from models.errors import SettingsError, WeightError
from models.manifest import WeightFile
from models.mel_band_roformer import MelBandRoformer, MelBandRoformerConfig, build
from models.registry import BuildOptions
from models.roformer_files import load_roformer
from tests.models.roformer_cases import BS, MEL, noise, random_network, row, separate

# What no tensor tells; every other field is left at another value than the file's.
BS_FACTS = BSRoformerConfig(stems=BS.stems, rest=BS.rest, hop_samples=BS.hop_samples)
MEL_FACTS = MelBandRoformerConfig(stems=MEL.stems, hop_samples=MEL.hop_samples, window_samples=MEL.window_samples)


def load_bs(path, model, facts):
    return load_roformer(path, model, facts, BSRoformer)


def load_mel(path, model, facts):
    return load_roformer(path, model, facts, MelBandRoformer)


KINDS = pytest.mark.parametrize(
    ("load", "config", "facts"),
    [(load_bs, BS, BS_FACTS), (load_mel, MEL, MEL_FACTS)],
    ids=["bs", "mel"],
)
SPEEDS = "layers.1.0.layers.0.0.rotary_embed.freqs"


def save_published_format(network, path):
    torch.save({key: tensor.clone() for key, tensor in network.state_dict().items()}, path)


@KINDS
@pytest.mark.parametrize("mask_layers", [1, 2, 4])
def test_the_published_format_loads_with_bit_equal_output(tmp_path, load, config, facts, mask_layers):
    network, mixture = random_network(replace(config, mask_layers=mask_layers)), noise(1, 2, 700)
    save_published_format(network, tmp_path / "model.ckpt")
    loaded = load(tmp_path / "model.ckpt", "roformer", facts)
    assert not loaded.training
    # With a single layer there is nothing between layers whose size the file could tell.
    same = replace(loaded.config, mask_expansion=config.mask_expansion) if mask_layers == 1 else loaded.config
    assert same == network.config
    assert torch.equal(separate(loaded, mixture), separate(network, mixture))


@KINDS
def test_half_precision_files_load_as_float32(tmp_path, load, config, facts):
    network, mixture = random_network(config), noise(1, 2, 700)
    torch.save({key: tensor.half() for key, tensor in network.state_dict().items()}, tmp_path / "model.ckpt")
    loaded = load(tmp_path / "model.ckpt", "roformer", facts)
    assert {tensor.dtype for tensor in loaded.state_dict().values()} == {torch.float32}
    assert torch.allclose(separate(loaded, mixture), separate(network, mixture), atol=1e-3)


def test_speeds_of_rotation_are_taken_from_the_file(tmp_path):
    state = dict(random_network(BS).state_dict())
    for key in state:
        if key.endswith("freqs") and ".1.layers" in key:
            state[key] = 2 * state[key]
    torch.save(state, tmp_path / "model.ckpt")
    loaded = load_bs(tmp_path / "model.ckpt", "roformer", BS_FACTS)
    along_time, along_bands = (loaded.layers[1][axis].layers[0][0].rotary_embed.freqs for axis in (0, 1))
    assert torch.equal(along_bands, 2 * along_time)
    assert along_time[0] == 1


def test_speeds_that_differ_along_one_axis_are_refused(tmp_path):
    state = dict(random_network(BS).state_dict())
    state[SPEEDS] = 1.001 * state[SPEEDS]
    torch.save(state, tmp_path / "model.ckpt")
    with pytest.raises(WeightError, match=f"'{SPEEDS}' than in 'layers.0.0.layers.0.0.rotary_embed.freqs'"):
        load_bs(tmp_path / "model.ckpt", "roformer", BS_FACTS)


@KINDS
@pytest.mark.parametrize("key", [SPEEDS, "layers.0.1.layers.0.1.net.4.bias", "band_split.to_features.0.1.weight"])
def test_a_missing_tensor_is_refused_by_name(tmp_path, load, config, facts, key):
    state = dict(random_network(config).state_dict())
    del state[key]
    torch.save(state, tmp_path / "model.ckpt")
    with pytest.raises(WeightError, match=f"(?s)RoFormer in the layout of MSST.*{key}.*mdx models show roformer"):
        load(tmp_path / "model.ckpt", "roformer", facts)


@KINDS
def test_an_unknown_tensor_is_refused_by_name(tmp_path, load, config, facts):
    state = dict(random_network(config).state_dict())
    state["layers.0.2.layers.0.0.temperature"] = torch.ones(3)
    torch.save(state, tmp_path / "model.ckpt")
    with pytest.raises(WeightError, match="temperature"):
        load(tmp_path / "model.ckpt", "roformer", facts)


def test_a_file_for_another_number_of_stems_is_refused(tmp_path):
    save_published_format(random_network(MEL), tmp_path / "model.ckpt")
    facts = replace(MEL_FACTS, stems=("bass", "drums", "vocals"))
    with pytest.raises(WeightError, match="for bass, drums, vocals"):
        load_mel(tmp_path / "model.ckpt", "roformer", facts)
    with pytest.raises(WeightError, match="mask_estimators.1"):
        load_mel(tmp_path / "model.ckpt", "roformer", replace(MEL_FACTS, stems=("bass",)))


def test_a_file_of_the_other_kind_is_refused(tmp_path):
    save_published_format(random_network(MEL), tmp_path / "mel.ckpt")
    save_published_format(random_network(BS), tmp_path / "bs.ckpt")
    with pytest.raises(WeightError, match="norm.gamma"):
        load_bs(tmp_path / "mel.ckpt", "roformer", replace(BS_FACTS, stems=MEL.stems, rest=None))
    with pytest.raises(WeightError, match="norm.gamma"):
        load_mel(tmp_path / "bs.ckpt", "roformer", replace(MEL_FACTS, stems=BS.stems))


@pytest.mark.parametrize("content", [{}, [], torch.zeros(3), {"band_split.to_features.0.1.weight": "text"}])
def test_a_file_of_something_else_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.ckpt")
    with pytest.raises(WeightError, match="other.ckpt"):
        load_bs(tmp_path / "other.ckpt", "roformer", BS_FACTS)


def test_a_row_loads_its_published_file(tmp_path):
    network, mixture = random_network(MEL), noise(1, 2, 700)
    path = tmp_path / "model.ckpt"
    save_published_format(network, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    file = WeightFile(role="all", name=path.name, urls=("https://example.org/model.ckpt",), sha256_prefix=digest[:8])
    facts = {"stems": list(MEL.stems), "hop_samples": MEL.hop_samples, "window_samples": MEL.window_samples}
    entry = row("mel_band_roformer", MEL.stems, weights=(file,), **facts)
    options = BuildOptions(torch.device("cpu"), settings={"weights_folder": str(tmp_path)})
    member = build(entry, options).members[0]
    assert torch.equal(separate(member.network, mixture), separate(network, mixture))


@pytest.mark.parametrize("facts", [{"depht": 2}, {"depth": "two"}])
def test_an_unusable_architecture_of_a_row_is_refused_with_the_models_name(facts):
    options = BuildOptions(torch.device("cpu"), random_weights=True)
    with pytest.raises(SettingsError, match=f"'architecture' of the model 'small' .* Got .'{next(iter(facts))}'.: "):
        build(row("mel_band_roformer", ("vocals",), **facts), options)
