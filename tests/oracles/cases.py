"""What tests of oracles share: random coefficients, a short song, the score of an oracle on it."""

from __future__ import annotations

import math

import numpy as np
import torch

from audio import SAMPLE_RATE, STEMS
from audio.stems import ACCOMPANIMENT
from evaluator.frame_scores import METRICS, FrameScores
from evaluator.metrics import mean_sdr, sdr
from oracles.study import separations
from oracles.transform import HannSTFT

SONG_SAMPLES = 33_000


def coefficients(stems=4, channels=2, bins=6, frames=9, seed=0):
    """Return random sources (stems, channels, bins, frames), and their sum."""
    generator = torch.Generator().manual_seed(seed)
    sources = torch.randn(stems, channels, bins, frames, dtype=torch.complex64, generator=generator)
    return sources, sources.sum(dim=0)


def defined_filter(sources, mixture, covariances, powers):
    """Evaluate Y_j = P_j R_j (sum_i P_i R_i)^-1 X, coefficient by coefficient."""
    estimates = np.empty_like(sources)
    _, _, bins, frames = sources.shape
    for f in range(bins):
        for t in range(frames):
            shares = powers[:, f, t, None, None] * covariances[:, f]
            estimates[:, :, f, t] = shares @ np.linalg.inv(shares.sum(axis=0)) @ mixture[:, f, t]
    return estimates


def short_song(seed=0):
    """Return stems, and their sum, of a bass note, noise bursts, a chord and a wavering voice, each at its place."""
    generator = torch.Generator().manual_seed(seed)
    seconds = torch.arange(SONG_SAMPLES) / SAMPLE_RATE
    beat = torch.exp(-18 * (seconds % 0.25))
    noise = torch.randn(SONG_SAMPLES, generator=generator)
    sounds = {
        "bass": 0.4 * sum(torch.sin(2 * math.pi * 65.4 * n * seconds) / n for n in range(1, 6)),
        "drums": 0.5 * beat * noise,
        "other": 0.2 * sum(torch.sin(2 * math.pi * pitch * seconds) for pitch in (261.6, 329.6, 392.0, 523.3)),
        "vocals": 0.3 * torch.sin(2 * math.pi * 440 * seconds + 6 * torch.sin(2 * math.pi * 6 * seconds)),
    }
    places = {"bass": (1.0, 1.0), "drums": (0.8, 1.0), "other": (1.0, 0.4), "vocals": (0.9, 0.9)}
    stems = {stem: torch.stack([gain * sounds[stem] for gain in places[stem]]) for stem in STEMS}
    return stems, torch.stack(list(stems.values())).sum(dim=0)


def estimates_of(oracle, stems, mixture, window_samples=2048):
    """Return what an oracle makes of a song with an STFT."""
    ((_, estimates),) = separations({"one": oracle}, HannSTFT(window_samples), stems, mixture)
    return estimates


def score_of(oracle, stems, mixture, window_samples=2048):
    """Return an oracle's MDX SDR on a song, in dB, mean of the stems."""
    return mean_sdr(sdr(stems, estimates_of(oracle, stems, mixture, window_samples)))


class LoudnessScorer:
    """Stands in for BSSEval, which has tests of its own: each frame's score is the loudest sample of an estimate."""

    def __init__(self, references, sample_rate):
        assert any(samples.any() for samples in references.values())

    def score(self, estimates):
        found = {stem: float(samples.abs().max()) for stem, samples in estimates.items()} | {ACCOMPANIMENT: 1.0}
        frames = {target: dict.fromkeys(METRICS, np.array([level, np.nan, level])) for target, level in found.items()}
        return FrameScores(frames)
