"""`mdx cost`: what songs cost with a model or a plan, against the challenge's limits."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mdx.completion import models_and_plans
from mdx.options import AsJson, Device, Limit, Scale
from mdx.progress import progress_bar

if TYPE_CHECKING:
    from separation.limits import TimeLimit
    from separation.song_costs import SongCosts

USUAL_DURATIONS = (60.0, 240.0, 480.0)


def cost(
    name_or_plan: Annotated[
        str,
        typer.Argument(
            metavar="NAME_OR_PLAN",
            autocompletion=models_and_plans,
            help="A name from `mdx models list`, or a plan file.",
        ),
    ],
    durations: Annotated[
        list[float] | None,
        typer.Option(
            "--duration", metavar="SECONDS", help="Length of a song; may be repeated (default: 60, 240, 480)."
        ),
    ] = None,
    limit: Limit = "kit",
    scale: Scale = None,
    random_weights: Annotated[
        bool, typer.Option("--random-weights", help="For models whose weight files are not here; they cost the same.")
    ] = False,
    device: Device = "auto",
    measuring_limit: Annotated[
        float, typer.Option("--measure-within", metavar="SECONDS", help="How long the measuring may take.")
    ] = 300.0,
    anew: Annotated[bool, typer.Option("--again", help="Measure once more instead of using the kept figures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Predict the time and memory that songs take, against the limit.

    From short clips, which are measured once and remembered.

    Example: `mdx cost my_submission/plan.yaml --limit round2`. More: docs/time_limits.md.
    """
    from separation.cost_measuring import CostOptions
    from separation.cost_scaling import scaled_cost
    from separation.factory import as_plan
    from separation.limits import parse_limit
    from separation.song_costs import SongCosts

    time_limit = parse_limit(limit)
    plan = as_plan(name_or_plan)
    chosen = {"random_weights": True} if random_weights else {}
    plan = plan.model_copy(update=chosen if device == "auto" else {**chosen, "device": device})
    with progress_bar(quiet=as_json) as bar:
        bar.add_task("Measuring", total=None)
        options = CostOptions(limit_seconds=measuring_limit)
        record, scaling = scaled_cost(plan, options, scale, anew=anew)
    costs = SongCosts(record, scaling, time_limit.seconds_for)
    wanted = durations or list(USUAL_DURATIONS)
    typer.echo(_as_json(costs, wanted, time_limit) if as_json else _as_text(costs, wanted, time_limit))


def _as_json(costs: SongCosts, durations: list[float], limit: TimeLimit) -> str:
    fitting = costs.fitting()
    record = costs.record
    document = {
        "model": record.model_name,
        "machine": record.machine,
        "busy_share": record.busy_share,
        "clip_seconds": [clip.duration_seconds for clip in record.clips],
        "target": asdict(costs.scaling),
        "setup_seconds": costs.setup_seconds,
        "setup_limit_seconds": limit.setup_seconds,
        "first_call_seconds": costs.first_call_seconds,
        "limit": limit.name,
        "songs": [
            {
                "duration_seconds": duration,
                "limit_seconds": limit.seconds_for(duration),
                "seconds": asdict(costs.seconds(duration)),
                "memory_bytes": asdict(record.model.memory_bytes(duration)),
                "limit_share": costs.limit_share(duration),
                "fits": costs.fits(duration),
            }
            for duration in durations
        ],
        "fitting_songs": None if fitting is None else asdict(fitting),
        "cost_model": record.model.as_dict(),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _as_text(costs: SongCosts, durations: list[float], limit: TimeLimit) -> str:
    record = costs.record
    lines = [
        f"{record.model_name} on {costs.scaling.target} ({record.machine})",
        f"set-up {costs.setup_seconds:.1f} s of {limit.setup_seconds:g} s; the first call of a process may take "
        f"{costs.first_call_seconds:.1f} s more",
        "",
        "     song   seconds   between            limit   share   memory",
    ]
    for duration in durations:
        seconds = costs.seconds(duration)
        between = f"{seconds.low:.1f} and {seconds.high:.1f}"
        verdict = "" if costs.fits(duration) else "  may be too slow"
        lines.append(
            f"{duration:7.0f} s {seconds.mean:9.1f}   {between:16s} {limit.seconds_for(duration):7.0f} "
            f"{costs.limit_share(duration):7.0%} {record.model.memory_bytes(duration).high / 1e9:6.2f} GB{verdict}"
        )
    clips = ", ".join(f"{clip.duration_seconds:g}" for clip in record.clips)
    lines += ["", costs.fitting_text(), f"From clips of {clips} s. {costs.scaling.reason}"]
    return "\n".join([*lines, *costs.warnings()])
