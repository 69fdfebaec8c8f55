"""Opening Demucs weight files without running anything that they contain.

Two formats, both of which name the network's class and its constructor arguments beside the tensors:

- `.th`: a pickle `{klass, args, kwargs, state, training_args, ...}` with float16 tensors. It is opened with
  `weights_only=True` and an allow-list: the package's network classes, fractions (segment lengths) and numpy scalars
  (training metrics). Any other reference is refused.
- `.safetensors`: tensors plus JSON metadata `klass`, `args`, `kwargs`. The package imports whatever class the metadata
  names; here the name must be on the same allow-list. Converted files are in this format too.

Either may hold a state that DiffQ quantised (`models.files.diffq_states`); the metadata of a `.safetensors` file then
says in `structure` how its tensors are nested (`models.files.plain_content`). Files of Demucs v1 and v2 hold no class
that the package still has: refused.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from demucs.demucs import Demucs
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs
from torch import Tensor

from models.errors import WeightError
from models.files.diffq_states import QUANTISER_PATH, Quantiser, layout_of, restored_weights
from models.files.plain_content import put_together, take_apart
from models.files.state_files import STRUCTURE_KEY, read_pickle, refuse_other_files
from models.files.tensor_files import read_tensors
from models.seeding import seeded_torch

logger = logging.getLogger(__name__)

DemucsNetwork: TypeAlias = Demucs | HDemucs | HTDemucs

NETWORKS: Mapping[str, type[DemucsNetwork]] = {"Demucs": Demucs, "HDemucs": HDemucs, "HTDemucs": HTDemucs}

# `WDemucs` is what the hybrid network was called when the oldest files were written.
_CLASS_PATHS: Mapping[str, type[DemucsNetwork]] = {
    "demucs.demucs.Demucs": Demucs,
    "demucs.hdemucs.HDemucs": HDemucs,
    "demucs.wdemucs.WDemucs": HDemucs,
    "demucs.htdemucs.HTDemucs": HTDemucs,
}
_CONTENT = f"one Demucs network ({', '.join(NETWORKS)}) with its arguments and nothing else"
_QUANTISERS = {QUANTISER_PATH: Quantiser}


def load_network(path: Path, model: str) -> DemucsNetwork:
    """Load one network from a verified file; the suffix says which format it is.

    Args:
        path: A `.th` or `.safetensors` file.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file refers to anything off the allow-list, or holds no complete Demucs network.
    """
    with refuse_other_files(path, model, _CONTENT):
        package = _read_safetensors(path, model) if path.suffix == ".safetensors" else _read_pickle(path, model)
        _require_kinds(package, path, model)
        arguments = _known_arguments(package["klass"], package["kwargs"], path)
        with seeded_torch(0):
            network: DemucsNetwork = package["klass"](*package["args"], **arguments)
        network.load_state_dict(_weights(package["state"], network))
    network.eval()
    return network


def read_portable(path: Path, model: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read a `.th` file as the tensors and the metadata of a `.safetensors` file of the publisher's.

    What training left beside the network stays behind.

    Args:
        path: A verified file.
        model: Name of the model, for messages.

    Raises:
        TypeError: The state or the arguments hold something that the format cannot say.
        WeightError: The file is no package of a Demucs network.
    """
    with refuse_other_files(path, model, _CONTENT):
        package = _read_pickle(path, model)
    _require_kinds(package, path, model)
    network_class, state = package["klass"], package["state"]
    facts = {key: json.dumps(_encode(package[key])) for key in ("args", "kwargs")}
    facts["klass"] = f"{network_class.__module__}.{network_class.__qualname__}"
    structure, tensors = take_apart(state, _QUANTISERS)
    if state.get("__quantized"):
        facts[STRUCTURE_KEY] = json.dumps(structure)
    return tensors, facts


def _weights(state: Mapping[str, Any], network: DemucsNetwork) -> Mapping[str, Tensor]:
    if not state.get("__quantized"):
        return state
    shapes = {name: parameter.shape for name, parameter in network.named_parameters()}
    return restored_weights(state, shapes, layout_of(state))


def _read_pickle(path: Path, model: str) -> dict[str, Any]:
    package = read_pickle(path, _safe_globals())
    if not isinstance(package, dict) or not {"klass", "args", "kwargs", "state"} <= package.keys():
        raise WeightError(_unusable_text(path, model, "no class with its arguments (a file of Demucs v1 or v2?)"))
    if package["klass"] not in NETWORKS.values():
        raise WeightError(_unusable_text(path, model, f"the class {package['klass']!r}"))
    return package


def _read_safetensors(path: Path, model: str) -> dict[str, Any]:
    tensors, metadata = read_tensors(path)
    class_path = metadata.get("klass", "no class")
    if class_path not in _CLASS_PATHS:
        raise WeightError(_unusable_text(path, model, f"metadata that names {class_path}"))
    arguments = {key: _decode(json.loads(metadata[key])) for key in ("args", "kwargs")}
    structure = metadata.get(STRUCTURE_KEY)
    state = tensors if structure is None else put_together(json.loads(structure), tensors, _QUANTISERS)
    return {"klass": _CLASS_PATHS[class_path], "state": state, **arguments}


def _require_kinds(package: Mapping[str, Any], path: Path, model: str) -> None:
    for key, kind in (("args", list | tuple), ("kwargs", dict), ("state", Mapping)):
        if not isinstance(package[key], kind):
            raise WeightError(_unusable_text(path, model, f"'{key}' of the type {type(package[key]).__name__}"))


def _safe_globals() -> list[Any]:
    classes = [(network_class, class_path) for class_path, network_class in _CLASS_PATHS.items()]
    return [*classes, (Quantiser, QUANTISER_PATH), Fraction]


def _known_arguments(network_class: type[DemucsNetwork], arguments: Mapping[str, Any], path: Path) -> dict[str, Any]:
    known = inspect.signature(network_class).parameters
    dropped = sorted(set(arguments) - set(known))
    if dropped:
        # Older files carry some. One that changes a shape is noticed when the state is fitted; nothing notices one that
        # does not, hence the warning.
        logger.warning("%s: constructor arguments that the demucs package no longer has: %s", path, ", ".join(dropped))
    return {name: value for name, value in arguments.items() if name in known}


def _decode(value: Any) -> Any:  # any JSON value
    if isinstance(value, dict) and value.get("_type") == "fraction":
        return Fraction(value["numerator"], value["denominator"])
    if isinstance(value, dict):
        return {key: _decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return value


def _encode(value: Any) -> Any:  # an argument; the inverse of `_decode`, but that tuples become lists
    if isinstance(value, Fraction):
        return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
    if isinstance(value, Mapping):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(item) for item in value]
    return value


def _unusable_text(path: Path, model: str, received: str) -> str:
    return (
        f"The file '{path}' of the model '{model}' must hold {_CONTENT}. Got {received}. Replace it by the published "
        f"file; `mdx models show {model}` has its URL."
    )
