"""Move the spectral envelope of sounds along frequency and leave their partials where they are.

The envelope of a frame is smoothed so that partials vanish from it: power over a width of one partial spacing, and its
logarithm over that width again, with a little sharpening. The spacing is the frame's pitch. Frames are then multiplied
by moved over old envelope. It follows CheapTrick, which does the same with windows of three periods each; here frames
have one length, so that batches can be transformed at once.

Reference: Morise, "CheapTrick, a spectral envelope estimator for high-quality speech synthesis", Speech Communication
67, 2015, https://doi.org/10.1016/j.specom.2014.09.003
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from audio.stems import SAMPLE_RATE
from transforms import STFT, STFTConfig

_NEARLY = 0.9
_SHARPENING = (1.18, -0.09)
"""CheapTrick's two weights that undo some of the smoothing; the first plus twice the second is 1."""


@dataclass(frozen=True)
class EnvelopeConfig:
    """How finely envelopes are traced."""

    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    lowest_pitch_hz: float = 70.0
    highest_pitch_hz: float = 1000.0
    """Where the pitch is searched; voices are between."""
    window_samples: int = 2048
    """Length of a frame."""
    largest_gain_db: float = 30.0
    """No bin is changed by more."""
    floor_db: float = -90.0
    """What lies this far below the loudest bin of a sound counts as silence."""


def moved_envelope(sounds: Tensor, factor: float, config: EnvelopeConfig) -> Tensor:
    """Multiply the frequencies of the envelope by a factor: formants move, pitch stays.

    Args:
        sounds: Shape (sounds, channels, samples); the channels of a sound share one envelope.
        factor: Above 1 formants move up.
        config: How finely envelopes are traced.

    Returns:
        Shape as the sounds.
    """
    stft = STFT(STFTConfig(window_samples=config.window_samples, hop_samples=config.window_samples // 4))
    spectra = stft(sounds)
    power = spectra.abs().square().sum(dim=1)
    floor = power.amax(dim=(-1, -2), keepdim=True) * 10 ** (config.floor_db / 10)
    power = torch.maximum(power, floor).clamp_min(torch.finfo(power.dtype).tiny).transpose(-1, -2)
    envelopes = smooth_envelopes(power, periods(power, config), config)
    bins = torch.arange(power.shape[-1], dtype=power.dtype, device=power.device)
    places = (bins / factor).clamp(max=len(bins) - 1)
    limit = config.largest_gain_db * torch.log(torch.tensor(10.0)).item() / 20
    log_gains = (_between(envelopes, places.expand_as(envelopes)) - envelopes).clamp(-limit, limit)
    return stft.inverse(spectra * log_gains.exp().transpose(-1, -2).unsqueeze(1), sounds.shape[-1])


def smooth_envelopes(power: Tensor, period_samples: Tensor, config: EnvelopeConfig) -> Tensor:
    """Return curves without partials through spectra.

    Args:
        power: Squared magnitudes above 0, shape (..., bins) for `config.window_samples // 2 + 1` bins.
        period_samples: Period of each frame's pitch, shape (...).
        config: How finely envelopes are traced.

    Returns:
        Natural logarithms of magnitudes, shape as the spectra.
    """
    samples = config.window_samples
    places = torch.arange(samples, device=power.device)
    turns = torch.minimum(places, samples - places) / period_samples.unsqueeze(-1)
    # The transform of a mean over one spacing: zero wherever a ripple with the spacing of the partials lies.
    mean = torch.sinc(turns)
    sharpening = _SHARPENING[0] + 2 * _SHARPENING[1] * torch.cos(2 * torch.pi * turns)
    logarithms = 0.5 * _mean_over(power, samples / period_samples).log()
    return torch.fft.rfft(torch.fft.irfft(logarithms, n=samples) * mean * sharpening).real


def _mean_over(power: Tensor, widths: Tensor) -> Tensor:
    """Return the mean of (..., bins) over a number of bins around each, shape (...), not always a whole number.

    It is read off running sums: products in the domain of lags would leave ripples of loud partials in soft places.
    """
    bins = power.shape[-1]
    margin = min(bins - 1, int(widths.max()) // 2 + 2)
    mirrored = torch.cat([power[..., 1 : margin + 1].flip(-1), power, power[..., -margin - 1 : -1].flip(-1)], dim=-1)
    sums = functional.pad(mirrored.double().cumsum(dim=-1), (1, 0))
    middles = torch.arange(bins, device=power.device) + margin + 0.5
    half = 0.5 * widths.unsqueeze(-1).double()
    areas = _between(sums, middles + half) - _between(sums, middles - half)
    # Differences of large sums can round to nothing.
    return torch.maximum((areas / (2 * half)).to(power.dtype), power.amin(dim=-1, keepdim=True))


def _between(values: Tensor, places: Tensor) -> Tensor:
    """Read (..., bins) at places between bins, shape (..., reads), linearly."""
    below = places.floor().long().clamp(0, values.shape[-1] - 2)
    share = places - below
    return values.gather(-1, below) * (1 - share) + values.gather(-1, below + 1) * share


def periods(power: Tensor, config: EnvelopeConfig) -> Tensor:
    """Return the period of each frame's pitch in samples; of frames without pitch, anything within the limits.

    It is the first lag at which a frame is nearly as like itself as at the best one; the window's own fading is taken
    out (Boersma, "Accurate short-term analysis of the fundamental frequency", IFA Proceedings 17, 1993).

    Args:
        power: Squared magnitudes, shape (..., bins).
        config: Where to search.

    Returns:
        Shape (...).
    """
    samples = config.window_samples
    shortest = max(2, int(config.sample_rate / config.highest_pitch_hz))
    longest = min(int(config.sample_rate / config.lowest_pitch_hz), samples // 2 - 1)
    window = torch.hann_window(samples, dtype=power.dtype, device=power.device)
    fading = torch.fft.irfft(torch.fft.rfft(window, n=2 * samples).abs().square())[: longest + 1]
    likeness = torch.fft.irfft(power, n=samples)[..., : longest + 1] / fading
    neighbours = functional.max_pool1d(likeness.flatten(0, -2), 3, stride=1, padding=1).view_as(likeness)
    searched = likeness[..., shortest:]
    best = searched.amax(dim=-1, keepdim=True)
    is_peak = (searched >= neighbours[..., shortest:]) & (searched >= _NEARLY * best)
    lags = torch.arange(shortest, longest + 1, device=power.device)
    first = torch.where(is_peak, lags, longest - 1).amin(dim=-1, keepdim=True).clamp_max(longest - 1)
    before, here, after = (likeness.gather(-1, first + step) for step in (-1, 0, 1))
    # The parabola through three values has its top at most half a sample away.
    bend = (before - 2 * here + after).clamp_max(-torch.finfo(power.dtype).tiny)
    return (first + (0.5 * (before - after) / bend).clamp(-0.5, 0.5)).squeeze(-1)
