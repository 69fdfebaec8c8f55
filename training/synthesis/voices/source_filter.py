"""Turn frames of a voice into sound: pulses and breath, each frame's window of them filtered by the throat.

The filter has minimum phase, as a throat has, but for a fixed delay of the lows. Phase is the Hilbert transform of the
logarithm of the gain, and the gain is interpolated from the bands, both linear: so one matrix holds the bands' gains
and another their phases, made once for each throat. A frame costs two products with them and three short Fourier
transforms; 20 s of singing take about 0.1 s of one core, a sixth of WORLD's synthesis at this rate.

References: Fant, Acoustic Theory of Speech Production, 1960; Oppenheim and Schafer, Discrete-Time Signal Processing,
section on the real cepstrum; Morise et al., "WORLD", IEICE Transactions 2016, for the mix of pulses and noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from audio.stems import SAMPLE_RATE
from training.synthesis.voices.bands import HOP_SAMPLES, NOISE_HZ, Frames, band_weights
from training.synthesis.voices.excitation import Glottis, breath, glottal_phase, pulse_train

WINDOW_SAMPLES = 2 * HOP_SAMPLES
FFT_SAMPLES = 4 * HOP_SAMPLES
"""Longer than the window: the rest holds the tail of the throat's response."""
BLOCK_FRAMES = 256
"""Frames filtered at once, so that they stay in the processor's cache."""
NEPER_PER_DB = np.log(10.0) / 20.0
GLOTTAL_DELAY_SECONDS, GLOTTAL_CORNER_HZ = 0.002, 1500.0
"""How much later low frequencies leave the folds, and where this ends: pulses are rounder, and peak 3 dB lower."""


def glottal_phase_shift() -> NDArray[np.float32]:
    """Return the phase that the shape of a pulse adds, (bins,) in radians: low frequencies come late."""
    hz = fft.rfftfreq(FFT_SAMPLES, 1.0 / SAMPLE_RATE)
    cycles = GLOTTAL_DELAY_SECONDS * GLOTTAL_CORNER_HZ * (1.0 - np.exp(-hz / GLOTTAL_CORNER_HZ))
    return (-2.0 * np.pi * cycles).astype(np.float32)


GLOTTAL_PHASE = glottal_phase_shift()


@dataclass(frozen=True)
class VoiceFrames:
    """A voice, ready to become sound."""

    bands_db: Frames
    """Spectral envelope, (frames, BAND_COUNT)."""
    noise: Frames
    """Share of noise in the power at NOISE_HZ, (frames, len(NOISE_HZ)), 0 to 1."""
    pitch_hz: Frames
    """(frames,), above 0 everywhere, also where all is noise."""

    @property
    def samples(self) -> int:
        """Length of the sound without its tail."""
        return len(self.pitch_hz) * HOP_SAMPLES


@dataclass(frozen=True)
class Throat:
    """The filters of one throat length: what the bands do to gain and phase."""

    log_gains: NDArray[np.float32]
    """(bands, bins), nepers for each decibel of a band."""
    phases: NDArray[np.float32]
    """(bands, bins), radians for each decibel of a band."""
    noise_weights: NDArray[np.float32]
    """(noise bands, bins)."""


@lru_cache(maxsize=64)
def throat(formant_shift: float) -> Throat:
    """Return the filters of a throat whose formants lie at formant_shift times those of the frames."""
    bins_hz = fft.rfftfreq(FFT_SAMPLES, 1.0 / SAMPLE_RATE)
    log_gains = NEPER_PER_DB * band_weights(bins_hz / formant_shift).astype(np.float64)
    cepstra = fft.irfft(log_gains, FFT_SAMPLES, axis=1)
    cepstra[:, 1 : FFT_SAMPLES // 2] *= 2.0
    cepstra[:, FFT_SAMPLES // 2 + 1 :] = 0.0
    phases = fft.rfft(cepstra, axis=1).imag
    edges = np.eye(len(NOISE_HZ))
    noise_weights = np.stack([np.interp(bins_hz, NOISE_HZ, edge) for edge in edges])
    return Throat(log_gains.astype(np.float32), phases.astype(np.float32), noise_weights.astype(np.float32))


def filtered(voice: VoiceFrames, rows: slice, spectra: tuple[NDArray, NDArray], pipe: Throat) -> NDArray[np.complex64]:
    """Return the spectra of some frames behind the throat, (frames, bins).

    Args:
        voice: The frames.
        rows: Which of them.
        spectra: Of the pulses and of the breath, each (frames, bins).
        pipe: The throat.
    """
    bands_db = voice.bands_db[rows]
    gain = np.exp(bands_db @ pipe.log_gains)
    phase = bands_db @ pipe.phases + GLOTTAL_PHASE
    noise = np.clip(voice.noise[rows] @ pipe.noise_weights, 0.0, 1.0)
    source = spectra[0] * np.sqrt(1.0 - noise) + spectra[1] * np.sqrt(noise)
    turn = np.empty(phase.shape, np.complex64)
    turn.real = gain * np.cos(phase)
    turn.imag = gain * np.sin(phase)
    return source * turn


def render(voice: VoiceFrames, pipe: Throat, glottis: Glottis, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the sound of a voice, with its tail: (voice.samples + FFT_SAMPLES - HOP_SAMPLES,).

    Args:
        voice: Frames.
        pipe: Of `throat`.
        glottis: How regular the folds are.
        rng: Random numbers.
    """
    phase = glottal_phase(voice.pitch_hz)
    sources = (pulse_train(phase, glottis, rng), breath(phase, glottis, rng))
    return shaped(voice, sources, pipe)


def shaped(voice: VoiceFrames, sources: tuple[NDArray, NDArray], pipe: Throat) -> NDArray[np.float32]:
    """Return two sources behind the throat of a voice, as `render` does with pulses and breath.

    Args:
        voice: Frames; its pitch is not used.
        sources: What takes the place of the pulses and of the breath, each (samples,) as long as the voice.
        pipe: Of `throat`.
    """
    window = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
    padded = [np.pad(source, (HOP_SAMPLES, HOP_SAMPLES)) for source in sources]
    windows = [np.lib.stride_tricks.sliding_window_view(sound, WINDOW_SAMPLES)[::HOP_SAMPLES] for sound in padded]
    count = len(voice.pitch_hz)
    hops = FFT_SAMPLES // HOP_SAMPLES
    sound = np.zeros((count + hops, HOP_SAMPLES), np.float32)
    for start in range(0, count, BLOCK_FRAMES):
        rows = slice(start, min(count, start + BLOCK_FRAMES))
        heard = slice(start * HOP_SAMPLES, (rows.stop + 1) * HOP_SAMPLES)
        if not any(source[heard].any() for source in padded):
            continue
        pulses, breaths = (fft.rfft(view[rows] * window, FFT_SAMPLES, axis=1) for view in windows)
        pieces = fft.irfft(filtered(voice, rows, (pulses, breaths), pipe), FFT_SAMPLES, axis=1)
        pieces = pieces.reshape(-1, hops, HOP_SAMPLES)
        for hop in range(hops):
            sound[rows.start + hop : rows.stop + hop] += pieces[:, hop]
    # Frame 0's window reaches one hop before the sound.
    return sound.reshape(-1)[HOP_SAMPLES:]
