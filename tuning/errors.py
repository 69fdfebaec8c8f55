"""What can be wrong about a request to tune, as one kind of error."""

from __future__ import annotations

from audio import KitError


class TuningError(KitError):
    """Songs, models, a study or a plan file with which tuning cannot begin or end."""
