"""Score stems on disk against their references: one song, or folders of songs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audio import MIXTURE, STEMS
from evaluator.bsseval_files import bsseval_files
from evaluator.frame_scores import METRICS, FrameScores
from evaluator.metric_catalogue import BSSEVAL, MDX_SDR, Metric
from evaluator.metrics import mean_sdr, open_stem, sdr_files, stem_blocks
from evaluator.results import with_mean
from evaluator.subsets import check_no_subset, songs_to_score
from evaluator.tracks import Track, TrackError, one_at_a_time

OnProgress = Callable[[int, int], None]


def _ignore(done: int, songs: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class SongScore:
    """The score of one song, and which of its stems say little."""

    name: str
    sdr: dict[str, float] | None
    """Stem -> dB and "mean" -> dB, or None when the song is not scored."""
    silent_references: list[str] = field(default_factory=list)
    """Stems whose reference is silent: their SDR says only how much leaked."""
    others: dict[str, dict[str, float]] = field(default_factory=dict)
    """Name of another metric -> stem (or accompaniment) -> score, NaN where it has none."""
    frames: FrameScores | None = None
    """The frames of BSSEval, when it was asked for; SDR alone when nothing else was."""

    def heard(self) -> dict[str, float]:
        """Return the scores of the stems whose reference is not silent, without a mean."""
        return {stem: sdr for stem, sdr in (self.sdr or {}).items() if stem not in ("mean", *self.silent_references)}


def score_song(track: Track, estimates: Path) -> dict[str, float]:
    """Score one song's four files, with the mean.

    Raises:
        AudioError: A file is unreadable, or does not fit its reference.
    """
    return with_mean({stem: sdr_files(track.stem_path(stem), estimates / f"{stem}.wav") for stem in STEMS})


def bss_eval_song(track: Track, estimates: Path, parts: Sequence[str] = METRICS) -> FrameScores | None:
    """Score one song's four files with BSSEval v4, frame by frame; None where all true stems are silent.

    Raises:
        AudioError: A file is unreadable, or does not fit its reference.
    """
    return bsseval_files(
        {stem: track.stem_path(stem) for stem in STEMS}, {stem: estimates / f"{stem}.wav" for stem in STEMS}, parts
    )


def score_folders(
    references: Path,
    estimates: Path,
    subset: str | None = None,
    metrics: Sequence[Metric] = (MDX_SDR,),
    on_progress: OnProgress = _ignore,
) -> list[SongScore]:
    """Score every song of a folder, or one song.

    Args:
        references: One song's folder with its four stems, a folder of such folders, or a dataset.
        estimates: The same names beneath, separated.
        subset: "train", "valid" or "test", of a dataset; by default the test songs.
        metrics: What to compute.
        on_progress: Called with how many songs are done, and how many there are.

    Returns:
        The songs, sorted by name.

    Raises:
        TrackError: No song with four stems, a song without estimates, or no such subset.
        AudioError: A file is unreadable, or does not fit its reference.
        MissingMetricLibraryError: A metric needs a package that is not installed.
    """
    single = Track(references.resolve().name, references)
    if single.has_references:
        check_no_subset(references, subset)
        _check_estimates(single, estimates)
        return [_score_with_estimates(single, estimates, metrics)]
    tracks = songs_to_score(references, subset)
    for track in tracks:
        _check_estimates(track, estimates / track.name)
    scores: list[SongScore] = []
    for track in one_at_a_time(tracks):
        on_progress(len(scores), len(tracks))
        scores.append(_score_with_estimates(track, estimates / track.name, metrics))
    return scores


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


def _check_estimates(track: Track, estimates: Path) -> None:
    """Refuse a song without estimates, before others are scored, which can take long."""
    if not estimates.is_dir():
        raise TrackError(
            f"The estimates of '{track.name}' must be a folder with its stems. Got '{estimates}', which is missing. "
            f"Separate the song first: `mdx separate {MIXTURE}.wav`, or `mdx evaluate`."
        )


def _score_with_estimates(track: Track, estimates: Path, metrics: Sequence[Metric]) -> SongScore:
    others, frames = _other_scores(track, estimates, [metric for metric in metrics if metric is not MDX_SDR])
    sdr = score_song(track, estimates) if MDX_SDR in metrics else None
    return SongScore(track.name, sdr, silent_references(track), others, frames)


def _other_scores(
    track: Track, estimates: Path, metrics: Sequence[Metric]
) -> tuple[dict[str, dict[str, float]], FrameScores | None]:
    """Return metric -> target -> score for all but the challenge's, and the frames where BSSEval is among them."""
    scores = {
        metric.name: {stem: metric.score_files(track.stem_path(stem), estimates / f"{stem}.wav") for stem in STEMS}
        for metric in metrics
        if metric.score_files is not None
    }
    parts = [part for part, metric in BSSEVAL.items() if metric in metrics]
    frames = bss_eval_song(track, estimates, parts) if parts else None
    medians = {} if frames is None else frames.medians()
    for part in parts:
        scores[BSSEVAL[part].name] = {target: by_part[part] for target, by_part in medians.items()}
    return scores, frames


def _is_silent(path: Path) -> bool:
    with open_stem(path) as stem:
        return not any(block.any() for block in stem_blocks(stem))
