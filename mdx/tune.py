"""`mdx tune`: the best plan inside a time limit, searched for on songs with known stems."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mdx.completion import blends_and_plans, model_names
from mdx.kept_studies import tells_how_to_go_on
from mdx.options import AsJson, Device, Limit, Page, Scale, Seed, Study, Trials

if TYPE_CHECKING:
    from tuning.finish import Finished
    from tuning.outcome import Candidate, Outcome
    from tuning.run import Tuning

DEFAULT_STUDY = Path("runs", "tune.db")
DEFAULT_PLAN = Path("my_submission", "plan.yaml")


def tune(
    songs: Annotated[
        list[Path], typer.Argument(metavar="SONG", help="Songs with their true stems, folders of them, datasets.")
    ],
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="NAME",
            autocompletion=model_names,
            help="A model to search with; may be repeated (default: all whose weights are here).",
        ),
    ] = None,
    blends: Annotated[
        list[str] | None,
        typer.Option(
            "--blend",
            metavar="NAME_OR_PLAN",
            autocompletion=blends_and_plans,
            help="A blend to try as it is; may be repeated (default: the published ones).",
        ),
    ] = None,
    limit: Limit = "kit",
    margin: Annotated[float, typer.Option(metavar="SHARE", help="Of the limit, that a plan may take.")] = 0.8,
    song_seconds: Annotated[
        float, typer.Option("--song-seconds", metavar="SECONDS", help="Length of the song whose time is predicted.")
    ] = 240.0,
    scale: Scale = None,
    trials: Trials = 50,
    study: Study = DEFAULT_STUDY,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the plan goes.")] = DEFAULT_PLAN,
    replace: Annotated[bool, typer.Option("--replace", help="Also replace a plan that somebody else wrote.")] = False,
    page: Page = None,
    device: Device = "auto",
    seed: Seed = 0,
    measuring_limit: Annotated[
        float, typer.Option("--measure-within", metavar="SECONDS", help="How long each measuring of costs may take.")
    ] = 300.0,
    processor_time: Annotated[
        bool,
        typer.Option("--processor-time", help="Measure the processor time of one thread, for busy machines."),
    ] = False,
    random_weights: Annotated[
        bool, typer.Option("--random-weights", help="Also models whose weights are not here; writes no plan.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search for the plan with the best score inside a time limit.

    Among models, blends and settings. Ctrl-C stops it; the same command goes on. Several processes may share a study.

    Example: `mdx tune SONGS --limit round2 --scale 4cpu --trials 200`. More: docs/tuning.md.
    """
    from evaluator.writable import check_writable
    from separation.cost_measuring import CostOptions
    from separation.host_memory import keep_freed_memory
    from separation.limits import parse_limit
    from tuning.costs import Budget
    from tuning.finish import finish
    from tuning.plan_file import check_replaceable
    from tuning.run import TuningRequest, prepare

    options = CostOptions(limit_seconds=measuring_limit)
    if processor_time:
        options = CostOptions(limit_seconds=measuring_limit, threads=1, clock="own")
    budget = Budget(parse_limit(limit), margin, song_seconds, scale, options)
    if not random_weights:
        check_replaceable(output, replace=replace)
        check_writable(output.parent, "The plan", "--output")
    shown = page or study.with_suffix(".html")
    check_writable(study.parent, "The study", "--study")
    check_writable(shown.parent, "The page", "--page")
    keep_freed_memory()
    request = TuningRequest(
        songs, study, trials, models or (), blends or (), budget, device, random_weights=random_weights, seed=seed
    )
    tuning = prepare(request)
    outcome = _fill(tuning, quiet=as_json)
    finished = finish(tuning, outcome, output, shown)
    if as_json:
        typer.echo(json.dumps(_document(outcome, finished), indent=2, allow_nan=False))
        return
    _show(tuning, outcome, finished)
    written = f"'{output}' holds the plan of trial {finished.picked.number} (*) and the evidence for it."
    typer.echo(finished.remark or written)
    typer.echo(f"The page with the plot: '{shown}'.")


def _fill(tuning: Tuning, *, quiet: bool) -> Outcome:
    """Run the trials, one line for each."""

    def tell(candidate: Candidate) -> None:
        if not quiet:
            typer.echo(_line(candidate))

    with tells_how_to_go_on():
        return tuning.fill(tell)


def _show(tuning: Tuning, outcome: Outcome, finished: Finished) -> None:
    """Print the front, and what is to be known of it."""
    from tuning.table import busy_warning, front_table, tally

    picked = finished.picked
    lines = ["", front_table(outcome, picked), "", tally(outcome, tuning.request.trials)]
    if finished.gain is not None:
        lines.append(f"The pick: {finished.gain}")
    warning = busy_warning(outcome, tuning.request.budget.options.clock)
    typer.echo("\n".join([*lines, warning] if warning else lines))


def _line(candidate: Candidate) -> str:
    from tuning.outcome import describe_plan

    score = "not separated" if candidate.quality is None else f"{candidate.quality.sdr:.2f} dB"
    cost = f", {candidate.cost.seconds.mean:.1f} s, {candidate.cost.limit_share:.0%} of limit" if candidate.cost else ""
    reason = f" ({candidate.reason})" if candidate.reason and candidate.cost is None else ""
    return f"trial {candidate.number}: {score}{cost}: {describe_plan(candidate.plan)}{reason}"


def _document(outcome: Outcome, finished: Finished) -> dict[str, Any]:
    return {
        "study": finished.evidence,
        "picked": finished.picked.number,
        "candidates": [
            {
                "trial": one.number,
                "plan": one.plan and one.plan.model_dump(mode="json", exclude_defaults=True),
                "sdr": one.quality and {**one.quality.stems, "mean": one.quality.sdr},
                "cost": one.cost and asdict(one.cost),
                "on_front": one.on_front,
                "reason": one.reason,
            }
            for one in outcome.candidates
        ],
    }
