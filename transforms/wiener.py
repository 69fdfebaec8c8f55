"""Multichannel Wiener filter with expectation maximisation: magnitudes or estimates in, complex estimates out.

Each source is modelled by its power in every bin and by one covariance between the channels per frequency; the filter
fits the model to the estimates, then estimates the sources again from the mixture, and repeats (equations:
`transforms.wiener_model`). Windows along time are filtered independently. Open-Unmix cuts hard between them, which can
be heard as a jump where the model changes; `window_overlap_frames` blends them. Bins are independent too, so the work
is done in blocks that stay in a processor's cache, and nothing but the result grows with the song.

Open-Unmix and norbert scale the mixture down where it exceeds 10 before they add their constants. Here the constants
are scaled up by the square instead, which is the same and leaves the data alone.

References: Duong, Vincent, Gribonval, IEEE TASLP 18(7), 2010; Nugraha, Liutkus, Vincent, EUSIPCO 2016; Liutkus,
Stoeter, "Norbert: multichannel Wiener filtering", 2019, https://doi.org/10.5281/zenodo.3269749
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from transforms.wiener_model import Planes, filter_mixture, fit_estimates
from transforms.wiener_start import ComplexStart, PhasedStart
from transforms.wiener_windows import Block, Run, blocks, fade_weights, window_runs

CPU_VALUES = (1 << 15) - 1
"""Most values in one operation on a CPU: in cache, and below the number from which torch shares an operation among
threads. Thousands of shared operations gain a third of the time on a quiet machine, and stall on a busy one."""
GPU_VALUES = 1 << 24
FULL_SCALE = 10.0
"""Magnitude to which louder mixtures are scaled before the constants are added (both packages)."""


@dataclass(frozen=True)
class WienerConfig:
    """What the filter does. The presets `OPEN_UNMIX` and `NORBERT` give those packages' numbers."""

    iterations: int = 1
    """Times that model and estimates are fitted to each other; 0 returns the first estimates."""
    eps: float | None = 1e-10
    """Regularisation: its root is the noise on the diagonal of the covariance. None is the precision of the data."""
    softmask: bool = False
    """Start from the mixture times the ratio of the magnitudes, instead of magnitudes with the mixture's phase."""
    residual: bool = False
    """Add a last source: what the others leave of the mixture."""
    window_frames: int | None = 300
    """Frames that share a model; None takes all."""
    window_overlap_frames: int = 0
    """Frames over which neighbouring windows fade into each other, at most half a window; 0 cuts hard."""
    scale: Literal["window", "song"] = "window"
    """Over what the loudest bin is sought that the regularisation goes by."""

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: A value is out of its range.
        """
        if self.iterations < 0:
            raise ValueError(f"iterations must be 0 or more. Got {self.iterations}.")
        if self.eps is not None and not 0.0 < self.eps < math.inf:
            raise ValueError(f"eps must be a positive number, or None. Got {self.eps}.")
        if self.window_frames is not None and self.window_frames < 1:
            raise ValueError(f"window_frames must be 1 or more, or None. Got {self.window_frames}.")
        most = (self.window_frames or 0) // 2
        if not 0 <= self.window_overlap_frames <= most:
            raise ValueError(
                f"window_overlap_frames must be from 0 to {most}, half of window_frames. "
                f"Got {self.window_overlap_frames}."
            )
        if self.scale not in ("window", "song"):
            raise ValueError(f"scale must be 'window' or 'song'. Got '{self.scale}'.")


OPEN_UNMIX = WienerConfig()
"""As `openunmix.model.Separator` with niter=1. Its atan2 changes bins that are exactly 0 to 1; this is not copied."""
NORBERT = WienerConfig(eps=None, softmask=True, window_frames=None, scale="song")
"""As `norbert.wiener` by default."""


def wiener_em(estimates: Tensor, mixture: Tensor, config: WienerConfig = OPEN_UNMIX) -> Tensor:
    """Estimate the sources of a mixture.

    Differentiable, on any device, in float32 or float64; never modifies its inputs. Fastest where bins are contiguous
    in memory, which is how `torch.stft` returns its result, and how this function returns its own.

    Args:
        estimates: Magnitudes (real) or first estimates (complex) of the sources, shape
            (..., sources, channels, bins, frames), with leading axes as the mixture's. Magnitudes may have one channel
            for a stereo mixture.
        mixture: Complex STFT, shape (..., channels, bins, frames), with 1 or 2 channels.
        config: What to do.

    Returns:
        Complex, shape (..., sources, channels, bins, frames), with one more source for `config.residual`.

    Raises:
        ValueError: Shapes or types do not fit, or complex estimates were given with `config.softmask`.
    """
    _check(estimates, mixture, config)
    mixed = mixture.transpose(-1, -2)
    given = estimates.transpose(-1, -2)
    leading, shape = mixed.shape[:-3], mixed.shape[-3:]
    songs = math.prod(leading)
    given = given.expand(*given.shape[:-3], *shape).reshape(songs, given.shape[-4], *shape)
    mixed = mixed.reshape(songs, *shape)
    filtered = _filter_songs(given, mixed, config)
    return filtered.reshape(*leading, *filtered.shape[1:]).transpose(-1, -2)


def _check(estimates: Tensor, mixture: Tensor, config: WienerConfig) -> None:
    if mixture.dtype not in (torch.complex64, torch.complex128):
        raise ValueError(f"The mixture must be complex64 or complex128. Got {mixture.dtype}. Pass the STFT itself.")
    if mixture.dim() < 3 or mixture.shape[-3] not in (1, 2):
        raise ValueError(
            "The mixture must have the shape (..., channels, bins, frames) with 1 or 2 channels. "
            f"Got {tuple(mixture.shape)}."
        )
    wanted = mixture.shape[:-3], mixture.shape[-2:]
    if estimates.dim() != mixture.dim() + 1 or (estimates.shape[:-4], estimates.shape[-2:]) != wanted:
        raise ValueError(
            "The estimates must have the mixture's shape with an axis of sources before the channels. "
            f"Got {tuple(estimates.shape)} for a mixture of {tuple(mixture.shape)}."
        )
    if estimates.shape[-4] == 0 or estimates.shape[-3] not in (1, mixture.shape[-3]):
        raise ValueError(
            "The estimates must have at least one source, and as many channels as the mixture, or one. "
            f"Got {tuple(estimates.shape)} for a mixture of {tuple(mixture.shape)}."
        )
    if estimates.is_complex() and config.softmask:
        raise ValueError("softmask needs magnitudes. Got complex estimates. Pass their absolute values.")


def _filter_songs(given: Tensor, mixed: Tensor, config: WienerConfig) -> Tensor:
    """Filter all windows; shapes (songs, sources, channels, frames, bins) and (songs, channels, frames, bins)."""
    songs, channels, frames, bins = mixed.shape
    result = mixed.new_empty((songs, given.shape[1] + config.residual, channels, frames, bins))
    with_gradients = torch.is_grad_enabled() and (given.requires_grad or mixed.requires_grad)
    most_values = _most_values(result, with_gradients=with_gradients)
    loudness = _frame_loudness(mixed, max(1, most_values // max(1, channels * bins)))
    for run in window_runs(frames, config.window_frames or frames, config.window_overlap_frames):
        given_windows, mixed_windows = run.windows_of(given), run.windows_of(mixed)
        heard = loudness if config.scale == "song" else run.windows_of(loudness)
        levels = (heard.amax(dim=(-2, -1)).reshape(songs, -1) / FULL_SCALE**2).clamp(min=1.0).expand(-1, run.count)
        for block in blocks(songs, bins, run, most_values // result.shape[1]):
            level = levels[block.songs, block.windows, None, None]
            estimates = _filter_block(block.of(given_windows), block.of(mixed_windows), level, config)
            _write(estimates, result, run, block, config.window_overlap_frames)
    return result


def _most_values(result: Tensor, *, with_gradients: bool) -> int:
    """Return how many values an operation may have; with gradients all, since each block adds to the graph."""
    if with_gradients:
        return 2 * result.numel()
    return CPU_VALUES if result.device.type == "cpu" else GPU_VALUES


def _frame_loudness(mixed: Tensor, frames_at_once: int) -> Tensor:
    """Return the loudest bin's squared magnitude, shape (songs, frames, 1)."""
    parts = mixed.split(frames_at_once, dim=-2)
    return torch.cat([Planes.of(part).power().amax(dim=(1, 3)) for part in parts], dim=1).unsqueeze(-1)


