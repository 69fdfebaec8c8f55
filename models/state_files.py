"""Weight files that hold a bare state dict: opened without running anything in them, and fitted exactly.

Such a file says nothing about the network but the shapes of its tensors. A loader reads the sizes off these, builds the
network without storage (torch's "meta" device, so no random numbers are drawn and nothing is held twice) and puts the
file's tensors in place.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from models.errors import WeightError
from models.weight_files import why_not_opened

_SIGNS_OF_ANOTHER_FILE = (
    *(pickle.UnpicklingError, zlib.error, EOFError, RuntimeError),
    *(AttributeError, LookupError, TypeError, ValueError),
)

NetworkT = TypeVar("NetworkT", bound=nn.Module)


@contextmanager
def refuse_other_files(path: Path, model: str, content: str) -> Iterator[None]:
    """Turn what reading a wrong file raises inside the block into a message for the user.

    Args:
        path: The file that the block reads.
        model: Name of the model, for the message.
        content: What the file must hold, for the message.

    Raises:
        WeightError: The block met damaged, foreign or incomplete content.
    """
    try:
        yield
    except _SIGNS_OF_ANOTHER_FILE as error:
        raise WeightError(
            f"The file '{path}' of the model '{model}' must hold {content}. Got {why_not_opened(error)}. "
            f"Replace it by the published file; `mdx models show {model}` has its URL."
        ) from error


def read_state(path: Path) -> dict[str, Any]:
    """Read a file of tensors and plain values; any other reference in it is refused."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(state, dict):
        raise TypeError(f"the file holds one {type(state).__name__} instead of a dictionary")
    return state


def fitted_network(build: Callable[[], NetworkT], state: Mapping[str, Tensor]) -> NetworkT:
    """Build a network around the tensors of a state dict.

    Args:
        build: Makes the network; called under the "meta" device.
        state: Exactly the network's tensors, of any floating point type; they become float32.

    Returns:
        The network in evaluation mode, on the CPU.

    Raises:
        RuntimeError: A tensor is missing, too many, or has another shape.
    """
    with torch.device("meta"):
        network = build()
    network.load_state_dict({key: tensor.float() for key, tensor in state.items()}, strict=True, assign=True)
    return network.eval()
