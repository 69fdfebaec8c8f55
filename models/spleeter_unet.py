"""One U-Net of Spleeter: the magnitude spectrogram of a mixture in, that of one stem out.

Three things are easy to get wrong, and load without complaint when they are: the activations of the 4-stem model are
ELU (those of the 2-stem model are not); the skip connections and the bottleneck take what comes out of the convolution
itself, before normalisation and activation; and TensorFlow's "same" padding with stride 2 on even sizes puts one zero
before and two after the signal, where torch would put two on both sides.

Reference: Hennequin, Khlif, Voituret, Moussallam, "Spleeter: a fast and efficient music source separation tool with
pre-trained models", JOSS 5(50), 2020, https://doi.org/10.21105/joss.02154; Jansson et al., "Singing voice separation
with deep U-Net convolutional networks", ISMIR 2017.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

KERNEL = 5
STRIDE = 2
_ZEROS_BEFORE, _ZEROS_AFTER = 1, 2
_MASK_KERNEL = 4
_MASK_DILATION = 2
_MASK_ZEROS = _MASK_DILATION * (_MASK_KERNEL - 1) // 2
_NORM_EPSILON = 1e-3
_NORM_MOMENTUM = 0.01
_DROPOUT = 0.5
_LEVELS_WITH_DROPOUT = 3


class SpleeterUNet(nn.Module):
    """Encoder of strided convolutions, decoder of transposed ones, and a mask at the end.

    Args:
        channels: Audio channels.
        widths: Feature channels of the encoder, one for each level; each level halves both axes.
    """

    def __init__(self, channels: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        inputs = (channels, *widths[:-1])
        self.down = nn.ModuleList(
            nn.Conv2d(ins, outs, KERNEL, STRIDE) for ins, outs in zip(inputs, widths, strict=True)
        )
        # The last level has none: the bottleneck takes its convolution as it is.
        self.down_norms = nn.ModuleList(_norm(width) for width in widths[:-1])
        up_outputs = (*reversed(widths[:-1]), 1)
        up_inputs = (widths[-1], *(2 * width for width in up_outputs[:-1]))
        # A padding of one crops one sample at both ends of the result; `_up` crops the second one at its end.
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(ins, outs, KERNEL, STRIDE, padding=_ZEROS_BEFORE)
            for ins, outs in zip(up_inputs, up_outputs, strict=True)
        )
        self.up_norms = nn.ModuleList(_norm(width) for width in up_outputs)
        self.dropout = nn.Dropout(_DROPOUT)
        self.mask = nn.Conv2d(1, channels, _MASK_KERNEL, dilation=_MASK_DILATION, padding=_MASK_ZEROS)

    def forward(self, magnitude: Tensor) -> Tensor:
        """Estimate the stem's magnitude.

        Args:
            magnitude: The mixture's, shape (batch, channels, frames, bins); frames and bins must be multiples of
                2 ** levels.

        Returns:
            The same shape.
        """
        skips: list[Tensor] = []
        features = magnitude
        for level, down in enumerate(self.down):
            raw = down(functional.pad(features, (_ZEROS_BEFORE, _ZEROS_AFTER) * 2))
            skips.append(raw)
            if level < len(self.down_norms):
                features = functional.elu(self.down_norms[level](raw))
        features = skips.pop()
        for level in range(len(self.up)):
            features = self._up(features, level)
            if skips:
                features = torch.cat([skips.pop(), features], dim=1)
        return torch.sigmoid(self.mask(features)) * magnitude

    def _up(self, features: Tensor, level: int) -> Tensor:
        grown = functional.elu(self.up[level](features)[..., :-1, :-1])
        normalised = self.up_norms[level](grown)
        return self.dropout(normalised) if level < _LEVELS_WITH_DROPOUT else normalised


def variable_names(levels: int, position: int) -> Iterator[tuple[str, str]]:
    """Yield the key of each entry of a U-Net's state and its variable's name in the publisher's checkpoint.

    Keras numbers layers of one kind through all networks in order of creation and leaves the number 0 out.

    Args:
        levels: Levels of the U-Net.
        position: Which network of the checkpoint, from 0.
    """
    first_convolution, first_transposed, first_norm = (levels + 1) * position, levels * position, 2 * levels * position
    for level in range(levels):
        yield from _layer(f"down.{level}", _numbered("conv2d", first_convolution + level))
        yield from _layer(f"up.{level}", _numbered("conv2d_transpose", first_transposed + level))
        yield from _norm_layer(f"up_norms.{level}", _norm_name(first_norm + levels + level))
        if level < levels - 1:
            yield from _norm_layer(f"down_norms.{level}", _norm_name(first_norm + level))
    yield from _layer("mask", _numbered("conv2d", first_convolution + levels))


def unused_names(levels: int, position: int) -> Iterator[str]:
    """Yield the variables of the last encoder level's normalisation, whose result nothing takes."""
    for _, name in _norm_layer("", _norm_name(2 * levels * position + levels - 1)):
        yield name


def _norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=_NORM_EPSILON, momentum=_NORM_MOMENTUM)


def _layer(key: str, name: str) -> Iterator[tuple[str, str]]:
    yield f"{key}.weight", f"{name}/kernel"
    yield f"{key}.bias", f"{name}/bias"


def _norm_layer(key: str, name: str) -> Iterator[tuple[str, str]]:
    yield f"{key}.weight", f"{name}/gamma"
    yield f"{key}.bias", f"{name}/beta"
    yield f"{key}.running_mean", f"{name}/moving_mean"
    yield f"{key}.running_var", f"{name}/moving_variance"


def _norm_name(number: int) -> str:
    return _numbered("batch_normalization", number)


def _numbered(kind: str, number: int) -> str:
    return f"{kind}_{number}" if number else kind