def _filter_block(given: Tensor, mixed: Tensor, level: Tensor, config: WienerConfig) -> list[Planes]:
    """Filter windows of the same length.

    Args:
        given: Shape (songs, windows, sources, channels, frames, bins).
        mixed: Shape (songs, windows, channels, frames, bins).
        level: By what the regularisation grows, shape (songs, windows, 1, 1).
        config: What to do.

    Returns:
        For each channel, shape (songs, windows, sources, frames, bins).
    """
    mixture = [Planes.of(channel) for channel in mixed.unbind(dim=-3)]
    eps = config.eps or torch.finfo(mixture[0].real.dtype).eps
    floor, diagonal = eps * level.unsqueeze(-1), math.sqrt(eps) * level
    if given.is_complex():
        start: ComplexStart | PhasedStart = ComplexStart.of(given, mixture, residual=config.residual)
    else:
        start = PhasedStart.of(given, mixture, eps if config.softmask else None, residual=config.residual)
    if config.iterations == 0:
        return start.estimates()
    sources = start.fit(floor)
    for _ in range(config.iterations - 1):
        sources = fit_estimates(filter_mixture(mixture, sources, diagonal), floor)
    return filter_mixture(mixture, sources, diagonal)


def _write(estimates: list[Planes], result: Tensor, run: Run, block: Block, overlap_frames: int) -> None:
    """Put a block's windows into the result; the frames shared with the window before are added to what it left."""
    for window in range(*block.windows.indices(run.count)):
        start = run.start + window * run.step
        weights = (
            fade_weights(run, window, result.shape[-2], overlap_frames, estimates[0].real) if overlap_frames else None
        )
        shared = overlap_frames if start > 0 else 0
        for channel, planes in enumerate(estimates):
            parts = (part[:, window - block.windows.start] for part in planes)
            values = torch.complex(*(part if weights is None else part * weights for part in parts))
            target = result[block.songs, :, channel, start : start + run.length, block.bins]
            target[..., :shared, :] += values[..., :shared, :]
            target[..., shared:, :] = values[..., shared:, :]
