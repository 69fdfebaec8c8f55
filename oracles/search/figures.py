"""The figures of a search, as plotly draws them: how much each parameter matters, and the score against each of them.

Colours come from the page's style sheet, which names them after the traces.
"""

from __future__ import annotations

from typing import Any

from plotly import graph_objects

from oracles.search.outcome import Candidate, Outcome

AXES = {
    "bands": "number of bands",
    "slice": "samples of a slice",
    "fmin": "lowest centre (Hz)",
    "gamma": "offset of variable-q (Hz)",
    "trial": "trial",
}
"""What the score is drawn against -> its axis."""
_LOGARITHMIC = ("bands", "slice")


def importance_figure(outcome: Outcome) -> str:
    """Draw how much each parameter matters, as plotly's JSON; empty where that is not known."""
    if not outcome.importances:
        return ""
    rows = list(outcome.importances.items())[::-1]
    bars = graph_objects.Bar(
        name="importance",
        orientation="h",
        x=[round(100 * share, 1) for _, share in rows],
        y=[name for name, _ in rows],
        hovertemplate="%{y}: %{x} %<extra></extra>",
    )
    return _finished(graph_objects.Figure([bars]), x="share (%)", y="", showlegend=False)


def score_figure(outcome: Outcome, against: str) -> str:
    """Draw the score of each candidate against one of `AXES`, a colour for each scale, as plotly's JSON."""
    figure = graph_objects.Figure()
    for scale in dict.fromkeys(one.parameters["scale"] for one in outcome.candidates):
        shown = [one for one in outcome.candidates if one.parameters["scale"] == scale]
        figure.add_trace(
            graph_objects.Scatter(
                name=scale,
                mode="markers",
                x=[_value(one, against) for one in shown],
                y=[round(one.scores["mean"], 3) for one in shown],
                text=[f"trial {one.number}: {one.transform}" for one in shown],
                hovertemplate="%{text}<br>%{y:.2f} dB<extra></extra>",
            )
        )
    figure.add_trace(_reference_line(outcome, against))
    kind = "log" if against in _LOGARITHMIC else "linear"
    return _finished(figure, x=AXES[against], y="MDX SDR (dB)", xaxis={"type": kind})


def _reference_line(outcome: Outcome, against: str) -> graph_objects.Scatter:
    """Return a level line at the score of the first reference, the STFT."""
    name, scores = next(iter(outcome.references.items()))
    level = round(scores["mean"], 3)
    ends = [_value(one, against) for one in outcome.candidates]
    return graph_objects.Scatter(
        name="reference",
        mode="lines",
        x=[min(ends), max(ends)],
        y=[level, level],
        hovertemplate=f"{name}: {level:.2f} dB<extra></extra>",
    )


def _value(one: Candidate, against: str) -> float:
    return {**one.parameters, "slice": one.slice_samples, "trial": one.number}[against]


def _finished(figure: graph_objects.Figure, x: str, y: str, **layout: Any) -> str:
    figure.update_layout(
        template=None,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        margin={"l": 76, "r": 8, "t": 8, "b": 44},
    )
    figure.update_layout(**layout)
    figure.update_xaxes(title={"text": x}, zeroline=False)
    figure.update_yaxes(title={"text": y, "standoff": 6}, zeroline=False)
    return str(figure.to_json())
