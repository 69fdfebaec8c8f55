"""Change the tempo of sounds without changing their pitch: a phase vocoder whose peaks carry their surroundings.

Frames are read at a pace of their own and written at a steady one. For each written frame two are analysed, one written
hop apart, so that the advance of phase between them is exactly what the written signal needs and nothing has to be
unwrapped. The bins around a peak of the spectrum turn with it (identity phase locking), which keeps partials and
attacks compact. All channels of a sound turn alike, which keeps the stereo image.

Reference: Laroche, Dolson, "Improved phase vocoder time-scale modification of audio", IEEE Trans. Speech and Audio
Processing 7(3), 1999, https://doi.org/10.1109/89.759041
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from transforms import STFT, STFTConfig

# Axes of tensors: r rows (sounds), c channels, f bins, t frames.
_PEAK_RADIUS_BINS = 2


def stretch(sounds: Tensor, tempo: float, window_samples: int = 2048) -> Tensor:
    """Play sounds faster or slower at the same pitch.

    Args:
        sounds: Shape (sounds, channels, samples); each sound is treated on its own, its channels together.
        tempo: How many times as fast; 1 gives the sounds back but for rounding.
        window_samples: Length of a frame; written frames follow each other by a quarter of it.

    Returns:
        Shape (sounds, channels, round(samples / tempo)), at least one sample.
    """
    hop = window_samples // 4
    stft = STFT(STFTConfig(window_samples=window_samples, hop_samples=hop, padding="zeros"))
    length = max(1, round(sounds.shape[-1] / tempo))
    centres = (torch.arange(stft.frames(length), dtype=torch.float64) * hop * tempo).round().long().to(sounds.device)
    # Zeros so that a frame and its predecessor exist around every centre: the first begins hop + window / 2 earlier.
    behind = max(0, int(centres[-1]) + window_samples // 2 - sounds.shape[-1])
    padded = functional.pad(sounds, (hop + window_samples // 2, behind))
    frames = padded.unfold(-1, window_samples, 1)
    window = torch.hann_window(window_samples, dtype=sounds.dtype, device=sounds.device)
    now_rctf = torch.fft.rfft(frames[..., centres + hop, :] * window)
    before_rctf = torch.fft.rfft(frames[..., centres, :] * window)
    turns_rtf = _locked_turns(now_rctf, before_rctf)
    turned = now_rctf * torch.polar(torch.ones_like(turns_rtf), turns_rtf).unsqueeze(1)
    return stft.inverse(turned.transpose(-1, -2), length)


def _locked_turns(now_rctf: Tensor, before_rctf: Tensor) -> Tensor:
    """Return the angle by which each bin of each frame is turned, shape (r, t, f).

    A written frame's peaks continue the frame written before: it was `turns` away from what was analysed there, and
    what was analysed there is `drift` away from what was analysed one hop before the present frame.
    """
    owners_rtf = _nearest_peaks(now_rctf.abs().square().sum(dim=1))
    drift_rtf = (now_rctf[..., :-1, :] * before_rctf[..., 1:, :].conj()).sum(dim=1).angle()
    turns_rf = torch.zeros_like(drift_rtf[:, 0]) if drift_rtf.shape[1] else drift_rtf.new_zeros(owners_rtf[:, 0].shape)
    turns = [turns_rf]
    for drift_rf, owner_rf in zip(drift_rtf.unbind(1), owners_rtf[:, 1:].unbind(1), strict=True):
        turns_rf = (turns_rf + drift_rf).gather(1, owner_rf)
        turns.append(turns_rf)
    return torch.stack(turns, dim=1)


def _nearest_peaks(power_rtf: Tensor) -> Tensor:
    """Return for each bin the nearest one that is the highest among its neighbours, shape (r, t, f)."""
    width = 2 * _PEAK_RADIUS_BINS + 1
    highest = functional.max_pool1d(power_rtf, width, stride=1, padding=_PEAK_RADIUS_BINS)
    bins = torch.arange(power_rtf.shape[-1], device=power_rtf.device).expand_as(power_rtf)
    is_peak = power_rtf >= highest
    far = 2 * power_rtf.shape[-1]
    below = torch.where(is_peak, bins, -far).cummax(dim=-1).values
    above = torch.where(is_peak, bins, far).flip(-1).cummin(dim=-1).values.flip(-1)
    return torch.where(bins - below <= above - bins, below, above)
