"""What the player of the page needs to know of each song: its sounds, their pictures, its frame scores."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from audio import STEMS, AudioError
from evaluator.frame_scores import FrameScores
from evaluator.report.embedding import as_base64_mp3, songs_that_fit
from evaluator.report.run import Run, Song
from evaluator.report.sounds import Sound, find_sounds, link
from evaluator.report.spectrograms import spectrogram_png
from evaluator.report.waveforms import outline

logger = logging.getLogger(__name__)

AudioMode = Literal["link", "embed", "none"]

SOUND_NOTES = {
    "link": "The sound comes from the files of the run: keep this page in its folder.",
    "embed": "The sound is in this page, as MP3.",
    "none": "This page was written without sound.",
}
BEYOND_CAP = "This song is beyond the page's size cap: its sound comes from the files of the run."
NO_SOUND = "None of its files were found: there is nothing to play."
ESTIMATES_ALONE = "Its mixture and true stems were not found as WAV files."


@dataclass(frozen=True)
class PlayerOptions:
    """How the page gets its sound."""

    audio: AudioMode = "link"
    """Links to the files on disk, MP3 inside the page, or silence."""
    audio_cap_bytes: int = 64_000_000
    """How much embedded songs may add to the page; songs beyond it are linked."""
    data_folder: Path | None = None
    """Where mixtures and references are; None: where results.json says."""


@dataclass(frozen=True)
class SongPlayer:
    """One song as the page holds it."""

    name: str
    data: dict[str, Any]
    """Read by the page's script when the song is opened; plain data for JSON."""
    embedded: dict[str, str]
    """Key of a sound -> MP3 in base64."""


def song_players(
    run: Run, frames: Mapping[str, FrameScores], results_folder: Path, page: Path, options: PlayerOptions
) -> list[SongPlayer]:
    """Prepare every song of a run for the player.

    Args:
        run: The run.
        frames: Song -> its frame scores, for those that have some.
        results_folder: Holds the estimates.
        page: Where the page will be: links start from it.
        options: How the page gets its sound.
    """
    data_folder = _data_folder(run, options)
    sounds = {song.name: find_sounds(song.name, results_folder, data_folder) for song in run.songs}
    durations_seconds = {song.name: song.duration_seconds for song in run.songs}
    fitting = songs_that_fit(sounds, durations_seconds, options.audio_cap_bytes) if options.audio == "embed" else set()
    players = []
    for song in run.songs:
        audio: AudioMode = "embed" if song.name in fitting else "none" if options.audio == "none" else "link"
        player = _song_player(song, sounds[song.name], frames.get(song.name), page, audio)
        player.data["sound_note"] = " ".join(_notes(player, audio, beyond_cap=audio != options.audio))
        players.append(player)
    return players


def _notes(player: SongPlayer, audio: AudioMode, *, beyond_cap: bool) -> list[str]:
    """Say where the sound of a song comes from, and what is not there."""
    if not player.data["tracks"]:
        return [NO_SOUND]
    notes = [BEYOND_CAP if beyond_cap else SOUND_NOTES[audio]]
    if not any(key.startswith(("mixture", "reference")) for key in player.data["tracks"]):
        notes.append(ESTIMATES_ALONE)
    return notes


def _data_folder(run: Run, options: PlayerOptions) -> Path | None:
    if options.data_folder is None and run.data is None:
        return None
    folder = options.data_folder or Path(run.data or "")
    if not folder.is_dir():
        logger.warning(
            "The report plays mixtures and references out of the folder of songs. Got '%s', which is missing: they are "
            "left out. Name the folder with --data.",
            folder,
        )
        return None
    return folder


def _song_player(
    song: Song, sounds: Sequence[Sound], frames: FrameScores | None, page: Path, audio: AudioMode
) -> SongPlayer:
    tracks: dict[str, dict[str, str]] = {}
    embedded: dict[str, str] = {}
    for sound in sounds:
        try:
            tracks[sound.key] = _pictures(sound.path)
            if audio == "embed":
                embedded[sound.key] = as_base64_mp3(sound.path)
        except (AudioError, OSError) as error:
            logger.warning("The report leaves out a sound: %s", error)
            tracks.pop(sound.key, None)
            continue
        if audio == "link":
            tracks[sound.key]["address"] = link(sound.path, page)
    data = {
        "name": song.name,
        "duration_seconds": song.duration_seconds,
        "tracks": tracks,
        "sdr": song.sdr or {},
        "frames": _frame_sdr(frames),
    }
    return SongPlayer(song.name, data, embedded)


def _pictures(path: Path) -> dict[str, str]:
    picture = base64.b64encode(spectrogram_png(path)).decode("ascii")
    return {
        "outline": base64.b64encode(outline(path).tobytes()).decode("ascii"),
        "spectrogram": f"data:image/png;base64,{picture}",
    }


def _frame_sdr(frames: FrameScores | None) -> dict[str, Any] | None:
    """Lay out the BSSEval v4 SDR of each stem and frame, rounded, None where a frame has none."""
    if frames is None:
        return None
    by_stem = {stem: frames.targets[stem]["SDR"] for stem in STEMS if stem in frames.targets}
    return {
        "hop_seconds": frames.hop_seconds,
        "sdr": {
            stem: [round(float(value), 1) if np.isfinite(value) else None for value in values]
            for stem, values in by_stem.items()
        },
    }
