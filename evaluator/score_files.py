"""scores.json: what `mdx score` measured, as it prints it with --json and keeps it with --save.

The challenge's score stands at the top, as ever: `songs`, `mean`, `silent_references` and
`mean_without_silent_references`. Every other metric has an entry of its own under `metrics`, by its name: `label`,
`unit`, `higher_is_better`, `definition`, `songs` (song -> target -> score, null where it has none) and its average over
songs, under `mean` or `median`. BSSEval's frames lie beside it, `test/<song>.json`, in museval's layout, unless its SDR
alone was computed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audio.atomic import write_text_atomically
from evaluator.aggregation import ordered_targets, score_matrix
from evaluator.frame_scores import METRICS as FRAME_METRICS
from evaluator.frame_scores import FrameScores, write_frame_scores
from evaluator.metric_catalogue import MDX_SDR, Metric
from evaluator.results import average_sdr
from evaluator.scoring import SongScore, mean_of_heard

SCORES_NAME = "scores.json"
FRAMES_SUBSET = "test"
"""The folder of the frames: museval's reader looks into `test` only."""


def scores_document(scores: Sequence[SongScore], metrics: Sequence[Metric]) -> dict[str, Any]:
    """Lay scores out as scores.json has them.

    Args:
        scores: The songs.
        metrics: What was computed.
    """
    silent = {score.name: score.silent_references for score in scores if score.silent_references}
    document: dict[str, Any] = {"silent_references": silent}
    if MDX_SDR in metrics:
        document = {
            "songs": {score.name: score.sdr for score in scores},
            "mean": average_sdr(score.sdr for score in scores),
            **document,
            "mean_without_silent_references": mean_of_heard(scores),
        }
    others = [metric for metric in metrics if metric is not MDX_SDR]
    if others:
        document["metrics"] = {metric.name: _metric_entry(metric, scores) for metric in others}
    return document


def save_scores(scores: Sequence[SongScore], metrics: Sequence[Metric], folder: Path) -> Path:
    """Keep scores for `mdx compare`, and the frames of BSSEval for whatever reads museval's files.

    Returns:
        The path of scores.json.

    Raises:
        OSError: The folder cannot be written.
    """
    path = folder / SCORES_NAME
    # First, because a folder with frames alone would pass for one of museval's with fewer songs.
    write_text_atomically(path, scores_text(scores, metrics) + "\n")
    for score in scores:
        frames_path = folder / FRAMES_SUBSET / f"{score.name}.json"
        if score.frames is not None and _is_whole(score.frames):
            write_frame_scores(score.frames, frames_path)
        else:
            # What an earlier run kept of the song must not pass for this one's.
            frames_path.unlink(missing_ok=True)
    return path


def scores_text(scores: Sequence[SongScore], metrics: Sequence[Metric]) -> str:
    """Write scores out as the text of scores.json."""
    return json.dumps(scores_document(scores, metrics), indent=2, allow_nan=False)


def _is_whole(frames: FrameScores) -> bool:
    """Tell whether all of BSSEval was computed: museval's files hold no less."""
    return all(set(by_part) == set(FRAME_METRICS) for by_part in frames.targets.values())


def _metric_entry(metric: Metric, scores: Sequence[SongScore]) -> dict[str, Any]:
    songs = {score.name: score.others[metric.name] for score in scores}
    matrix = score_matrix(songs, songs, ordered_targets([songs]))
    average = dict(zip(matrix.columns, matrix.over_songs(metric.over_songs).tolist(), strict=True))
    return {
        "label": metric.label,
        "unit": metric.unit,
        "higher_is_better": metric.higher_is_better,
        "definition": metric.definition,
        "songs": {song: null_for_nan(by_target) for song, by_target in songs.items()},
        metric.over_songs: null_for_nan(average),
    }


def null_for_nan(values: Mapping[str, float]) -> dict[str, float | None]:
    """Replace what is no number: JSON has no NaN."""
    return {name: None if math.isnan(value) else value for name, value in values.items()}
