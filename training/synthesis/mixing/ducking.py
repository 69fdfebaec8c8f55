"""Ducking: a sound steps back while another, usually the kick drum, sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.synthesis.mixing.envelopes import block_peaks_db, gains_from_db, released, smoothed
from training.synthesis.mixing.sounds import SILENCE_DBFS, Sound

_RANGE_DB = 24.0
"""So far below its loudest the trigger no longer counts."""


@dataclass(frozen=True)
class Ducker:
    """Turns a sound down where a trigger is loud."""

    depth_db: float
    """At the trigger's loudest."""
    attack_seconds: float = 0.003
    release_seconds: float = 0.12

    def gains(self, trigger: Sound) -> NDArray[np.float32]:
        """Return the gain (samples,) that ducks; 1 all the time for a silent trigger."""
        levels_db = block_peaks_db(trigger)
        top_db = levels_db.max(initial=SILENCE_DBFS)
        if top_db <= SILENCE_DBFS:
            return np.ones(trigger.shape[-1], np.float32)
        # Gone by half its range in the release time.
        held_db = released(levels_db, self.release_seconds * 20.0 / np.log(10.0) / (0.5 * _RANGE_DB))
        share = np.clip(1.0 + (held_db - top_db) / _RANGE_DB, 0.0, 1.0)
        return gains_from_db(-self.depth_db * smoothed(share, self.attack_seconds), trigger.shape[-1])
