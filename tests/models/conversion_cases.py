"""What tests of conversion share: a small published file of each family, and how it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from openunmix.model import OpenUnmix

from models import conv_tasnet, demucs_files, demucs_quantized, demucs_v1, scnet, umx, xumx_files
from models.demucs_family import DemucsWaveforms
from models.files.diffq_states import QUANTISER_PATH
from models.files.weight_files import sha256_of
from models.manifest import ModelEntry, WeightFile
from models.seeding import seeded_torch
from tests.models import roformer_cases, test_demucs_quantized, test_demucs_v1, test_scnet
from tests.models.demucs_cases import package_of, small_demucs
from tests.models.files.diffq_writer import packed_state
from tests.models.files.stand_in_classes import importable_class
from tests.models.test_roformer_files import BS_FACTS, load_bs
from tests.models.test_xumx_files import published_content
from tests.models.xumx_cases import random_reference


@dataclass(frozen=True)
class Case:
    """A published file of one family, small."""

    name: str
    builder: str
    save: Callable[[Path], None]
    load: Callable[[Path, str], Any]
    also_accepted: tuple[str, ...] = ()


def _save_tasnet(path):
    with seeded_torch(3):
        network = conv_tasnet.ConvTasNet(replace(conv_tasnet.CONV_TASNET, blocks=1))
    torch.save(network.state_dict(), path)


def _save_umx(path):
    with seeded_torch(3):
        network = OpenUnmix(nb_bins=2049, hidden_size=8, nb_layers=1, max_bin=700)
    torch.save({"sample_rate": torch.tensor(44100), **network.state_dict()}, path)


def _save_xumx(path):
    torch.save(published_content(random_reference()), path)


def _save_checkpoint(path):
    """As SCNet's training leaves it: beside the best state counters, an optimiser, and names with a prefix."""
    state = {f"module.{name}": tensor for name, tensor in test_scnet.small_network().state_dict().items()}
    optimiser = {"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 5e-4, "betas": (0.9, 0.999)}]}
    torch.save({"best_state": state, "optimizer": optimiser, "epoch": 3, "best_nsdr": None}, path)


def _save_roformer(path):
    torch.save(roformer_cases.random_network(roformer_cases.BS).state_dict(), path)


def _save_package(path):
    torch.save(package_of(small_demucs("Demucs" if "3" in path.name else "HTDemucs")), path)


def _save_quantised_package(path):
    network = small_demucs("HDemucs")
    with importable_class(QUANTISER_PATH) as quantiser:
        torch.save({**package_of(network), "state": packed_state(network, quantiser, 0.2)[0]}, path)


def _save_quantised(path):
    with seeded_torch(3):
        network = test_demucs_quantized.DemucsV2(test_demucs_quantized.CONFIG)
    test_demucs_quantized.save_published_format(test_demucs_quantized.published_state(network, column=True), path)


def _save_legacy(path):
    test_demucs_v1.save_published_format(
        path, "demucs.model.Demucs", test_demucs_v1.ARGUMENTS, test_demucs_v1._demucs()
    )


def _load_scnet(path, model):
    return scnet.load_network(path, model, test_scnet.SMALL)


def _load_roformer(path, model):
    return load_bs(path, model, BS_FACTS)


def _load_quantised(path, model):
    return demucs_quantized.load_network(path, model, test_demucs_quantized.CONFIG)


def _load_package(path, model):
    return DemucsWaveforms(demucs_files.load_network(path, model))


CASES = [
    Case("tasnet.th", "models.conv_tasnet:build", _save_tasnet, conv_tasnet.load_network),
    Case("bass.pth", "models.umx:build", _save_umx, umx.load_network),
    Case("xumx.pth", "models.xumx_files:build", _save_xumx, xumx_files.load_network),
    Case("scnet.ckpt", "models.scnet:build", _save_checkpoint, _load_scnet),
    Case("bs.ckpt", "models.bs_roformer:build", _save_roformer, _load_roformer),
    Case("v3.th", "models.demucs_family:build", _save_package, _load_package, ("v3own.safetensors",)),
    Case("v4.th", "models.demucs_family:build", _save_package, _load_package),
    Case("v3q.th", "models.demucs_family:build", _save_quantised_package, _load_package),
    Case("quantised.th", "models.demucs_quantized:build", _save_quantised, _load_quantised),
    Case("v1.th.gz", "models.demucs_v1:build", _save_legacy, demucs_v1.load_demucs),
]
BY_NAME = {case.name: case for case in CASES}


def entry_of(case, published_sha256):
    file = WeightFile(
        role="all",
        name=case.name,
        urls=("https://example.org/file",),
        sha256_prefix=published_sha256[:8],
        also_accepted=case.also_accepted,
    )
    return ModelEntry(
        name="small",
        builder=case.builder,
        summary="A small one.",
        licence="MIT",
        training_data="none",
        leaderboards=(),
        weights=(file,),
    )


def put(case, folder):
    """Write the file as it is published and return the row that describes it."""
    folder.mkdir(parents=True, exist_ok=True)
    case.save(folder / case.name)
    return entry_of(case, sha256_of(folder / case.name))


def output_of(network):
    generator = torch.Generator().manual_seed(1)
    shape = (30, 1, 2, 2049) if isinstance(network, OpenUnmix) else (1, 2, 3000)
    given = 0.1 * torch.randn(shape, generator=generator)
    if isinstance(network, OpenUnmix):
        given = given.abs().permute(1, 2, 3, 0)
    if isinstance(network, DemucsWaveforms):
        given = 0.1 * torch.randn(1, 2, network.input_samples(9000), generator=generator)
    with torch.inference_mode():
        return network.eval()(given)
