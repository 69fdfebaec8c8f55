"""Open-Unmix's network with everything around its matrices folded into them.

The package's forward passes over the spectrogram nine times beside its matrix products: shifts, scales, batch
normalisations, a copy of the mixture. In evaluation all of these are linear, so they go into the matrices and one
vector each; what is left are the products, tanh, two relus and the product with the mixture.

Reference: `openunmix.model.OpenUnmix.forward`, whose result this is
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from openunmix.model import OpenUnmix
from torch import Tensor, nn


class Affine(NamedTuple):
    """What is done to each feature: (feature + shift) x scale before a matrix, feature x scale + shift after one."""

    scale: Tensor
    shift: Tensor


def folded_magnitudes(network: OpenUnmix, mixture_magnitude: Tensor) -> Tensor:
    """Estimate the magnitudes of the network's stem, in evaluation.

    Args:
        network: The package's network.
        mixture_magnitude: Shape (batch, channels, bins, frames), float32; left as it is.

    Returns:
        The same shape.
    """
    batch, channels, _, frames = mixture_magnitude.shape
    rows = mixture_magnitude.permute(3, 0, 1, 2)
    # No copy where the cropped rows lie together, hence reshape.
    heard = rows[..., : network.nb_bins].reshape(frames * batch, channels * network.nb_bins)
    before = Affine(network.input_scale.repeat(channels), network.input_mean.repeat(channels))
    encoded = torch.tanh(_folded(heard, network.fc1, network.bn1, before=before))
    recurrent = network.lstm(encoded.unflatten(0, (frames, batch)))[0].flatten(0, 1)
    middle = torch.relu(_folded(torch.cat([encoded, recurrent], dim=-1), network.fc2, network.bn2))
    after = Affine(network.output_scale.repeat(channels), network.output_mean.repeat(channels))
    mask = _folded(middle, network.fc3, network.bn3, after=after).relu_().view(rows.shape)
    return (mask * rows).permute(1, 2, 3, 0)


def _folded(
    features: Tensor, matrix: nn.Linear, norm: nn.BatchNorm1d, before: Affine | None = None, after: Affine | None = None
) -> Tensor:
    """Apply a matrix and its normalisation to features (rows, inputs)."""
    if norm.running_mean is None or norm.running_var is None:
        raise RuntimeError("Open-Unmix cannot be evaluated without the running statistics of its normalisation.")
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    shift = norm.bias - norm.running_mean * scale
    if after is not None:
        scale, shift = scale * after.scale, shift * after.scale + after.shift
    weight = matrix.weight * scale[:, None]
    if before is not None:
        weight = weight * before.scale
        shift = shift + weight @ before.shift
    return nn.functional.linear(features, weight, shift)
