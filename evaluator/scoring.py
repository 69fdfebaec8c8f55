"""Score stems on disk against their references: one song, or folders of songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audio import MIXTURE, STEMS, read_audio
from evaluator.bsseval import SongScorer
from evaluator.frame_scores import FrameScores
from evaluator.metrics import mean_sdr, open_stem, sdr_files, stem_blocks
from evaluator.results import with_mean
from evaluator.subsets import check_no_subset, songs_to_score
from evaluator.tracks import Track, TrackError, one_at_a_time


@dataclass(frozen=True)
class SongScore:
    """The score of one song, and which of its stems say little."""

    name: str
    sdr: dict[str, float] | None
    """Stem -> dB and "mean" -> dB, or None when the song is not scored."""
    silent_references: list[str] = field(default_factory=list)
    """Stems whose reference is silent: their SDR says only how much leaked."""

    def heard(self) -> dict[str, float]:
        """Return the scores of the stems whose reference is not silent, without a mean."""
        return {stem: sdr for stem, sdr in (self.sdr or {}).items() if stem not in ("mean", *self.silent_references)}


def score_song(track: Track, estimates: Path) -> dict[str, float]:
    """Score one song's four files, with the mean.

    Raises:
        AudioError: A file is unreadable, or does not fit its reference.
    """
    return with_mean({stem: sdr_files(track.stem_path(stem), estimates / f"{stem}.wav") for stem in STEMS})


def bss_eval_song(track: Track, estimates: Path) -> FrameScores | None:
    """Score one song's four files with BSSEval v4, frame by frame; None where all true stems are silent.

    Raises:
        AudioError: A file is unreadable.
        ValueError: A file does not fit its reference.
    """
    references = {stem: read_audio(track.stem_path(stem)) for stem in STEMS}
    if not any(audio.samples.any() for audio in references.values()):
        return None
    sample_rate = references[STEMS[0]].sample_rate
    scorer = SongScorer({stem: audio.samples for stem, audio in references.items()}, sample_rate=sample_rate)
    return scorer.score({stem: read_audio(estimates / f"{stem}.wav").samples for stem in STEMS})


def score_folders(references: Path, estimates: Path, subset: str | None = None) -> list[SongScore]:
    """Score every song of a folder, or one song.

    Args:
        references: One song's folder with its four stems, a folder of such folders, or a dataset.
        estimates: The same names beneath, separated.
        subset: "train", "valid" or "test", of a dataset; by default the test songs.

    Returns:
        The songs, sorted by name.

    Raises:
        TrackError: No song with four stems, a song without estimates, or no such subset.
        AudioError: A file is unreadable, or does not fit its reference.
    """
    single = Track(references.resolve().name, references)
    if single.has_references:
        check_no_subset(references, subset)
        return [_score_with_estimates(single, estimates)]
    tracks = one_at_a_time(songs_to_score(references, subset))
    return [_score_with_estimates(track, estimates / track.name) for track in tracks]


def silent_references(track: Track) -> list[str]:
    """List the stems whose true signal is zero throughout: their SDR is only a measure of leakage.

    Raises:
        AudioError: A stem is unreadable.
    """
    return [stem for stem in STEMS if _is_silent(track.stem_path(stem))]


def mean_of_heard(scores: Sequence[SongScore]) -> dict[str, float] | None:
    """Average over songs without the stems whose reference is silent.

    A stem's mean goes over the songs in which it is heard; "mean" over the songs' means of their heard stems. A stem
    that is heard in no song has no entry.

    Returns:
        Stem -> dB, with "mean"; None when no reference is silent, or nothing is heard.
    """
    scored = [score for score in scores if score.sdr is not None]
    heard = [score.heard() for score in scored if score.heard()]
    if not heard or not any(score.silent_references for score in scored):
        return None
    columns = {stem: [song[stem] for song in heard if stem in song] for stem in STEMS}
    by_stem = {stem: sum(values) / len(values) for stem, values in columns.items() if values}
    return {**by_stem, "mean": sum(mean_sdr(song) for song in heard) / len(heard)}


def _score_with_estimates(track: Track, estimates: Path) -> SongScore:
    if not estimates.is_dir():
        raise TrackError(
            f"The estimates of '{track.name}' must be a folder with its stems. Got '{estimates}', which is missing. "
            f"Separate the song first: `mdx separate {MIXTURE}.wav`, or `mdx evaluate`."
        )
    return SongScore(track.name, score_song(track, estimates), silent_references(track))


def _is_silent(path: Path) -> bool:
    with open_stem(path) as stem:
        return not any(block.any() for block in stem_blocks(stem))
