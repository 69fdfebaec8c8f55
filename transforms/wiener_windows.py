"""How the Wiener filter goes through a song: windows along time, and blocks of them that fit a processor's cache.

Windows of equal length are one `Run`, whose blocks may hold several windows and songs at once, as views without copies;
what is left at the end of the song is a run of one shorter window.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

FEWEST_BINS = 16
"""Of a block, so that its rows stay worth a vector loop where windows are long."""


@dataclass(frozen=True)
class Run:
    """Windows of one length in frames, of which each starts `step` frames after the one before."""

    start: int
    step: int
    count: int
    length: int

    def windows_of(self, values: Tensor) -> Tensor:
        """View windows: shape (songs, ..., frames, bins) to (songs, windows, ..., length, bins)."""
        stop = self.start + (self.count - 1) * self.step + self.length
        windows = values[..., self.start : stop, :].unfold(-2, self.length, self.step)
        return windows.movedim(-3, 1).transpose(-1, -2)


@dataclass(frozen=True)
class Block:
    """A part of a run: some songs, some of its windows, some bins."""

    songs: slice
    windows: slice
    bins: slice

    def of(self, windows: Tensor) -> Tensor:
        """View the part of a tensor of shape (songs, windows, ..., bins)."""
        return windows[self.songs, self.windows, ..., self.bins]


def window_runs(frames: int, window_frames: int, overlap_frames: int) -> list[Run]:
    """Cut a song into windows, each of which shares `overlap_frames` with the next; the last may be shorter."""
    step = window_frames - overlap_frames
    full = max(0, (frames - window_frames) // step + 1)
    runs = [Run(0, step, full, window_frames)] if full else []
    left = frames - full * step
    if left > (overlap_frames if full else 0):
        runs.append(Run(full * step, step, 1, left))
    return runs


def blocks(songs: int, bins: int, run: Run, most_values: int) -> Iterator[Block]:
    """Cut a run into blocks of about `most_values` frames times bins; windows of a song come in their order."""
    bins_step = min(bins, max(FEWEST_BINS, most_values // run.length))
    windows_step = max(1, most_values // (run.length * bins))
    songs_step = max(1, most_values // (run.length * bins * run.count))
    for songs_part in _slices(songs, songs_step):
        for windows_part in _slices(run.count, windows_step):
            for bins_part in _slices(bins, bins_step):
                yield Block(songs_part, windows_part, bins_part)


def fade_weights(run: Run, window: int, frames: int, overlap_frames: int, like: Tensor) -> Tensor:
    """Return a window's weights, shape (length, 1): raised cosines where it has a neighbour. They sum to 1."""
    weights = like.new_ones(run.length)
    start = run.start + window * run.step
    ramp = torch.arange(overlap_frames, dtype=like.dtype, device=like.device)
    ramp = 0.5 - 0.5 * torch.cos((ramp + 0.5) * (math.pi / max(1, overlap_frames)))
    if start > 0:
        weights[:overlap_frames] *= ramp
    if start + run.length < frames:
        weights[run.length - overlap_frames :] *= ramp.flip(0)
    return weights.unsqueeze(-1)


def _slices(length: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, length)) for start in range(0, length, step)]
