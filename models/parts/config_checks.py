"""What the configs of most networks refuse: stems that are no stems, and sizes below one.

A config raises where it is made, so a wrong recipe or row of the manifest is answered before anything is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.errors import SettingsError


def check_stems(subject: str, stems: Sequence[str], called: str = "stems") -> None:
    """Refuse no stems at all, and one that is named twice.

    Args:
        subject: What the network is called in the message.
        stems: Names of the outputs.
        called: What its config calls them.

    Raises:
        SettingsError: They are not distinct, or there is none.
    """
    if not stems or len(set(stems)) != len(stems):
        raise SettingsError(f"{subject} needs distinct {called}, at least one. Got {stems}.")


def check_sizes(subject: str, config: object, sizes: Iterable[str]) -> None:
    """Refuse sizes below one.

    Args:
        subject: What the network is called in the message.
        config: Has the sizes.
        sizes: Names of its fields that must be at least 1.

    Raises:
        SettingsError: One of them is less.
    """
    for name in sizes:
        if getattr(config, name) < 1:
            raise SettingsError(f"{subject}'s '{name}' must be at least 1. Got {getattr(config, name)}.")


def check_odd(subject: str, config: object, name: str) -> None:
    """Refuse a kernel that has no middle.

    Args:
        subject: What the network is called in the message.
        config: Has the width.
        name: Name of its field.

    Raises:
        SettingsError: It is even, or less than 1.
    """
    width = getattr(config, name)
    if width < 1 or width % 2 == 0:
        raise SettingsError(f"{subject}'s '{name}' must be odd and positive. Got {width}.")
