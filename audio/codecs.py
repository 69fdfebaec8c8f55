"""MP3 and AAC in memory: what is left of a sound that was stored small.

FFmpeg's libraries do it, through PyAV, so no ffmpeg program has to be installed. What comes back lies where it was, to
the sample: MP3 tells its decoder how much the encoder put before the sound; of AAC it is known.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import numpy as np


@dataclass(frozen=True)
class LossyFormat:
    """How a sound is stored."""

    container: Literal["mp3", "mp4"]
    encoder: Literal["libmp3lame", "aac"]
    delay_samples: int = 0
    """What the encoder puts before the sound and the decoder leaves there."""
    options: tuple[tuple[str, str], ...] = ()
    """Names and values that the encoder knows."""


MP3 = LossyFormat("mp3", "libmp3lame")
QUICK_MP3 = LossyFormat("mp3", "libmp3lame", options=(("compression_level", "9"),))
QUICK_AAC = LossyFormat("mp4", "aac", 1024, (("aac_coder", "fast"),))
"""The quick ones take half the time and are a little worse."""


def encode(sound: np.ndarray, sample_rate: int, kilobits_per_second: int, how: LossyFormat) -> bytes:
    """Return a sound as a file.

    Args:
        sound: Shape (1 or 2, samples), float32 inside +-1.
        sample_rate: In hertz, one that the format knows.
        kilobits_per_second: Constant bit rate; the nearest that the format has is taken.
        how: Which format.
    """
    # PyAV costs 0.1 s to import and only this module needs it.
    import av

    layout = "stereo" if len(sound) == 2 else "mono"
    file = io.BytesIO()
    with av.open(file, "w", format=how.container) as container:
        stream = container.add_stream(
            how.encoder, rate=sample_rate, layout=layout, format="fltp", options=dict(how.options)
        )
        stream.bit_rate = 1000 * kilobits_per_second
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
        frame.sample_rate = sample_rate
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def decode(file: bytes, how: LossyFormat) -> np.ndarray:
    """Return the sound of a file of `encode`, without what the encoder put before it; padding after it may be left."""
    import av

    # Named, since short files can look like those of another kind, even of video.
    with av.open(io.BytesIO(file), "r", format=how.container) as container:
        decoded = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    return decoded[:, how.delay_samples :]


def round_trip(sound: np.ndarray, sample_rate: int, kilobits_per_second: int, how: LossyFormat) -> np.ndarray:
    """Encode and decode a sound of any loudness; louder ones than full scale are scaled and scaled back.

    Args: as of `encode`.

    Returns:
        Shape and position as the sound, float32.
    """
    scale = np.float32(max(1.0, float(np.abs(sound).max(initial=0.0))))
    decoded = decode(encode(sound / scale, sample_rate, kilobits_per_second, how), how)
    whole = np.zeros_like(sound)
    length = min(sound.shape[-1], decoded.shape[-1])
    whole[:, :length] = scale * decoded[:, :length]
    return whole
