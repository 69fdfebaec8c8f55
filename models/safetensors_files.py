"""A network's tensors in the safetensors format: no pickle, so nothing in such a file can run.

Beside the tensors stand plain facts as text: which model it is, the network's config, and the sha256 of the weight file
that it was made from. A converted file stands in for the original only while that hash is the original's.

Reference: https://huggingface.co/docs/safetensors, section Format.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from models.errors import WeightError
from models.state_files import refuse_other_files
from models.tensor_files import read_tensors, write_tensors

SOURCES_KEY = "sources"
"""Key of the facts that holds the weight files it was made from: JSON, a list of {file, sha256}."""


@dataclass(frozen=True)
class StoredState:
    """What a safetensors file holds."""

    state: dict[str, Tensor]
    """The state dict, in the precision of the network that was saved."""
    facts: dict[str, str]
    """What was written beside it."""

    def source_hashes(self) -> set[str]:
        """Return the sha256 of each weight file that it was made from; empty for random weights."""
        return {source["sha256"] for source in json.loads(self.facts.get(SOURCES_KEY, "[]"))}


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


def load_state(path: Path, model: str, source_sha256: str | None = None) -> StoredState:
    """Read a file of `save_state`.

    Args:
        path: The file.
        model: Name of the model, for messages.
        source_sha256: The hash of the weight file that it must have been made from; None takes any.

    Raises:
        WeightError: The file is damaged, or was made from another weight file.
    """
    with refuse_other_files(path, model, "tensors in the safetensors format"):
        stored = StoredState(*read_tensors(path))
        hashes = stored.source_hashes()
    if source_sha256 is not None and source_sha256 not in hashes:
        raise WeightError(
            f"The file '{path}' of the model '{model}' must have been made from the weight file with the sha256 "
            f"{source_sha256}. Got {', '.join(sorted(hashes)) or 'no source'}. Delete it, or make it again with "
            f"`mdx models export {model} --safetensors '{path}'`."
        )
    return stored
