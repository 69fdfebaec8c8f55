"""Box plots of a study: at each transform one box for each oracle, as plotly draws them in the browser.

Boxes of MDX SDR are over songs, and show each song as a point; those of BSSEval are over all seconds of all songs, as
SiSEC draws them. Colours come from the page's style sheets, which name them after the oracles.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
from plotly import graph_objects

from evaluator.report.figures import five_numbers
from evaluator.scoring import SongScore
from oracles.study import Study, System
from oracles.summary import of_song

FAR_ABOVE = "crm"
"""An oracle so good that beside it the others would look alike: it is drawn when its name in the legend is pressed."""


def sdr_figure(study: Study, column: str) -> str:
    """Draw the MDX SDR of a stem, or of their mean, over songs; returns the figure as plotly's JSON."""
    figure = graph_objects.Figure()
    for oracle in study.plan.oracles:
        points = [
            (transform.name, score.name, of_song(score)[column])
            for transform in study.plan.transforms
            for score in study.scores[System(oracle, transform.name)]
        ]
        heard = [point for point in points if math.isfinite(point[2])]
        figure.add_trace(
            graph_objects.Box(
                name=oracle,
                x=[transform for transform, _, _ in heard],
                y=[round(decibels, 3) for _, _, decibels in heard],
                # Plotly reads a few HTML tags in what it shows.
                text=[html.escape(song) for _, song, _ in heard],
                boxpoints="all",
                jitter=0.4,
                pointpos=0,
                hovertemplate=f"%{{text}}<br>{oracle}, %{{x}}: %{{y:.2f}} dB<extra></extra>",
            )
        )
    return _finish(figure, study, "MDX SDR (dB)")


def seconds_figure(study: Study, part: str, target: str) -> str:
    """Draw a part of BSSEval (SDR, ISR, SIR, SAR) of a stem or the accompaniment over all seconds, as plotly's JSON."""
    figure = graph_objects.Figure()
    for oracle in study.plan.oracles:
        boxes = {}
        for transform in study.plan.transforms:
            values = _seconds(study.scores[System(oracle, transform.name)], part, target)
            if len(values):
                boxes[transform.name] = five_numbers(values)
        if boxes:
            names = next(iter(boxes.values()))
            lines = {name: [box[name] for box in boxes.values()] for name in names}
            figure.add_trace(graph_objects.Box(name=oracle, x=list(boxes), **lines))
    return _finish(figure, study, f"{part} (dB)")


def _seconds(scores: Sequence[SongScore], part: str, target: str) -> np.ndarray:
    """Return the finite scores of all seconds of all songs."""
    of_songs = [
        score.frames.targets[target][part] for score in scores if score.frames and target in score.frames.targets
    ]
    values = np.concatenate(of_songs) if of_songs else np.empty(0)
    return values[np.isfinite(values)]


def _finish(figure: graph_objects.Figure, study: Study, axis: str) -> str:
    if len(study.plan.oracles) > 1:
        figure.update_traces(visible="legendonly", selector={"name": FAR_ABOVE})
    figure.update_layout(
        template=None,
        boxmode="group",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        margin={"l": 44, "r": 8, "t": 8, "b": 28},
        yaxis={"title": {"text": axis, "standoff": 6}, "zeroline": True, "hoverformat": ".2f"},
        xaxis={
            "fixedrange": True,
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [transform.name for transform in study.plan.transforms],
        },
    )
    return str(figure.to_json())
