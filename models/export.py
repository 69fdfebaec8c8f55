"""Export a model's networks, and prove each written file by running it beside the original.

The two must agree on a chunk of seeded noise that no tracer has seen: by 60 dB or more, or the file does not get its
name. What is exported is the network alone: cutting songs into chunks, normalisation and averaging stay with the
engine, and a traced file takes chunks of one length only.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from audio.atomic import atomic_path
from models.errors import ModelError
from models.export_formats import ExportError, Format
from models.files.checkpoints import locate_hashed
from models.files.converted_files import is_converted, published_sha256
from models.files.safetensors_files import SOURCES_KEY
from models.manifest import ModelEntry
from models.mixtures import CHANNELS
from models.network import Bag, Member
from models.parity import LEAST_AGREEMENT_DB, Parity, compare
from models.registry import BuildOptions, build_model

WHOLE_SONG_SECONDS = 10.0
"""Length of the chunk for networks that take songs whole."""

_NOISE_LEVEL = 0.1
_EXAMPLE_SEED, _COMPARED_SEED = 0, 1


@dataclass(frozen=True)
class Exported:
    """What became of one network."""

    target: Path
    format: str
    chunk_samples: int
    parity: Parity
    size_bytes: int


class ParityError(ModelError):
    """An exported network does not do what the original does; nothing was kept of it."""

    def __init__(self, exported: Exported) -> None:
        error, decibels = exported.parity.max_abs_error, exported.parity.decibels
        super().__init__(
            f"The {exported.format} file '{exported.target}' must agree with the original by {LEAST_AGREEMENT_DB:g} "
            f"dB. Got {decibels:.1f} dB (largest error {error:.2g}): it was deleted. Choose another format."
        )
        self.exported = exported


def build_networks(entry: ModelEntry, settings: Mapping[str, Any], *, random_weights: bool) -> Bag:
    """Build the networks of a model on the CPU.

    Raises:
        ExportError: The model is no network of the engine.
        ModelError: As `models.registry.build_model`.
    """
    if not entry.runs_in_engine:
        raise ExportError(
            f"The model '{entry.name}' must be made of networks that the engine runs. Got one that separates by itself "
            "and has nothing to export; `mdx models show NAME` says runs_in_engine: true of those that do."
        )
    options = BuildOptions(torch.device("cpu"), random_weights=random_weights, settings=settings)
    bag: Bag = build_model(entry.name, options)
    return bag


def sources_of(entry: ModelEntry) -> list[dict[str, str]]:
    """Return name and sha256 of each published weight file of a model, which must be here, converted or not."""
    sources = []
    for file in entry.weights:
        found = locate_hashed(entry.name, file)
        if is_converted(found.path, file):
            sources.append({"file": file.name, "sha256": published_sha256(found.path, file)})
        else:
            sources.append({"file": found.path.name, "sha256": found.sha256})
    return sources


def targets_for(entry: ModelEntry, members: int, wanted: Format, output: Path) -> list[Path]:
    """Return where the networks of a model go: one file, or a folder with a file for each of several.

    Raises:
        ExportError: The output of several networks is a file.
    """
    if members == 1:
        return [output / f"{entry.name}{wanted.suffix}" if output.is_dir() else output]
    if output.is_file():
        raise ExportError(
            f"The output of the model '{entry.name}' must be a folder, because it has {members} networks. "
            f"Got the file '{output}'."
        )
    roles = [file.role for file in entry.weights]
    names = roles if len(roles) == members else [str(number) for number in range(1, members + 1)]
    return [output / f"{name}{wanted.suffix}" for name in names]


def export_member(
    member: Member, wanted: Format, target: Path, facts: Mapping[str, str], chunk_seconds: float | None = None
) -> Exported:
    """Write one network and compare.

    Args:
        member: The network and how it is run.
        wanted: The format.
        target: The file; one that is there is replaced only by a file that agrees.
        facts: What is written beside the network.
        chunk_seconds: Length of the chunk; None is the one that the network is run with.

    Returns:
        What was measured.

    Raises:
        ParityError: The written network gives something else.
        ExportError: The network cannot be expressed in this format.
        ModelUnavailableError: A package that the format needs is not installed.
        OSError: The file cannot be written.
    """
    network = _module(member)
    chunk_samples = _chunk_samples(member, chunk_seconds)
    described = {**facts, **_facts_of_member(member, network, facts), "chunk_samples": str(chunk_samples)}
    with torch.no_grad(), atomic_path(target) as temporary:
        wanted.write(network, _noise(chunk_samples, _EXAMPLE_SEED), described, temporary)
        mixture = _noise(chunk_samples, _COMPARED_SEED)
        parity = compare(network(mixture), wanted.reopen(temporary, network)(mixture))
        exported = Exported(target, wanted.name, chunk_samples, parity, temporary.stat().st_size)
        if not parity.holds:
            raise ParityError(exported)
    return exported


def facts_of(entry: ModelEntry, sources: list[dict[str, str]]) -> dict[str, str]:
    """Return the facts about a model that travel with each of its networks; no sources mean random weights.

    `architecture` is the manifest's. `folds` says which of a network's outputs add up to one stem of the model.
    """
    return {
        "model": entry.name,
        "builder": entry.builder,
        "licence": entry.licence,
        "training_data": entry.training_data,
        "architecture": json.dumps(entry.architecture),
        "folds": json.dumps(entry.architecture.get("folds", {})),
        SOURCES_KEY: json.dumps(sources),
    }


def _module(member: Member) -> nn.Module:
    """Return the torch module of a network; one of a package stands inside a wrapper that is none."""
    network = member.network
    module = network if isinstance(network, nn.Module) else getattr(network, "network", None)
    if not isinstance(module, nn.Module):
        raise ExportError(f"A network must be a torch module to be exported. Got {type(network).__name__}.")
    return module.eval()


def _chunk_samples(member: Member, chunk_seconds: float | None) -> int:
    rate = member.network.sample_rate
    own = member.segment_samples or round(WHOLE_SONG_SECONDS * rate)
    wanted = own if chunk_seconds is None else round(chunk_seconds * rate)
    if wanted < 1 or wanted > (member.longest_samples or wanted):
        longest = "any" if member.longest_samples is None else f"{member.longest_samples / rate:g} s at most"
        raise ExportError(f"The chunk must be a sample or more, and {longest} for this network. Got {wanted} samples.")
    return member.network.input_samples(wanted)


def _facts_of_member(member: Member, network: nn.Module, facts: Mapping[str, str]) -> dict[str, str]:
    """Say how a network is built and run, each value in JSON but for names and numbers of samples."""
    # A module inside a wrapper is exported without it, and may give more than the wrapper folds it to.
    outputs = getattr(network, "stems", None) or getattr(network, "sources", None) or member.network.stems
    return {
        "network": f"{type(network).__module__}:{type(network).__qualname__}",
        "config": _config_text(network, facts.get("architecture", "null")),
        "stems": json.dumps(list(outputs)),
        "stem_weights": json.dumps(dict(member.stem_weights)),
        "sample_rate": str(member.network.sample_rate),
        "normalisation": member.normalisation,
        "overlap": json.dumps(member.overlap),
        "segment_samples": json.dumps(member.segment_samples),
        "longest_samples": json.dumps(member.longest_samples),
    }


def _config_text(network: nn.Module, architecture: str) -> str:
    """Return a network's config, its constructor arguments by name (fractions as "39/5"), or the manifest's facts."""
    config = getattr(network, "config", None)
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        return json.dumps(dataclasses.asdict(config), default=str)
    # Where the package `demucs` keeps the arguments that a network was made with.
    captured = getattr(network, "_init_args_kwargs", None)
    if captured is None:
        return architecture
    positional, named = captured
    bound = inspect.signature(type(network)).bind(*positional, **named)
    return json.dumps(bound.arguments, default=str)


def _noise(samples: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return _NOISE_LEVEL * torch.randn(1, CHANNELS, samples, generator=generator)
