"""The multi-resolution STFT loss: log magnitudes and spectral convergence at several window sizes, from auraloss.

References: Yamamoto, Song, Kim, "Parallel WaveGAN", ICASSP 2020, https://arxiv.org/abs/1910.11480;
Steinmetz, Reiss, "auraloss: audio-focused loss functions in PyTorch", DMRN+15, 2020,
https://github.com/csteinmetz1/auraloss
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

import torch
from pydantic import Field
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from training.losses.stem_loss import LossInputError, StemLoss
from training.parts import STRICT, MissingExtraError

Sizes = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
Weight = Annotated[float, Field(ge=0.0)]


@dataclass(frozen=True, config=STRICT)
class MultiResolutionSTFT(StemLoss):
    """auraloss's loss with its defaults, each item on its own, so that no loud item outweighs the others.

    Only items whose reference is silent are judged otherwise, see `silence_level`.
    """

    window_samples: Sizes = (600, 1200, 240)
    transform_samples: Sizes = (1024, 2048, 512)
    """Lengths of the Fourier transforms, each at least its window's."""
    hop_samples: Sizes = (120, 240, 50)
    convergence_weight: Weight = 1.0
    log_magnitude_weight: Weight = 1.0
    magnitude_weight: Weight = 0.0
    silence_level: Weight = 1e-3
    """Root mean square of a reference below which an item is judged without convergence, which is divided by it.

    A stem that pauses would else cost thousands where the others cost one; 0 gives auraloss's loss everywhere.
    """

    def __post_init__(self) -> None:
        if not len(self.window_samples) == len(self.transform_samples) == len(self.hop_samples):
            raise ValueError(
                "window_samples, transform_samples and hop_samples must have one entry for each resolution. "
                f"Got {len(self.window_samples)}, {len(self.transform_samples)} and {len(self.hop_samples)}."
            )

    def values(self, estimates: Tensor, references: Tensor) -> Tensor:
        """Return the loss of each item, shape (batch, 1); see `StemLoss`.

        Raises:
            MissingExtraError: auraloss is not installed.
            LossInputError: The items are too short for the longest transform.
        """
        samples, longest = estimates.shape[-1], max(self.transform_samples)
        if samples <= longest // 2:
            raise LossInputError(
                f"Items must be longer than half the longest transform, {longest // 2} samples. Got {samples}. "
                "Train on longer chunks, or set smaller transform_samples, window_samples and hop_samples."
            )
        audible = references.square().mean(dim=(1, 2)).sqrt() >= self.silence_level
        items = zip(estimates.split(1), references.split(1), audible.tolist(), strict=True)
        return torch.stack([self._of_item(*item) for item in items]).view(-1, 1)

    def _of_item(self, estimate: Tensor, reference: Tensor, audible: bool) -> Tensor:
        weights = (self.convergence_weight if audible else 0.0, self.log_magnitude_weight, self.magnitude_weight)
        if not any(weights):
            return 0.0 * estimate.sum()
        value: Tensor = _loss((self.transform_samples, self.hop_samples, self.window_samples), weights)(
            estimate, reference
        )
        return value


@cache
def _loss(sizes: tuple[tuple[int, ...], ...], weights: tuple[float, ...]) -> nn.Module:
    # Once for each setting: it makes windows, which it moves to the device itself.
    try:
        from auraloss.freq import MultiResolutionSTFTLoss
    except ImportError as error:
        raise MissingExtraError("The multi-resolution STFT loss", "auraloss") from error
    transforms, hops, windows = sizes
    convergence, log_magnitude, magnitude = weights
    return MultiResolutionSTFTLoss(
        fft_sizes=list(transforms),
        hop_sizes=list(hops),
        win_lengths=list(windows),
        w_sc=convergence,
        w_log_mag=log_magnitude,
        w_lin_mag=magnitude,
    )
