"""The packages that only training needs: looked for before work begins."""

from __future__ import annotations

from importlib.util import find_spec

from training.parts import MissingExtraError

PACKAGES = ("lightning", "tensorboard", "matplotlib")


def require_training_extra() -> None:
    """Refuse to train without the packages for it.

    Raises:
        MissingExtraError: One is missing.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise MissingExtraError("Training", missing[0])
