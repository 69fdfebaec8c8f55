"""Songs to try everything on: one real song that a dependency packages, and two that this project makes up.

The package `stempeg` holds a few seconds of a real song with its true stems as stem.mp4. Importing stempeg needs an
ffmpeg program, so the file is only looked up and decoded with PyAV. The made-up songs are deterministic and short;
one has a silent stem, which real datasets have too.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from audio.decoding import decode_streams
from audio.errors import AudioError
from audio.made_up_songs import SAMPLE_SONGS, make_song
from audio.reading import Audio, as_stereo, read_audio
from audio.resampling import resample
from audio.stems import MIXTURE, SAMPLE_RATE, STEMS
from audio.writing import write_audio

CONTAINER_STREAMS = (MIXTURE, "drums", "bass", "other", "vocals")
"""The streams of a stem.mp4 in their order, as MUSDB18 and stempeg's song have them."""


def find_packaged_song() -> Path:
    """Find the real song inside the installed stempeg.

    Raises:
        AudioError: stempeg is not installed, or holds no song.
    """
    spec = importlib.util.find_spec("stempeg")
    folders = spec.submodule_search_locations if spec is not None else None
    songs = [song for folder in folders or [] for song in sorted(Path(folder, "data").glob("*.stem.mp4"))]
    if not songs:
        raise AudioError("The sample song must be in the package stempeg, which is not installed. Run `make run`.")
    return songs[0]


def read_stem_container(path: Path) -> dict[str, Audio]:
    """Read a stem.mp4: the mixture and its four stems by name.

    Raises:
        AudioError: The file has not five audio streams, or is unreadable.
    """
    streams = decode_streams(path)
    if len(streams) != len(CONTAINER_STREAMS):
        raise AudioError(
            f"A stem.mp4 must hold {len(CONTAINER_STREAMS)} audio streams. Got '{path}' with {len(streams)}."
        )
    return {
        name: Audio(as_stereo(samples, subject=f"The stream '{name}' of '{path}'"), sample_rate)
        for name, (samples, sample_rate) in zip(CONTAINER_STREAMS, streams, strict=True)
    }


def write_sample_tracks(folder: Path) -> list[Path]:
    """Write the sample tracks: `<folder>/<track>/{mixture,bass,drums,other,vocals}.wav`.

    Returns:
        The folders of the tracks.

    Raises:
        AudioError: The packaged song is missing or damaged.
        OSError: The folder cannot be written.
    """
    real = find_packaged_song()
    sounds = {name: _at_challenge_rate(audio) for name, audio in read_stem_container(real).items()}
    tracks = [_write_track(folder / real.name.removesuffix(".stem.mp4"), sounds)]
    for name, song in SAMPLE_SONGS.items():
        stems = make_song(song)
        mixture = torch.stack([stems[stem] for stem in STEMS]).sum(dim=0)
        tracks.append(_write_track(folder / name, {MIXTURE: mixture, **stems}))
    return tracks


def write_tiled_track(track: Path, duration_seconds: float, target: Path) -> Path:
    """Repeat a track until it has a full song's length: for timing, not for scores.

    Args:
        track: A folder with mixture.wav and maybe stems.
        duration_seconds: Of the result.
        target: The new track's folder.

    Returns:
        `target`.

    Raises:
        AudioError: A file of the track is unreadable.
        OSError: The folder cannot be written.
    """
    sounds = {}
    for name in (MIXTURE, *STEMS):
        path = track / f"{name}.wav"
        if path.exists() or name == MIXTURE:
            samples = _at_challenge_rate(read_audio(path))
            length = max(1, round(duration_seconds * SAMPLE_RATE))
            sounds[name] = samples.repeat(1, math.ceil(length / samples.shape[-1]))[:, :length]
    return _write_track(target, sounds)


def _at_challenge_rate(audio: Audio) -> Tensor:
    return resample(audio.samples, audio.sample_rate, SAMPLE_RATE)


def _write_track(folder: Path, sounds: Mapping[str, Tensor]) -> Path:
    """Write a track in the encoding of the challenge's data."""
    for name, samples in sounds.items():
        write_audio(folder / f"{name}.wav", samples, SAMPLE_RATE, "PCM_16")
    return folder
