"""From a model of what repeats in a song to the mask of its voice: the last step of REPET and REPET-SIM.

What is heard again and again has at most the model's magnitude, and never more than is there:
W = min(S, V), and the mask of the background is W / V (Rafii and Pardo, REpeating Pattern Extraction Technique (REPET):
a simple method for music/voice separation, IEEE TASLP 21(1), 2013, equations 3 and 4; the same in REPET-SIM).
"""

from __future__ import annotations

import numpy as np

from models.mask_separator import Magnitude


def new_share(magnitude: Magnitude, repeating: Magnitude) -> Magnitude:
    """Return how much of each bin is not repeated, from 0 to 1, and 0 in silence.

    Args:
        magnitude: V, what is heard, shape (2, bins, frames).
        repeating: S, the model of what repeats, same shape.
    """
    background = np.minimum(repeating, magnitude)
    return np.divide(magnitude - background, magnitude, out=np.zeros_like(magnitude), where=magnitude > 0.0)
