"""Score stems on disk against their references: one song, or folders of songs."""

from __future__ import annotations

import logging
from pathlib import Path

import soundfile

from audio import MIXTURE, STEMS
from evaluator.metrics import BLOCK_SAMPLES, sdr_files
from evaluator.results import with_mean
from evaluator.tracks import Track, TrackError

logger = logging.getLogger(__name__)


def score_song(track: Track, estimates: Path) -> dict[str, float]:
    """Score one song's four files, with the mean.

    Raises:
        AudioError: A file is unreadable, or does not fit its reference.
    """
    return with_mean({stem: sdr_files(track.stem_path(stem), estimates / f"{stem}.wav") for stem in STEMS})


def score_folders(references: Path, estimates: Path) -> dict[str, dict[str, float]]:
    """Score every song of a folder, or one song.

    Args:
        references: One song's folder with its four stems, or a folder of such folders.
        estimates: The same names beneath, separated.

    Returns:
        Song -> stem -> dB, with "mean".

    Raises:
        TrackError: No song with four stems, or a song without estimates.
        AudioError: A file is unreadable, or does not fit its reference.
    """
    single = Track(references.name, references)
    if single.has_references:
        return {single.name: _score_with_estimates(single, estimates)}
    tracks = _referenced_tracks(references)
    return {track.name: _score_with_estimates(track, estimates / track.name) for track in tracks}


def silent_references(track: Track) -> list[str]:
    """List the stems whose true signal is zero throughout: their SDR is only a measure of leakage."""
    return [stem for stem in STEMS if _is_silent(track.stem_path(stem))]


def _referenced_tracks(folder: Path) -> list[Track]:
    """List the songs with references; a mixture is not needed to score."""
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    tracks = []
    for entry in entries:
        track = Track(entry.name, entry)
        if track.has_references:
            tracks.append(track)
        elif entry.is_dir():
            logger.warning("Left out '%s': it has not all of %s.", entry, ", ".join(f"{stem}.wav" for stem in STEMS))
    if not tracks:
        raise TrackError(
            f"The references must be a song's folder with {', '.join(f'{stem}.wav' for stem in STEMS)}, or a folder of "
            f"such folders. Got '{folder}'. `mdx samples` makes some."
        )
    return tracks


def _score_with_estimates(track: Track, estimates: Path) -> dict[str, float]:
    if not estimates.is_dir():
        raise TrackError(
            f"The estimates of '{track.name}' must be a folder with its stems. Got '{estimates}', which is missing. "
            f"Separate the song first: `mdx separate {MIXTURE}.wav`, or `mdx evaluate`."
        )
    return score_song(track, estimates)


def _is_silent(path: Path) -> bool:
    with soundfile.SoundFile(path) as file:
        return not any(block.any() for block in file.blocks(BLOCK_SAMPLES, dtype="float32"))
