"""What is asked of a search, and what all trials of its study therefore share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from oracles.definitions import Definitions
from oracles.errors import OracleError
from oracles.search.songs import SearchSongs
from oracles.search.space import SearchSpace
from oracles.study import MixtureSource, StudyPlan, score_song
from oracles.summary import of_all
from oracles.transform import InvertibleTransform

Scores = Mapping[str, float]
"""Stem -> MDX SDR in dB, mean over the songs in which it sounds, and "mean"; NaN where there is none."""


@dataclass(frozen=True)
class SearchRequest:
    """What is asked for."""

    songs: SearchSongs
    definitions: Definitions
    oracle: str
    """Name of one of the definitions' oracles."""
    mixture: MixtureSource = "file"
    space: SearchSpace = field(default_factory=SearchSpace)
    sampler: Literal["random", "tpe"] = "random"
    seed: int = 0

    def identity(self) -> dict[str, Any]:
        """Return what all trials share, under the names that messages use.

        Raises:
            AudioError: A song cannot be read.
            OracleError: All songs are silent.
        """
        return {
            # Before the songs, whose hashes are of the excerpt.
            "excerpt": self.songs.excerpt_seconds,
            "songs": self.songs.fingerprints(),
            "oracle": self.oracle,
            "definitions": self.definitions.name,
            "mixture": self.mixture,
            **self.space.as_dict(),
            "sampler": self.sampler,
            "seed": self.seed,
        }

    def score(self, transform: InvertibleTransform) -> Scores:
        """Return what the oracle reaches with a transform.

        Raises:
            OracleError: The songs are silent, all of them.
        """
        plan = StudyPlan(self.definitions.name, self.definitions.find([self.oracle]), [transform], self.mixture)
        scores = [score for name, song in self.songs for _, score in score_song(name, song, plan)]
        if not any(score.heard() for score in scores):
            raise OracleError(
                f"Songs must have stems that sound. Got silence in all of {', '.join(self.songs.names)}. "
                "Name other songs, or a longer --excerpt."
            )
        return of_all(scores)
