"""The Debian packages that the rich set plays, and the error that names those that are missing."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from pathlib import Path

from training.errors import RunError
from training.synthesis.instruments.fluidsynth import library

PACKAGE_LIST = "training/synthesis/debian-packages.txt"
FLUIDSYNTH_PACKAGE = "libfluidsynth3"


class MissingSoundsError(RunError):
    """Soundfonts, drum kits or the library that plays them are not installed."""

    def __init__(self, packages: Iterable[str]) -> None:
        names = " ".join(sorted(set(packages)))
        super().__init__(
            f"The rich set of sounds must find its Debian packages. Missing: {names}. Run 'apt-get install -y "
            f"--no-install-recommends {names}' ({PACKAGE_LIST} lists all), or use the pure set, which needs none."
        )


def require_packages(paths: Iterable[tuple[Path, str]]) -> None:
    """Refuse to go on without FluidSynth and the files that are asked for.

    Args:
        paths: A file or folder, and the package that brings it.

    Raises:
        MissingSoundsError: Names every package that is missing.
    """
    missing = [package for path, package in paths if not path.exists()]
    if not fluidsynth_is_there():
        missing.append(FLUIDSYNTH_PACKAGE)
    if missing:
        raise MissingSoundsError(missing)


def fluidsynth_is_there() -> bool:
    """Return whether the library can be loaded."""
    try:
        return isinstance(library(), ctypes.CDLL)
    except OSError:
        return False
