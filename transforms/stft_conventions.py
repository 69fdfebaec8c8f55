"""Settings of the STFT that give other libraries' coefficients, with a Hann window.

Open-Unmix's are the defaults of `STFTConfig`. Demucs frames a signal in its own way: `transforms.demucs_stft`.
"""

from __future__ import annotations

from transforms.stft import STFTConfig


def librosa_stft(window_samples: int = 2048, hop_samples: int = 512) -> STFTConfig:
    """Return the settings of `librosa.stft`, whose defaults these are too; it is mostly given mono signals."""
    return STFTConfig(window_samples, hop_samples, padding="zeros")


def scipy_stft(window_samples: int, hop_samples: int) -> STFTConfig:
    """Return the settings of `scipy.signal.stft` for (channels, samples): a tone of full scale peaks at 1/2."""
    # The sum of a periodic Hann window is half its length.
    return STFTConfig(window_samples, hop_samples, padding="zeros_to_hop", amplitude_scale=2 / window_samples)
