"""Writes made-up songs as the datasets of the field hold them."""

from pathlib import Path

import av
import numpy as np
import torch

from audio import MIXTURE, SAMPLE_RATE, STEMS, write_audio

SAMPLES = 2 * SAMPLE_RATE
STREAM_ORDER = (MIXTURE, "drums", "bass", "other", "vocals")


def make_sounds(seed, stems=STEMS, samples=SAMPLES):
    """Return seeded noise of each stem and their sum, shape (2, samples)."""
    generator = torch.Generator().manual_seed(seed)
    sounds = {stem: (0.1 * torch.randn(2, samples, generator=generator)).clamp(-0.24, 0.24) for stem in stems}
    return {**sounds, MIXTURE: torch.stack(list(sounds.values())).sum(dim=0)}


def write_song(folder, sounds, names=None, sample_rate=SAMPLE_RATE):
    """Write `<folder>/<name>.wav`; `names` gives stems other file names and leaves those out that it lacks."""
    for stem, sound in sounds.items():
        if names is None or stem in names:
            write_audio(folder / f"{names[stem] if names else stem}.wav", sound, sample_rate, "PCM_16")
    return folder


def write_container(path: Path, sounds):
    """Write a stem.mp4: five stereo streams, the mixture first; lossless, since noise is what AAC codes worst."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4") as container:
        streams = [container.add_stream("alac", rate=SAMPLE_RATE, layout="stereo") for _ in STREAM_ORDER]
        for stream, stem in zip(streams, STREAM_ORDER, strict=True):
            samples = (sounds[stem].numpy() * 32768.0).round().astype(np.int16)
            for start in range(0, samples.shape[1], 4096):
                block = np.ascontiguousarray(samples[:, start : start + 4096])
                frame = av.AudioFrame.from_ndarray(block, format="s16p", layout="stereo")
                frame.sample_rate, frame.pts = SAMPLE_RATE, start
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path
