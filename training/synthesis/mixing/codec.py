"""MP3 and AAC: what is left of a sound that was stored small, as samples and loops often were.

FFmpeg's libraries do it in memory, through PyAV. What comes back lies where it was: MP3 tells its decoder how much the
encoder put before the sound; of AAC it is known.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from audio.stems import SAMPLE_RATE
from training.synthesis.mixing.sounds import Sound, peak

CodecName = Literal["mp3", "aac"]


@dataclass(frozen=True)
class _Format:
    container: str
    encoder: str
    options: Mapping[str, str]
    """The fastest ways to encode: twice as fast, a little worse."""
    delay_samples: int
    """What the encoder puts before the sound and the decoder leaves there."""


_FORMATS: Mapping[CodecName, _Format] = MappingProxyType(
    {
        "mp3": _Format("mp3", "libmp3lame", MappingProxyType({"compression_level": "9"}), 0),
        "aac": _Format("mp4", "aac", MappingProxyType({"aac_coder": "fast"}), 1024),
    }
)


def encode(sound: Sound, name: CodecName, kilobits_per_second: int) -> bytes:
    """Return a sound inside +-1 as a file."""
    # PyAV costs 0.1 s to import and only this module needs it.
    import av

    chosen, layout = _FORMATS[name], "stereo" if len(sound) == 2 else "mono"
    file = io.BytesIO()
    with av.open(file, "w", format=chosen.container) as container:
        stream = container.add_stream(
            chosen.encoder, rate=SAMPLE_RATE, layout=layout, format="fltp", options=dict(chosen.options)
        )
        stream.bit_rate = 1000 * kilobits_per_second
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=layout)
        frame.sample_rate = SAMPLE_RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return file.getvalue()


def decode(file: bytes, name: CodecName) -> Sound:
    """Return the sound of a file of `encode`, without what the encoder put before it; padding after it may be left."""
    import av

    with av.open(io.BytesIO(file)) as container:
        decoded = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    return decoded[:, _FORMATS[name].delay_samples :]


@dataclass(frozen=True)
class Codec:
    """Encodes and decodes."""

    name: CodecName
    kilobits_per_second: int

    def __call__(self, sound: Sound) -> Sound:
        """Return what the codec leaves, as long as the sound and in its place."""
        scale = np.float32(max(1.0, peak(sound)))
        decoded = decode(encode(sound / scale, self.name, self.kilobits_per_second), self.name)
        whole = np.zeros_like(sound)
        length = min(sound.shape[-1], decoded.shape[-1])
        whole[:, :length] = scale * decoded[:, :length]
        return whole
