"""A network in an ONNX file, run by ONNX Runtime.

The published networks of KUIELab-MDX-Net are ONNX files, and running them this way is also the fast way: on one core,
ONNX Runtime took less than half the time of torch for the same network. It runs on the processor; spectrograms come
from and go back to the device of the rest.

`onnxruntime` is an optional dependency (extra `onnx`), imported when such a network is built. No file path goes to it:
it is handed the bytes whose hash was checked, so a file cannot make it read others.

Reference: https://onnxruntime.ai/docs/api/python/
"""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import Tensor, nn

from models.errors import ModelUnavailableError, WeightError
from models.tdf_unet import SPECTRUM_CHANNELS


class OnnxCore(nn.Module):
    """A network of spectrograms in ONNX Runtime.

    Args:
        content: The ONNX file.
        origin: Which file of which model it is, for messages.

    Raises:
        ModelUnavailableError: The package is missing or does not load.
        WeightError: The bytes are no ONNX network of (batch, 4, bins, frames) of a fixed number of bins and frames.
    """

    def __init__(self, content: bytes, origin: str) -> None:
        super().__init__()
        self.origin = origin
        runtime = _import_runtime(origin)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        # Without an arena the memory of a run goes back at its end: the networks of four stems run in turn.
        options.enable_cpu_mem_arena = False
        try:
            self._session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        # The package has a class for each kind of fault; none is public, and Exception is all that they share.
        except Exception as error:
            raise WeightError(
                f"The file {origin} must hold an ONNX network. Got: {' '.join(str(error).split())}. "
                "Replace it by the published file."
            ) from error
        (self._input, self.band_bins, self.frames) = _spectrum_input(self._session, origin)

    def forward(self, spectrum: Tensor) -> Tensor:
        """Map (batch, 4, band_bins, frames) to the same shape, on the same device."""
        (estimate,) = self._session.run(None, {self._input: spectrum.cpu().contiguous().numpy()})
        return torch.from_numpy(estimate).to(spectrum.device)


def _import_runtime(origin: str) -> Any:
    try:
        return importlib.import_module("onnxruntime")
    # OSError: a compiled part that misses a shared library.
    except (ImportError, OSError) as error:
        raise ModelUnavailableError(
            f"The file {origin} must be run by the package 'onnxruntime'. Got: {error}. "
            "Install it with the extra `onnx`: `pip install '.[onnx]'` in the repository."
        ) from error


def _spectrum_input(session: Any, origin: str) -> tuple[str, int, int]:
    """Return the name of the network's input, and its numbers of bins and frames."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    shapes = [one.shape for one in inputs]
    if len(outputs) == 1 and len(shapes) == 1 and len(shapes[0]) == 4 and shapes[0][1] == SPECTRUM_CHANNELS:
        _, _, bins, frames = shapes[0]
        # An axis without a fixed length has a name instead of a number.
        if isinstance(bins, int) and isinstance(frames, int):
            return inputs[0].name, bins, frames
    raise WeightError(
        f"The file {origin} must hold a network of one output and one input of the shape (batch, {SPECTRUM_CHANNELS}, "
        f"bins, frames), bins and frames fixed. Got {len(outputs)} outputs and inputs of {shapes}. "
        "Replace it by the published file."
    )
