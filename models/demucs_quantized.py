"""Demucs v2 with weights of 2 to 15 bits (DiffQ): `demucs_quantized`, an eighth of the size of `demucs`.

The file is a compressed state without names, in the plain form of `models.files.diffq_states`; tensors of up to 1 MiB
are not quantised.

Reference: Defossez, Adi, Synnaeve, "Differentiable Model Compression via Pseudo Quantization Noise", 2021,
https://arxiv.org/abs/2104.09987
"""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from models.demucs_v2 import DemucsV2, context_recipe
from models.demucs_v2_config import DEMUCS_V2, DemucsV2Config
from models.files.diffq_states import QuantisedLayout, restored_weights
from models.files.state_files import fitted_network, read_content, read_pickle, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.single_network import build_single

LARGEST_PLAIN_WEIGHTS = 2**18
"""Tensors of at most so many weights (1 MiB in float32) are not quantised."""


def load_network(path: Path, model: str, base: DemucsV2Config = DEMUCS_V2) -> DemucsV2:
    """Load a published quantised state as a network of float32 weights; the width is read off its first tensor.

    Args:
        path: A verified `.th` file.
        model: Name of the model, for messages.
        base: What the tensors do not tell.

    Raises:
        WeightError: The file holds anything else than one such network.
    """
    with refuse_other_files(path, model, "the compressed state of a quantised Demucs v2 network"):
        quantised = read_quantised(path)
        config = replace(base, hidden_channels=quantised["others"][0].shape[0])
        with torch.device("meta"):
            shapes = {name: parameter.shape for name, parameter in DemucsV2(config).named_parameters()}
        weights = restored_weights(quantised, shapes, QuantisedLayout(LARGEST_PLAIN_WEIGHTS))
        return fitted_network(lambda: DemucsV2(config), weights)


def read_quantised(path: Path) -> dict[str, Any]:
    """Read the quantised state out of a published file or one converted from it."""
    return read_content(path, _inflated)


def _inflated(path: Path) -> Any:
    return read_pickle(io.BytesIO(zlib.decompress(read_pickle(path)["compressed"])))


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    return build_single(entry, options, context_recipe(load_network))
