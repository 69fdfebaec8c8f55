"""Which domain a training song is of, such as its genre, for networks with a classifier of domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audio.datasets import Track
from training.errors import RecipeError

_SHOWN = 3


def domain_numbers(domains: Mapping[str, tuple[str, ...]], tracks: Iterable[Track]) -> dict[str, int]:
    """Number the domains of songs in the order of a recipe.

    Args:
        domains: The recipe's: name -> songs; songs that are not among the tracks are passed over.
        tracks: The training songs.

    Returns:
        Name of the song -> number of its domain.

    Raises:
        RecipeError: A training song is in no domain.
    """
    numbers = {song: number for number, songs in enumerate(domains.values()) for song in songs}
    tracks = tuple(tracks)
    missing = [track.name for track in tracks if track.name not in numbers]
    if missing:
        shown = ", ".join(map(repr, missing[:_SHOWN])) + (", ..." if len(missing) > _SHOWN else "")
        raise RecipeError(
            f"Each training song must be in one of the 'data.domains' ({', '.join(domains)}). Got {len(missing)} of "
            f"{len(tracks)} in none: {shown}. Name them there, or make them validation songs in 'data.validation'."
        )
    return {track.name: numbers[track.name] for track in tracks}
