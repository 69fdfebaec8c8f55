"""Write audio whole or not at all, with a stated clipping policy.

Integer encodings hold [-1, 1) only, so samples outside are clipped to it (never wrapped, never rescaled: a rescaled
stem no longer sums to the mixture) and counted. FLOAT keeps every sample as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import numpy as np
import soundfile
import torch
from torch import Tensor

from audio.atomic import atomic_path
from audio.errors import AudioError

Encoding = Literal["PCM_16", "PCM_24", "FLOAT"]
ENCODINGS: tuple[str, ...] = get_args(Encoding)
_INTEGERS: dict[str, tuple[int, type[np.signedinteger]]] = {"PCM_16": (16, np.int16), "PCM_24": (24, np.int32)}
_CONTAINERS = {".wav": ("WAV", ENCODINGS), ".flac": ("FLAC", ("PCM_16", "PCM_24"))}


def write_audio(path: Path | str, samples: Tensor, sample_rate: int, encoding: str = "FLOAT") -> int:
    """Write one file; the suffix of `path` names the container (.wav or .flac).

    Args:
        path: Target; its folder is created when missing.
        samples: Shape (channels, samples), finite, full scale at 1.
        sample_rate: In hertz.
        encoding: "PCM_16", "PCM_24" or "FLOAT" (WAV only).

    Returns:
        How many samples were clipped.

    Raises:
        AudioError: Unknown container or encoding, wrong shape, or samples that are not finite.
        OSError: The file cannot be written; an older file of the same name is left as it was.
    """
    path = Path(path)
    container = container_for(path, encoding)
    if samples.ndim != 2:
        raise AudioError(
            f"The samples for '{path}' must have the shape (channels, samples). Got {tuple(samples.shape)}."
        )
    if not bool(torch.isfinite(samples).all()):
        raise AudioError(
            f"The samples for '{path}' must be finite. Got NaN or infinite values. Look at what produced them."
        )
    clipped = 0 if encoding == "FLOAT" else int((samples.abs() > 1).sum())
    data = _encode(samples.detach().to("cpu", torch.float32), encoding)
    with atomic_path(path) as temporary:
        try:
            soundfile.write(temporary, data, sample_rate, subtype=encoding, format=container)
        except soundfile.LibsndfileError as error:
            # libsndfile reports a full disk or a forbidden folder only in words.
            raise OSError(f"'{path}' could not be written: {error}. Check the folder and the free space.") from error
    return clipped


def _encode(samples: Tensor, encoding: str) -> np.ndarray:
    """Turn samples into what libsndfile stores unchanged, shape (samples, channels).

    Integers are rounded here, because libsndfile cuts the lower bits off when it converts: a bias of half a step, which
    in a silent stem is all that the score sees.
    """
    if encoding == "FLOAT":
        return samples.T.numpy()
    bits, dtype = _INTEGERS[encoding]
    full_scale = 2 ** (bits - 1)
    steps = (samples.T.double() * full_scale).round().clamp(-full_scale, full_scale - 1)
    return (steps.numpy() * 2 ** (np.iinfo(dtype).bits - bits)).astype(dtype)


def container_for(path: Path, encoding: str) -> str:
    """Name the container that `path` asks for, after a check that it can hold `encoding`.

    Raises:
        AudioError: Unknown suffix, or an encoding that the container does not have.
    """
    known = _CONTAINERS.get(path.suffix.lower())
    if known is None:
        raise AudioError(f"The suffix of the output must be one of {', '.join(_CONTAINERS)}. Got '{path.name}'.")
    container, encodings = known
    if encoding not in encodings:
        raise AudioError(f"The encoding of a {container} file must be one of {', '.join(encodings)}. Got '{encoding}'.")
    return container
