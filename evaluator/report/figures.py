"""Box plots of the scores, as plotly draws them in the browser.

Box plots over songs show every song as a point with its name; those over seconds are, as in SiSEC, of all frames of all
songs, and hold five numbers a box however many frames there are. Whiskers reach to the last value within 1.5 times the
box's height (Tukey). Colours come from the page's style sheet, which knows whether it is light or dark.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
from plotly import graph_objects

from audio import STEMS
from audio.stems import ACCOMPANIMENT
from evaluator.frame_scores import FrameScores
from evaluator.report.run import Decibels, Song

TARGETS = (*STEMS, ACCOMPANIMENT)
SHORT_NAMES = {ACCOMPANIMENT: "accomp."}
"""What stands below a box where the name is too long for a telephone."""
WHISKER = 1.5


def sdr_over_songs(songs: Sequence[Song]) -> str | None:
    """Draw the MDX SDR of each stem over the songs; stems whose reference is silent are left out.

    Returns:
        The figure as plotly's JSON, or None when nothing is scored.
    """
    heard = {
        song.name: {stem: sdr for stem, sdr in song.sdr.items() if stem not in song.silent_references}
        for song in songs
        if song.sdr
    }
    return _boxes_of_songs(heard, "MDX SDR", STEMS)


def bss_eval_over_songs(songs: Sequence[Song], metric: str) -> str | None:
    """Draw one BSSEval metric, each song's median, for each target.

    Returns:
        The figure as plotly's JSON, or None when nothing is scored.
    """
    scored = {song.name: song.bss_eval[metric] for song in songs if song.bss_eval and metric in song.bss_eval}
    return _boxes_of_songs(scored, metric, TARGETS)


def bss_eval_over_seconds(frames: Mapping[str, FrameScores], metric: str) -> str | None:
    """Draw one BSSEval metric over all frames of all songs, for each target.

    Returns:
        The figure as plotly's JSON, or None when nothing is scored.
    """
    figure = graph_objects.Figure()
    for target in TARGETS:
        values = [scores.targets[target][metric] for scores in frames.values() if target in scores.targets]
        finite = [value[np.isfinite(value)] for value in values]
        if finite and sum(map(len, finite)):
            figure.add_trace(_box_of_frames(target, np.concatenate(finite)))
    return _finish(figure, metric)


def _boxes_of_songs(scores: Mapping[str, Decibels], metric: str, targets: Sequence[str]) -> str | None:
    figure = graph_objects.Figure()
    for target in targets:
        values = {name: value for name, song in scores.items() if (value := song.get(target)) is not None}
        if values:
            figure.add_trace(
                graph_objects.Box(
                    name=target,
                    y=[round(value, 3) for value in values.values()],
                    # Plotly reads a few HTML tags in what it shows.
                    text=[html.escape(name) for name in values],
                    customdata=list(values),
                    boxpoints="all",
                    jitter=0.4,
                    pointpos=0,
                    hovertemplate="%{text}<br>%{y:.2f} dB<extra></extra>",
                )
            )
    return _finish(figure, metric)


def five_numbers(values: np.ndarray) -> dict[str, float]:
    """Return what draws a box of many values: its three lines and the ends of its whiskers, by plotly's names."""
    low, median, high = np.percentile(values, [25, 50, 75])
    reach = WHISKER * (high - low)
    numbers = {
        "q1": low,
        "median": median,
        "q3": high,
        "lowerfence": values[values >= low - reach].min(),
        "upperfence": values[values <= high + reach].max(),
    }
    return {name: round(float(number), 3) for name, number in numbers.items()}


def _box_of_frames(target: str, values: np.ndarray) -> graph_objects.Box:
    numbers = {name: [number] for name, number in five_numbers(values).items()}
    return graph_objects.Box(name=target, x=[target], **numbers)


def _finish(figure: graph_objects.Figure, metric: str) -> str | None:
    if not figure.data:
        return None
    figure.update_layout(
        template=None,
        showlegend=False,
        margin={"l": 44, "r": 8, "t": 8, "b": 28},
        yaxis={"title": {"text": f"{metric} (dB)", "standoff": 6}, "zeroline": True, "hoverformat": ".2f"},
        xaxis={
            "fixedrange": True,
            "type": "category",
            "tickvals": [box.name for box in figure.data],
            "ticktext": [SHORT_NAMES.get(box.name, box.name) for box in figure.data],
            "tickangle": 0,
        },
    )
    return str(figure.to_json())
