"""A network's tensors in the safetensors format: no pickle, so nothing in such a file can run.

Beside the tensors stand plain facts as text: which model it is, the network's config, and the weight files that it was
made from. Such a file is an export or a trained model; `models.files.converted_files` is about those that stand in for
published ones.

Reference: https://huggingface.co/docs/safetensors, section Format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from models.files.state_files import refuse_other_files
from models.files.tensor_files import read_tensors, write_tensors

SOURCES_KEY = "sources"
"""Key of the facts that holds the weight files it was made from: JSON, a list of {file, sha256}."""


@dataclass(frozen=True)
class StoredState:
    """What a safetensors file holds."""

    state: dict[str, Tensor]
    """The state dict, in the precision of the network that was saved."""
    facts: dict[str, str]
    """What was written beside it."""


def save_state(path: Path, network: nn.Module, facts: Mapping[str, str]) -> None:
    """Write a network's state dict and facts about it.

    Args:
        path: The file.
        network: Any module; tensors that share memory are written once each.
        facts: Text by name.

    Raises:
        OSError: The file cannot be written.
    """
    write_tensors(path, dict(sorted(network.state_dict().items())), facts)


def load_state(path: Path, model: str) -> StoredState:
    """Read a file of `save_state`.

    Args:
        path: The file.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file is damaged.
    """
    with refuse_other_files(path, model, "tensors in the safetensors format"):
        return StoredState(*read_tensors(path))
