"""The first release of the Demucs repository (2019 and 2020): its Demucs, at the song's own rate, and its Conv-TasNet.

Networks are those of version 2 with other settings: Demucs has 100 channels (64 in the "light" ones) and does not work
at twice the sample rate inside. Its files hold (class, arguments, keyword arguments, state dict), see
`models.files.legacy_pickles`. Files that end in `.gz` are compressed; their weights were rounded to 8 bits.

How they were used (the command line of that release): normalised as in version 2, pieces of 10 s one after the other
without overlap, each in silence. The published scores ran Demucs over whole songs, averaged over 10 random delays of 0
to 0.5 s.

The first files of November 2019, pickles of whole modules, were withdrawn in January 2020 for the ones read here.

References: Defossez, Usunier, Bottou, Bach, "Music Source Separation in the Waveform Domain", 2019,
https://arxiv.org/abs/1911.13254; branch v1 of https://github.com/facebookresearch/demucs.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.conv_tasnet import CONV_TASNET, ConvTasNet
from models.conv_tasnet import network_of_state as tasnet_of_state
from models.demucs_v2 import DemucsV2
from models.demucs_v2 import network_of_state as demucs_of_state
from models.demucs_v2_config import DEMUCS_V1, DemucsV2Config
from models.files.legacy_pickles import read_legacy_pickle
from models.files.state_files import read_content, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag, Network
from models.registry import BuildOptions
from models.single_network import Recipe, build_single

SEGMENT_SAMPLES = 441_000
"""Piece of the command line: 10 s."""

_DEMUCS = "demucs.model.Demucs"
_TASNET = "demucs.tasnet.ConvTasNet"
_SHARED_SETTINGS = ("audio_channels", "depth", "kernel_size", "stride", "growth", "rewrite", "glu", "context")


def load_demucs(path: Path, model: str, base: DemucsV2Config = DEMUCS_V1) -> DemucsV2:
    """Load a published Demucs of version 1; its width is read off its tensors.

    Args:
        path: A verified `.th` or `.th.gz` file.
        model: Name of the model, for messages.
        base: What the file does not tell.

    Raises:
        WeightError: The file holds anything else than one such network.
    """
    with refuse_other_files(path, model, "a Demucs network of version 1 with its arguments"):
        arguments, state = _arguments_and_state(path, _DEMUCS)
        if arguments.get("upsample"):
            raise ValueError("a network that upsamples by interpolation, of which none was published")
        named = {name: arguments[name] for name in _SHARED_SETTINGS if name in arguments}
        return demucs_of_state(state, replace(base, **named))


def load_tasnet(path: Path, model: str) -> ConvTasNet:
    """Load a published Conv-TasNet of version 1; its size is read off its tensors.

    Args:
        path: A verified `.th` file.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file holds anything else than one such network.
    """
    with refuse_other_files(path, model, "a stereo Conv-TasNet of version 1 with its arguments"):
        return tasnet_of_state(_arguments_and_state(path, _TASNET)[1])


def read_package(path: Path, names: Collection[str] = (_DEMUCS, _TASNET)) -> Any:
    """Read (class name, arguments, keyword arguments, state dict) out of a published file or one converted from it.

    Args:
        path: The file.
        names: The classes that a published file may name.
    """

    def read_legacy(path: Path) -> Any:
        open_file: Any = gzip.open if path.suffix == ".gz" else open
        with open_file(path, "rb") as stream:
            return read_legacy_pickle(stream, names)

    return read_content(path, read_legacy)


def _arguments_and_state(path: Path, expected: str) -> tuple[dict[str, Any], dict[str, Any]]:
    class_name, arguments, keywords, state = read_package(path, (expected,))
    if class_name != expected or arguments:
        raise ValueError(f"the class {class_name!r} with the arguments {arguments!r}")
    return keywords, state


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the Demucs of this row (`models.single_network` says what is raised)."""
    return _build(entry, options, lambda arguments: DemucsV2(replace(DEMUCS_V1, **arguments)), load_demucs)


def build_tasnet(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the Conv-TasNet of this row (`models.single_network` says what is raised)."""
    return _build(entry, options, lambda arguments: ConvTasNet(replace(CONV_TASNET, **arguments)), load_tasnet)


def _build(
    entry: ModelEntry,
    options: BuildOptions,
    make: Callable[[Mapping[str, Any]], Network],
    load: Callable[[Path, str], Network],
) -> Bag:
    recipe = Recipe(make, load, SEGMENT_SAMPLES, overlap=0.0, normalisation="mono")
    return build_single(entry, options, recipe)
