"""What a network may be given: a batch of sounds with its number of channels, of at least one sample."""

from __future__ import annotations

from torch import Tensor

from models.errors import MixtureError


def check_batch(mixture: Tensor, channels: int) -> None:
    """Refuse another shape than the networks work on.

    Args:
        mixture: Shape (batch, channels, samples).
        channels: How many the network was built for.

    Raises:
        MixtureError: Another shape, or no samples.
    """
    if mixture.ndim != 3 or mixture.shape[1] != channels or mixture.shape[2] < 1:
        raise MixtureError(
            f"The mixture must have the shape (batch, {channels}, samples) with at least one sample. "
            f"Got {tuple(mixture.shape)}. Add the axis of the batch, or copy a mono sound to all channels."
        )
