"""Write many songs: planned beforehand, made by several processes, each song whole or not at all.

A song that is there with the same seed, settings, sounds and generator is kept, so a run that was stopped goes on, and
asking for more songs keeps those that are there. FOLDER/<split>/<name>/{bass,drums,other,vocals}.wav is a layout that
`audio.datasets` reads; `song.json` beside them says everything about the song.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import torch

from audio.stems import SAMPLE_RATE, STEMS
from audio.writing import write_audio
from training.synthesis.mixing.effect import Facts
from training.synthesis.songs import GENERATOR, SongSettings, SynthesisError, make_song
from training.synthesis.sounds import Sounds

FACTS_FILE = "song.json"
FileFormat = Literal["wav", "flac"]
FORMATS: tuple[FileFormat, ...] = ("wav", "flac")
_SHARE_OF_WAV = {"wav": 1.0, "flac": 0.75}
"""Size of files relative to WAV; of FLAC what few songs exceed."""
MOST_SONGS = 1 << 31


@dataclass(frozen=True)
class DatasetSettings:
    """What to write where."""

    folder: Path
    songs: int
    seed: int = 0
    """Of the whole run; song seeds of different runs, splits and numbers never meet."""
    valid_share: float = 0.05
    """Share of songs that are for validation."""
    file_format: FileFormat = "wav"
    song: SongSettings = field(default_factory=SongSettings)

    def __post_init__(self) -> None:
        if not 1 <= self.songs <= MOST_SONGS:
            raise SynthesisError(f"The number of songs must be from 1 to {MOST_SONGS}. Got {self.songs}.")
        if self.seed < 0:
            raise SynthesisError(f"The seed must be 0 or more. Got {self.seed}.")
        if not 0.0 <= self.valid_share < 1.0:
            raise SynthesisError(f"The share of validation songs must be from 0 to below 1. Got {self.valid_share:g}.")
        if self.file_format not in FORMATS:
            raise SynthesisError(f"The format must be one of {', '.join(FORMATS)}. Got '{self.file_format}'.")


@dataclass(frozen=True)
class PlannedSong:
    """A song that is to be there."""

    folder: Path
    seed: int

    @property
    def split(self) -> str:
        """The split it belongs to: "train" or "valid"."""
        return self.folder.parent.name


def plan(settings: DatasetSettings) -> tuple[PlannedSong, ...]:
    """Return all songs of a dataset, those for validation first, so that a short run has some."""
    valid = round(settings.songs * settings.valid_share)
    counts = {"valid": valid, "train": settings.songs - valid}
    return tuple(
        PlannedSong(
            settings.folder / split / f"{split}-{settings.seed}-{number:06d}", seed_of(settings.seed, split, number)
        )
        for split, count in counts.items()
        for number in range(count)
    )


def seed_of(run_seed: int, split: str, number: int) -> int:
    """Return the seed of a song; no two songs of any runs share one."""
    return (run_seed << 32) | (int(split == "valid") << 31) | number


def wanted_facts(song: PlannedSong, settings: DatasetSettings, sounds_name: str) -> Facts:
    """Return what `song.json` must hold for a song to be kept."""
    return {
        "seed": song.seed,
        "settings": asdict(settings.song),
        "sounds": sounds_name,
        "format": settings.file_format,
        "generator": GENERATOR,
    }


def is_written(song: PlannedSong, wanted: Facts) -> bool:
    """Return whether a song is there as it is wanted."""
    try:
        facts = json.loads((song.folder / FACTS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(facts, dict) and all(facts.get(name) == value for name, value in wanted.items())


def missing_songs(settings: DatasetSettings, sounds_name: str) -> tuple[PlannedSong, ...]:
    """Return the songs that are not there yet."""
    return tuple(song for song in plan(settings) if not is_written(song, wanted_facts(song, settings, sounds_name)))


def write_song(song: PlannedSong, settings: DatasetSettings, sounds: Sounds) -> None:
    """Make a song and write it; the folder appears complete under its name.

    Raises:
        OSError: The folder cannot be written, or the disk is full; nothing is left of the song.
    """
    made = make_song(song.seed, settings.song, sounds)
    facts = {**wanted_facts(song, settings, sounds.name), **made.facts}
    temporary = song.folder.with_name(f".{song.folder.name}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        for stem in STEMS:
            path = temporary / f"{stem}.{settings.file_format}"
            write_audio(path, torch.from_numpy(made.stems[stem]), SAMPLE_RATE, "PCM_16")
        (temporary / FACTS_FILE).write_text(json.dumps(facts, indent=1), encoding="utf-8")
        # Without its facts a folder is no song: half of an older one must never count as whole.
        (song.folder / FACTS_FILE).unlink(missing_ok=True)
        shutil.rmtree(song.folder, ignore_errors=True)
        os.replace(temporary, song.folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def size_bytes(songs: int, settings: DatasetSettings) -> int:
    """Return how much so many songs take on disk, rather more than less."""
    samples = round(settings.song.seconds * SAMPLE_RATE)
    return round(songs * len(STEMS) * 2 * 2 * samples * _SHARE_OF_WAV[settings.file_format]) + 20_000 * songs


def check_room(songs: int, settings: DatasetSettings) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        SynthesisError: It is too small.
    """
    folder = settings.folder.absolute()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    needed, free = size_bytes(songs, settings), shutil.disk_usage(there).free
    if needed > free:
        raise SynthesisError(
            f"The disk of '{settings.folder}' must have {needed / 1e9:.1f} GB free for {songs} songs. It has "
            f"{free / 1e9:.1f} GB. Name another folder, make fewer songs, or write FLAC."
        )


def written_songs(settings: DatasetSettings) -> list[Path]:
    """Return the folders of the planned songs that are there, those for training first."""
    there = [song for song in plan(settings) if (song.folder / FACTS_FILE).is_file()]
    return [song.folder for song in sorted(there, key=lambda song: song.split)]
