"""BSSEval scores of a song frame by frame, and the JSON files that museval and SiSEC keep them in.

A file is laid out as museval's `TrackStore` does it: one entry for each target, in it one for each frame, with its time
and its four scores in dB, rounded to five decimals. An infinite score (an estimate without any error) is NaN there, and
so is a frame in which a reference or an estimate is silent. SiSEC 2018 published every participant's scores in this
layout (Stöter, Liutkus, Ito, "The 2018 Signal Separation Evaluation Campaign", 2018, https://arxiv.org/abs/1804.06267).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from audio import KitError
from audio.atomic import write_text_atomically
from evaluator.faults import fault

METRICS = ("SDR", "ISR", "SIR", "SAR")
MUSEVAL_VERSION = "0.4.1"
"""The release whose numbers these are; its files carry the version, and its reader asks for none other."""
DECIMALS = 5


class FrameScoresError(KitError):
    """A file that does not hold scores as museval writes them."""


@dataclass(frozen=True)
class FrameScores:
    """The scores of one song."""

    targets: Mapping[str, Mapping[str, np.ndarray]]
    """Target (a stem, or the accompaniment) -> metric of METRICS -> dB, shape (frames,); NaN where a frame has none."""
    window_seconds: float = 1.0
    hop_seconds: float = 1.0

    def medians(self) -> dict[str, dict[str, float]]:
        """Return target -> metric -> the median over the frames that have a finite score; NaN without any."""
        return {
            target: {metric: _median(values) for metric, values in by_metric.items()}
            for target, by_metric in self.targets.items()
        }


def write_frame_scores(scores: FrameScores, path: Path) -> None:
    """Write a song's scores so that museval loads them.

    Raises:
        OSError: The file cannot be written.
    """
    targets = [{"name": target, "frames": _frames(by_metric, scores)} for target, by_metric in scores.targets.items()]
    write_text_atomically(path, json.dumps({"targets": targets, "museval_version": MUSEVAL_VERSION}, indent=2) + "\n")


def read_frame_scores(path: Path) -> FrameScores:
    """Read a song's scores from a file of this program, of museval, or of SiSEC 2018.

    Raises:
        FrameScoresError: The file holds something else.
        OSError: It cannot be read.
    """
    try:
        targets = json.loads(path.read_text(encoding="utf-8"))["targets"]
        by_target = {str(target["name"]): _metrics(target["frames"]) for target in targets}
        frames = next((target["frames"] for target in targets if target["frames"]), [{"time": 0.0, "duration": 1.0}])
        window_seconds = float(frames[0]["duration"])
        hop_seconds = float(frames[1]["time"] - frames[0]["time"]) if len(frames) > 1 else window_seconds
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise FrameScoresError(
            f"A song's BSSEval scores must be a JSON file as museval writes it. Got '{path}' ({fault(error)}). "
            "Score the song again, or leave the file out."
        ) from error
    return FrameScores(by_target, window_seconds, hop_seconds)


def _frames(by_metric: Mapping[str, np.ndarray], scores: FrameScores) -> list[dict[str, Any]]:
    rows = zip(*(by_metric[metric] for metric in METRICS), strict=True)
    return [
        {
            "time": index * scores.hop_seconds,
            "duration": scores.window_seconds,
            "metrics": {metric: _rounded(value) for metric, value in zip(METRICS, row, strict=True)},
        }
        for index, row in enumerate(rows)
    ]


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS) if math.isfinite(value) else math.nan


def _metrics(frames: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {metric: np.array([float(frame["metrics"][metric]) for frame in frames]) for metric in METRICS}


def _median(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else math.nan
