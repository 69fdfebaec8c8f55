"""The candidates of a study as plotly draws them: score against predicted time, memory as colour.

The line joins those that no faster candidate beats in score. Candidates that were too slow were never separated, so
they have no score: they stand on the lower edge, at their time. Colours of lines come from the page's style sheet.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

from plotly import graph_objects

from tuning.costs import Budget
from tuning.outcome import Candidate, Outcome, describe_plan

SCORED, LINE, LEFT_OUT, PICKED = "scored", "best for their time", "not separated", "picked"
"""Names of the traces."""
_WRAP = 60
_TICKS = tuple(digit * 10.0**power for power in range(-3, 5) for digit in (1, 2, 5))


def front_figure(outcome: Outcome, picked: Candidate | None, budget: Budget) -> str:
    """Draw a study.

    Args:
        outcome: What was found.
        picked: Gets a ring.
        budget: Where the limit is drawn.

    Returns:
        The figure as plotly's JSON.
    """
    scored = outcome.scored
    left_out = [one for one in outcome.left_out if one.cost is not None]
    scores = [one.quality.sdr for one in scored if one.quality] or [0.0, 1.0]
    floor = min(scores) - 0.08 * max(0.5, max(scores) - min(scores))
    figure = graph_objects.Figure(
        [
            _left_out_trace(left_out, floor),
            _line_trace(best_for_their_time(scored)),
            _scored_trace(scored),
            _picked_trace(picked),
        ]
    )
    _finish(figure, [*scored, *left_out], budget)
    return str(figure.to_json())


def best_for_their_time(scored: Sequence[Candidate]) -> list[Candidate]:
    """Return, from fast to slow, the candidates that no faster one equals in score."""
    found: list[Candidate] = []
    for one in sorted(scored, key=_seconds):
        if not found or _decibels(one) > _decibels(found[-1]):
            found.append(one)
    return found


def hover_text(one: Candidate) -> str:
    """Return what is shown beside a candidate, with the few HTML tags that plotly reads."""
    lines = [f"<b>trial {one.number}</b>", *_wrapped(describe_plan(one.plan))]
    if one.quality is not None:
        stems = ", ".join(f"{stem} {value:.2f}" for stem, value in one.quality.stems.items())
        lines.append(f"{one.quality.sdr:.2f} dB ({stems})")
    if one.cost is not None:
        seconds = one.cost.seconds
        lines.append(f"{seconds.mean:.1f} s, between {seconds.low:.1f} and {seconds.high:.1f}")
        lines.append(f"{one.cost.memory_bytes.mean / 1e9:.2f} GB, weights {one.cost.weight_bytes / 1e6:.1f} MB")
    if one.reason is not None:
        lines += _wrapped(one.reason)
    return "<br>".join(lines)


def _scored_trace(scored: Sequence[Candidate]) -> graph_objects.Scatter:
    costs = [one.cost for one in scored if one.cost]
    return graph_objects.Scatter(
        name=SCORED,
        mode="markers",
        x=[cost.seconds.mean for cost in costs],
        y=[_decibels(one) for one in scored],
        error_x=_bounds(scored),
        text=[hover_text(one) for one in scored],
        hovertemplate="%{text}<extra></extra>",
        marker={
            "color": [cost.memory_bytes.mean / 1e9 for cost in costs],
            "colorscale": "Viridis",
            "colorbar": {"title": {"text": "GB", "side": "top"}, "thickness": 10, "outlinewidth": 0},
            "symbol": ["circle" if one.on_front else "circle-open" for one in scored],
            "size": [11 if one.on_front else 8 for one in scored],
            "line": {"width": 2},
        },
    )


def _line_trace(best: Sequence[Candidate]) -> graph_objects.Scatter:
    return graph_objects.Scatter(
        name=LINE,
        mode="lines",
        x=[_seconds(one) for one in best],
        y=[_decibels(one) for one in best],
        line={"shape": "hv", "width": 1.5},
        hoverinfo="skip",
    )


def _left_out_trace(left_out: Sequence[Candidate], floor: float) -> graph_objects.Scatter:
    return graph_objects.Scatter(
        name=LEFT_OUT,
        mode="markers",
        x=[_seconds(one) for one in left_out],
        y=[floor] * len(left_out),
        error_x=_bounds(left_out),
        text=[hover_text(one) for one in left_out],
        hovertemplate="%{text}<extra></extra>",
        marker={"symbol": "x", "size": 8, "opacity": 0.6},
    )


def _picked_trace(picked: Candidate | None) -> graph_objects.Scatter:
    shown = [picked] if picked is not None else []
    return graph_objects.Scatter(
        name=PICKED,
        mode="markers",
        x=[_seconds(one) for one in shown],
        y=[_decibels(one) for one in shown],
        marker={"symbol": "circle-open", "size": 20, "line": {"width": 2.5}},
        hoverinfo="skip",
    )


def _finish(figure: graph_objects.Figure, shown: Sequence[Candidate], budget: Budget) -> None:
    limit_seconds = budget.limit.seconds_for(budget.song_seconds)
    borders = {f"{budget.margin:.0%} of the limit": budget.margin * limit_seconds, "limit": limit_seconds}
    times = [*map(_seconds, shown), *borders.values()]
    ends = [math.log10(min(times)) - 0.1, math.log10(max(times)) + 0.15]
    ticks = [tick for tick in _TICKS if ends[0] <= math.log10(tick) <= ends[1]]
    figure.update_layout(
        template=None,
        showlegend=False,
        margin={"l": 52, "r": 8, "t": 24, "b": 44},
        xaxis={
            "type": "log",
            "range": ends,
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
            "title": {"text": f"predicted seconds of a song of {budget.song_seconds:g} s"},
        },
        yaxis={"title": {"text": "MDX SDR (dB)", "standoff": 6}, "zeroline": False},
        shapes=[_border(seconds) for seconds in borders.values()],
        annotations=[_note(text, seconds) for text, seconds in borders.items()],
    )


def _bounds(shown: Sequence[Candidate]) -> dict[str, Any]:
    """Return the bounds of the times as error bars."""
    times = [one.cost.seconds for one in shown if one.cost]
    return {
        "type": "data",
        "symmetric": False,
        "array": [seconds.high - seconds.mean for seconds in times],
        "arrayminus": [seconds.mean - seconds.low for seconds in times],
        "thickness": 1,
        "width": 0,
    }


def _border(seconds: float) -> dict[str, Any]:
    return {"type": "line", "x0": seconds, "x1": seconds, "yref": "paper", "y0": 0, "y1": 1, "line": {"dash": "dot"}}


def _note(text: str, seconds: float) -> dict[str, Any]:
    place = {"x": math.log10(seconds), "yref": "paper", "y": 1, "yanchor": "bottom"}
    return {"text": text, "showarrow": False, "xanchor": "left" if text == "limit" else "right", **place}


def _wrapped(text: str) -> list[str]:
    """Escape a text and break it between words."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _WRAP:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [html.escape(line) for line in lines]


def _seconds(one: Candidate) -> float:
    assert one.cost is not None
    return one.cost.seconds.mean


def _decibels(one: Candidate) -> float:
    assert one.quality is not None
    return one.quality.sdr
