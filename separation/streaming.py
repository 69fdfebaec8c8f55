"""What every streaming separator does alike: check what is asked for, and collect its blocks into whole stems."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from audio.sources import SongSource, TensorSource
from audio.stems import Stems
from models.errors import SettingsError
from models.mixtures import CHANNELS, check_mixture
from separation.separator import Separator, StreamingSeparator


def separate_whole(separator: StreamingSeparator, mixture: Tensor, on_progress: Callable[[float], None]) -> Stems:
    """Separate a song in memory by streaming it.

    Args:
        separator: What streams.
        mixture: Shape (2, samples), at the separator's rate; left as it is.
        on_progress: As in `StreamingSeparator.separate_stream`.

    Returns:
        Stem name -> shape (2, samples), float32, on the mixture's device.

    Raises:
        MixtureError: The mixture is no finite stereo signal.
    """
    check_mixture(mixture)
    samples = mixture.detach().to("cpu", torch.float32)
    # Once more: float64 holds numbers that float32 does not.
    check_mixture(samples)
    source = TensorSource(samples, separator.sample_rate)
    stems = {stem: torch.empty(CHANNELS, source.samples) for stem in separator.stems}
    for start, block in separator.separate_stream(source, on_progress=on_progress):
        for stem, samples in block.items():
            stems[stem][:, start : start + samples.shape[-1]] = samples
    return {stem: samples.to(mixture.device) for stem, samples in stems.items()}


def check_request(separator: Separator, source: SongSource, wanted: Sequence[str]) -> None:
    """Refuse stems that a separator does not give, and songs at another rate than its own.

    Raises:
        SettingsError: One of both.
    """
    unknown = [stem for stem in wanted if stem not in separator.stems]
    if unknown:
        raise SettingsError(f"A stem must be one of {', '.join(separator.stems)}. Got '{unknown[0]}'.")
    if source.sample_rate != separator.sample_rate:
        raise SettingsError(
            f"The song must have the separator's sample rate, {separator.sample_rate} Hz. "
            f"Got {source.sample_rate} Hz. Wrap it in audio.songs.at_rate."
        )
