"""Keep a stem's estimate away from the other stems: part of the loss of the end-to-end WaveNet for the singing voice.

Reference: the code of Lluis, Pons, Serra, "End-to-end music source separation: is it possible in the waveform domain?",
2018, https://arxiv.org/abs/1810.12187 (config_singing_voice.json of
https://github.com/francesclluis/source-separation-wavenet, weight 0.05)
"""

from __future__ import annotations

import torch
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import Stems
from training.losses.stem_loss import LossInputError, check_pairs
from training.parts import STRICT


@dataclass(frozen=True, config=STRICT)
class Dissimilarity:
    """Minus the mean absolute difference between a stem's estimate and what the other stems are together."""

    stem: str = "vocals"
    """Whose estimate."""

    def __call__(self, estimates: Stems, references: Stems) -> Tensor:
        """Return the loss of a batch, a scalar, at most 0.

        Args:
            estimates: Stem name -> samples, shape (batch, channels, samples).
            references: The same stems; others in it are ignored.

        Raises:
            LossInputError: A stem has no reference or one of another shape, or there is no such stem or no other one.
        """
        check_pairs(estimates, references)
        others = [references[stem] for stem in estimates if stem != self.stem]
        if self.stem not in estimates or not others:
            raise LossInputError(
                f"The loss 'dissimilarity' must be given the stem '{self.stem}' and others. "
                f"Got {', '.join(estimates)}. Change its setting 'stem'."
            )
        return -(estimates[self.stem] - torch.stack(others).sum(dim=0)).abs().mean()
