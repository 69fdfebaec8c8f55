"""All genres by name."""

from __future__ import annotations

from collections.abc import Mapping

from training.synthesis.composing.genre import Genre
from training.synthesis.composing.genres_club import CLUB
from training.synthesis.composing.genres_groove import GROOVE
from training.synthesis.composing.genres_guitar import GUITAR
from training.synthesis.composing.genres_harsh import HARSH
from training.synthesis.composing.genres_quiet import QUIET
from training.synthesis.composing.genres_roots import ROOTS
from training.synthesis.composing.genres_stage import STAGE
from training.synthesis.composing.genres_world import WORLD

GENRES: Mapping[str, Genre] = {
    genre.name: genre for genre in (*GUITAR, *CLUB, *HARSH, *GROOVE, *WORLD, *QUIET, *STAGE, *ROOTS)
}
