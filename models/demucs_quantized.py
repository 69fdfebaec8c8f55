"""Demucs v2 with weights of 2 to 15 bits: `demucs_quantized`, an eighth of the size of `demucs`.

DiffQ learns how many bits each group of eight weights deserves; within a tensor, the levels of all groups span the same
range, and weight = minimum + level / (2^bits - 1) * (maximum - minimum). The file is a compressed state without names:
tensors of at most 2^18 weights as they are, the others as (levels, (minimum, maximum), bits), both lists in the order
of the network's parameters. Reading it takes that formula and no quantisation package.

Reference: Defossez, Adi, Synnaeve, "Differentiable Model Compression via Pseudo Quantization Noise", 2021,
https://arxiv.org/abs/2104.09987, equations 1 and 2; layout as written by diffq 0.1 (later releases pack the bits).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from models.demucs_v2 import DEMUCS_V2, DemucsV2, DemucsV2Config, context_recipe
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.single_network import build_single
from models.state_files import fitted_network, read_state, refuse_other_files

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
        inflated = io.BytesIO(zlib.decompress(read_state(path)["compressed"]))
        quantised = torch.load(inflated, map_location="cpu", weights_only=True)
        config = replace(base, hidden_channels=quantised["others"][0].shape[0])
        with torch.device("meta"):
            layout = DemucsV2(config)
        return fitted_network(lambda: DemucsV2(config), _named_weights(quantised, layout))


def _named_weights(quantised: Mapping[str, Any], layout: nn.Module) -> dict[str, Tensor]:
    shapes = {name: parameter.shape for name, parameter in layout.named_parameters()}
    plain = [name for name, shape in shapes.items() if shape.numel() <= LARGEST_PLAIN_WEIGHTS]
    large = [name for name in shapes if name not in plain]
    named = dict(zip(plain, quantised["others"], strict=True))
    for name, (levels, (lowest, highest), bits) in zip(large, quantised["quantized"], strict=True):
        steps = 1 / (2 ** bits.float().reshape(-1, 1) - 1)
        named[name] = (levels.float() * steps * (highest - lowest) + lowest).reshape(shapes[name])
    return named


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    return build_single(entry, options, context_recipe(load_network))
