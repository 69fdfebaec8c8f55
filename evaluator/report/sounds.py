"""Which files the player of a song has, and how a page links to them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from audio import MIXTURE, STEMS

Kind = Literal["mixture", "estimate", "reference"]

SUBSETS = ("", "test", "train")
"""Where the folder of a song is below the folder of songs; a dataset has subsets in between."""


@dataclass(frozen=True)
class Sound:
    """One file that can be played."""

    kind: Kind
    stem: str
    """The stem, or "mixture"."""
    path: Path

    @property
    def key(self) -> str:
        """The name of the sound in the page: mixture, estimate-bass, reference-bass, ..."""
        return self.stem if self.kind == MIXTURE else f"{self.kind}-{self.stem}"


def find_sounds(name: str, results_folder: Path, data_folder: Path | None) -> list[Sound]:
    """List the mixture, the four estimates and the four references of a song, as far as they are there.

    Args:
        name: The song.
        results_folder: Holds the estimates, `<song>/<stem>.wav`.
        data_folder: Holds the mixture and the references in the same layout, or a dataset's subsets of it; None where
            nobody knows it. Songs that lie in other files, such as stem.mp4, have estimates only.
    """
    sounds = [Sound("estimate", stem, results_folder / name / f"{stem}.wav") for stem in STEMS]
    if data_folder is not None:
        folders = [data_folder / subset / name for subset in SUBSETS]
        song_folder = next((folder for folder in folders if folder.is_dir()), folders[0])
        sounds = [
            Sound("mixture", MIXTURE, song_folder / f"{MIXTURE}.wav"),
            *sounds,
            *(Sound("reference", stem, song_folder / f"{stem}.wav") for stem in STEMS),
        ]
    return [sound for sound in sounds if sound.path.is_file()]


def link(path: Path, page: Path) -> str:
    """Return the relative address of a file as a page beside or above it links to it, with every odd letter escaped."""
    return quote(Path(os.path.relpath(path, page.parent)).as_posix())
