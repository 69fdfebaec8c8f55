"""Checkpoints of TFC-TDF U-Nets as the training code of KUIELab writes them, for networks of one's own.

The published networks are ONNX files. Whoever trains with https://github.com/kuielab/mdx-net has the checkpoints of
PyTorch Lightning instead: a dictionary whose "state_dict" holds the network, the window of its transform ("window") and
zeros ("freq_pad"). All sizes but the number of frames, which a convolutional network does not tell, are read off it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.tdf_unet import TDFConfig, TDFUNet

_WINDOW = "window"
_NOT_OF_THE_NETWORK = frozenset({_WINDOW, "freq_pad"})
_CONTENT = (
    "a checkpoint of a ConvTDFNet of kuielab/mdx-net with tensors and plain values only (where the trainer put objects "
    "beside them, save {'state_dict': ...} alone)"
)


def load_checkpoint(path: Path, model: str, frames: int) -> tuple[TDFUNet, int]:
    """Load a network from a checkpoint.

    Args:
        path: The file; opened without running anything in it.
        model: Name of the model, for messages.
        frames: Frames that the network is to take at a time.

    Returns:
        The network, and the length of its Fourier transform in samples.

    Raises:
        WeightError: The file holds anything else than such a network, or objects, or the network cannot take so many
            frames.
    """
    with refuse_other_files(path, model, _CONTENT):
        everything: Mapping[str, Tensor] = read_state(path)["state_dict"]
        state = {key: values for key, values in everything.items() if key not in _NOT_OF_THE_NETWORK}
        config = _read_config(state, frames)
        return fitted_network(lambda: TDFUNet(config), state), len(everything[_WINDOW])


def _read_config(state: Mapping[str, Tensor], frames: int) -> TDFConfig:
    narrow, band_bins = state["encoding_blocks.0.tdf.0.weight"].shape
    middle = "bottleneck_block.tfc.H."
    return TDFConfig(
        frames=frames,
        band_bins=band_bins,
        blocks=2 * sum(key.startswith("ds.") and key.endswith(".0.weight") for key in state) + 1,
        layers=sum(key.startswith(middle) and key.endswith(".0.weight") for key in state),
        growth=state["first_conv.0.weight"].shape[0],
        kernel_size=state[f"{middle}0.0.weight"].shape[-1],
        bottleneck=band_bins // narrow,
        linear_bias="encoding_blocks.0.tdf.0.bias" in state,
    )
