"""Puts the variables of a TensorFlow checkpoint into a torch network, strictly both ways.

The two keep convolution kernels in another order of axes: TensorFlow (*kernel, inputs, outputs), torch (outputs,
inputs, *kernel). A transposed convolution has inputs and outputs swapped in both, so one permutation serves all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from models.errors import WeightError

_COUNTERS = "num_batches_tracked"
_OPTIMISER_NUMBERS = re.compile(r"global_step|(\w+/)?beta[12]_power")
_OPTIMISER_SLOT = re.compile(r"/Adam(_1)?$")
_SHOWN_NAMES = 5


def fill_network(
    network: nn.Module,
    variable_names: Mapping[str, str],
    variables: Mapping[str, np.ndarray],
    unused: Collection[str] = (),
    subject: str = "",
) -> None:
    """Load variables into a network in place.

    What the Adam optimiser kept for the known variables and the step counter are passed over; any other name that is
    not asked for is an error, and so is any that is missing.

    Args:
        network: The network; every entry of its state but batch counters must be named.
        variable_names: Key of the network's state -> name of the variable in the checkpoint.
        variables: Name -> array, as read from the checkpoint.
        unused: Names that the publisher stores and the network has no use for; they may be absent.
        subject: The file and the model, for the message.

    Raises:
        WeightError: A name is missing or unknown, or a shape does not fit.
    """
    known = {*variable_names.values(), *unused}
    missing = sorted(set(variable_names.values()) - variables.keys())
    unknown = sorted(name for name in variables if name not in known and not _is_of_optimiser(name, known))
    if missing or unknown:
        raise WeightError(
            _misfit_text(subject, f"{_names_text('missing', missing)} and {_names_text('unknown', unknown)}")
        )
    state = {key: value for key, value in network.state_dict().items() if key.endswith(_COUNTERS)}
    state |= {key: as_torch(variables[name]) for key, name in variable_names.items()}
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        raise WeightError(_misfit_text(subject, " ".join(str(error).split()))) from error


def as_torch(variable: np.ndarray) -> Tensor:
    """Return a variable as a float32 tensor with torch's order of axes.

    Args:
        variable: A kernel, shape (*kernel, inputs, outputs) or (*kernel, outputs, inputs) of a transposed convolution,
            or a vector, which stays as it is.
    """
    tensor = torch.from_numpy(np.ascontiguousarray(variable)).float()
    if tensor.ndim < 2:
        return tensor
    return tensor.permute(-1, -2, *range(tensor.ndim - 2)).contiguous()


def _is_of_optimiser(name: str, known: Collection[str]) -> bool:
    if _OPTIMISER_NUMBERS.fullmatch(name):
        return True
    base = _OPTIMISER_SLOT.sub("", name)
    # The optimiser may have worked in a scope of its own, which then stands in front.
    return base != name and (base in known or base.partition("/")[2] in known)


def _names_text(kind: str, names: list[str]) -> str:
    if not names:
        return f"no {kind} variables"
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return f"{len(names)} {kind} ({', '.join(names[:_SHOWN_NAMES])}{more})"


def _misfit_text(subject: str, received: str) -> str:
    return (
        f"The checkpoint {subject} must hold exactly the variables of the network. Got {received}. "
        "Replace it by the published file, and check that the model's name and architecture are the ones it is for."
    )
