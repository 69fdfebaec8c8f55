"""The multichannel Wiener filter (MWF) of the true stems: powers in time and frequency, places in the stereo image.

    P_j(t, f) = mean over channels of |S_j|^2
    R_j(f) = sum_t S_j S_j^H / sum_t P_j
    Y_j = P_j R_j (sum_i P_i R_i)^-1 X

It is the model that Wiener expectation maximisation (`transforms.wiener`) fits, here to the true stems. With one
channel, or two that are equal, it is IRM2; with two it also uses where a stem is, but has one power for both channels.

References: Duong, Vincent, Gribonval, "Under-determined reverberant audio source separation using a full-rank spatial
covariance model", IEEE TASLP 18(7), 2010, equation 8 (the filter); Nugraha, Liutkus, Vincent, "Multichannel music
separation with deep neural networks", EUSIPCO 2016 (covariances weighted by power)
"""

from __future__ import annotations

import torch
from torch import Tensor

from oracles.bins import by_bins
from transforms.wiener_model import Planes, filter_mixture, fit_estimates

_NOISE = 1e-20
"""Keeps silence from being divided by zero; in float64 it is nowhere near what sounds."""


def wiener_filter(sources: Tensor, mixture: Tensor) -> Tensor:
    """Return the estimates; one or two channels. `oracles.bins.Estimate` gives the shapes."""
    return by_bins(_filtered, sources, mixture)


def _filtered(sources: Tensor, mixture: Tensor) -> Tensor:
    """Filter some frequencies, in float64: equal channels make covariances singular."""
    noise = torch.full((1, 1, 1), _NOISE, dtype=torch.float64, device=sources.device)
    true, mixed = (values.to(torch.complex128).transpose(-1, -2) for values in (sources, mixture))
    model = fit_estimates([Planes.of(channel) for channel in true.unbind(dim=1)], noise)
    filtered = filter_mixture([Planes.of(channel) for channel in mixed.unbind(dim=0)], model, noise[0])
    estimates = torch.stack([torch.complex(channel.real, channel.imag) for channel in filtered], dim=1)
    return estimates.transpose(-1, -2).to(sources.dtype)
