"""What can be wrong with a recipe or a run; every message names the next step."""

from __future__ import annotations

from audio.errors import KitError


class RecipeError(KitError):
    """A recipe cannot be read, breaks its schema, or asks for what does not fit together."""


class RunError(KitError):
    """A run cannot start, go on, or be resumed."""
