"""Weight files opened without running anything in them, and state dicts fitted exactly.

Each file is a pickle, or what `mdx models convert` made of one (`models.conversion`): the same content comes out of
both.

A bare state dict says nothing about the network but the shapes of its tensors. A loader reads the sizes off these,
builds the network without storage (torch's "meta" device, so no random numbers are drawn and nothing is held twice) and
puts the file's tensors in place.
"""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.torch_version import TorchVersion

from models.errors import WeightError
from models.files.plain_content import put_together
from models.files.tensor_files import read_tensors
from models.files.weight_files import why_not_opened
from models.manifest import CONVERTED_SUFFIX

STRUCTURE_KEY = "structure"
"""Key of a converted file's facts that holds the description of its content."""

_SIGNS_OF_ANOTHER_FILE = (
    *(pickle.UnpicklingError, zlib.error, EOFError, RuntimeError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
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


def read_pickle(source: Path | IO[bytes], allowed: Iterable[Any] = ()) -> Any:
    """Read a pickle of tensors and plain values, numpy's numbers and torch's version among them.

    Args:
        source: The file, or a stream of its bytes.
        allowed: What it may refer to beside them, as for `torch.serialization.safe_globals`.

    Raises:
        pickle.UnpicklingError: It refers to anything else, or is no pickle.
        RuntimeError: The file is damaged.
        EOFError: The file is cut.
    """
    with torch.serialization.safe_globals([*_plain_values(), *allowed]):
        return torch.load(source, map_location="cpu", weights_only=True)


def read_content(path: Path, read: Callable[[Path], Any] = read_pickle) -> Any:
    """Read what a weight file holds, whether it was converted or not.

    Args:
        path: The file.
        read: How the published file is read.

    Raises:
        ValueError: A converted file is damaged.
    """
    if path.suffix != CONVERTED_SUFFIX:
        return read(path)
    tensors, facts = read_tensors(path)
    if STRUCTURE_KEY not in facts:
        raise ValueError("a safetensors file that says nothing about the structure of its content")
    return put_together(json.loads(facts[STRUCTURE_KEY]), tensors)


def read_state(path: Path) -> dict[str, Any]:
    """Read a file of tensors and plain values; any other reference in it is refused."""
    state = read_content(path)
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


def _plain_values() -> list[Any]:
    """Return what training programs leave in their files beside tensors; none of it runs code that a file chooses."""
    scalar = np.float64(0).__reduce__()[0]
    kinds = (np.float64, np.float32, np.int64, np.int32, np.bool_)
    # The second name is what numpy 1 wrote.
    scalars = [(scalar, f"numpy.{core}.multiarray.scalar") for core in ("_core", "core")]
    return [*scalars, np.dtype, *(type(np.dtype(kind)) for kind in kinds), TorchVersion]
