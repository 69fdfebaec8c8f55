"""The formats that a network can be exported to: how each is written, and how a written file is run again.

Every format takes a module, an example mixture of the one shape that the file will take, and facts as text; opening
what was written gives back a function, so that the caller can compare (`models.export`).

References: https://docs.pytorch.org/docs/stable/generated/torch.jit.trace.html,
https://docs.pytorch.org/docs/stable/onnx_export.html
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import torch
from torch import Tensor, nn

from models.errors import ModelError, ModelUnavailableError
from models.files.safetensors_files import load_state, save_state
from models.onnx_core import OnnxCore

FACTS_FILE = "facts.json"
"""Where the facts lie inside a TorchScript archive."""
INPUT_NAME, OUTPUT_NAME = "mixture", "stems"
"""Names in an ONNX graph: (1, channels, samples) in, (1, stems, channels, samples) out."""

Run: TypeAlias = Callable[[Tensor], Tensor]
Facts: TypeAlias = Mapping[str, str]

logger = logging.getLogger(__name__)


class ExportError(ModelError):
    """A network cannot be expressed in a format; the message says which one and what else to try."""


@dataclass(frozen=True)
class Format:
    """A way to write a network."""

    name: str
    suffix: str
    write: Callable[[nn.Module, Tensor, Facts, Path], None]
    """(network, example mixture, facts, file)"""
    reopen: Callable[[Path, nn.Module], Run]
    """(file, the network it was made from) -> the network of the file"""


def _write_safetensors(network: nn.Module, _example: Tensor, facts: Facts, path: Path) -> None:
    _refuse_onnx_files(network)
    save_state(path, network, facts)


def _reopen_safetensors(path: Path, network: nn.Module) -> Run:
    emptied = copy.deepcopy(network)
    for tensor in emptied.state_dict().values():
        # Whatever the file does not bring back shows in the output.
        tensor.fill_(torch.nan if tensor.is_floating_point() or tensor.is_complex() else 0)
    emptied.load_state_dict(load_state(path, "export").state, strict=True)
    return emptied


def _write_torchscript(network: nn.Module, example: Tensor, facts: Facts, path: Path) -> None:
    _refuse_onnx_files(network)
    with _explained("TorchScript", network, "safetensors"), _quiet():
        # The caller compares with the file itself on another mixture, which says more than the tracer's second run.
        traced = torch.jit.trace(network, (example,), check_trace=False)
        torch.jit.save(traced, str(path), _extra_files={FACTS_FILE: json.dumps(dict(facts), indent=2)})


def _reopen_torchscript(path: Path, _network: nn.Module) -> Run:
    with _quiet():
        return torch.jit.load(str(path), map_location="cpu")


def _write_onnx(network: nn.Module, example: Tensor, facts: Facts, path: Path) -> None:
    _refuse_onnx_files(network)
    for package in ("onnx", "onnxscript", "onnxruntime"):
        _import_optional(package)
    with _explained("ONNX", network, "TorchScript or safetensors"), _quiet():
        program = torch.onnx.export(
            network, (example,), input_names=[INPUT_NAME], output_names=[OUTPUT_NAME], dynamo=True, verbose=False
        )
        if program is None:
            raise RuntimeError("the exporter returned nothing")
        program.model.metadata_props.update(facts)
        program.save(str(path), external_data=False)


def _reopen_onnx(path: Path, _network: nn.Module) -> Run:
    session = _import_optional("onnxruntime").InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda mixture: torch.from_numpy(session.run([OUTPUT_NAME], {INPUT_NAME: mixture.numpy()})[0])


SAFETENSORS = Format("safetensors", ".safetensors", _write_safetensors, _reopen_safetensors)
TORCHSCRIPT = Format("TorchScript", ".pt", _write_torchscript, _reopen_torchscript)
ONNX = Format("ONNX", ".onnx", _write_onnx, _reopen_onnx)


def _refuse_onnx_files(network: nn.Module) -> None:
    """Refuse a network that another program runs: it has no tensors to write and nothing to trace.

    Raises:
        ExportError: It is one, or holds one.
    """
    names = [module.origin for module in network.modules() if isinstance(module, OnnxCore)]
    if names:
        raise ExportError(
            f"The network {type(network).__name__} cannot be exported: its networks are ONNX files already: "
            f"{', '.join(names)}."
        )


def _import_optional(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ModelUnavailableError(
            f"An export to ONNX needs the packages onnx, onnxscript and onnxruntime. Got: {error}. "
            "Install the extra 'onnx': pip install 'music-demixing-kit[onnx]'."
        ) from error


@contextlib.contextmanager
def _explained(format_name: str, network: nn.Module, instead: str) -> Iterator[None]:
    """Turn what a tracer raises into one sentence; tracers raise anything.

    Raises:
        ExportError: The block failed.
    """
    try:
        yield
    except (RuntimeError, TypeError, ValueError, AttributeError, LookupError, NotImplementedError) as error:
        cause = error.__cause__ or error
        reason = next((line.strip() for line in str(cause).splitlines() if line.strip()), type(cause).__name__)
        raise ExportError(
            f"The network {type(network).__name__} must be expressible in {format_name}. "
            f"Got {type(cause).__name__}: {reason[:200]}. Export it to {instead}."
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what tracers print, log and warn of while they work: what counts is the comparison that follows."""
    torch_logger = logging.getLogger("torch")
    level = torch_logger.level
    said = io.StringIO()
    torch_logger.setLevel(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(record=True) as notes,
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            yield
    finally:
        torch_logger.setLevel(level)
    logger.debug("%d warnings while tracing, and: %s", len(notes), said.getvalue())
