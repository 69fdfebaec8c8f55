"""The front of a study as a table for terminals."""

from __future__ import annotations

from separation.song_costs import BUSY_SHARE
from tuning.outcome import Candidate, Outcome, describe_plan

HEAD = "   trial   SDR dB   seconds   between            limit    memory   weights   what separates"


def front_table(outcome: Outcome, picked: Candidate | None) -> str:
    """Return the candidates that no other one beats in everything, best first; the picked one has a star."""
    rows = [_row(one, star="*" if picked is not None and one.number == picked.number else " ") for one in outcome.front]
    return "\n".join([HEAD, *rows])


def tally(outcome: Outcome, asked: int) -> str:
    """Say how many candidates were scored, how many were not for which reasons, and whether trials are missing."""
    too_slow = sum(one.cost is not None and one.reason is not None for one in outcome.left_out)
    parts = [f"{len(outcome.scored)} scored", f"{too_slow} too slow and never separated"]
    failed = len(outcome.left_out) - too_slow
    if failed:
        parts.append(f"{failed} that could not be run")
    text = f"{len(outcome.candidates)} trials: {', '.join(parts)}."
    if len(outcome.candidates) < asked:
        text += f" The rest of {asked} runs in another process, was stopped a minute ago, or would repeat these."
    return text


def busy_warning(outcome: Outcome, clock: str) -> str | None:
    """Say what speaks against the times, if something does; processor time of a process is its own."""
    if outcome.busy_share <= BUSY_SHARE or clock == "own":
        return None
    return (
        f"Other programs had up to {outcome.busy_share:.0%} of the processors while costs were measured, so these are "
        "times of a busy machine: those of a quiet one are shorter. --processor-time measures around that."
    )


def _row(one: Candidate, star: str) -> str:
    assert one.cost is not None
    assert one.quality is not None
    seconds, share = one.cost.seconds, one.cost.limit_share
    between = f"{seconds.low:.1f} and {seconds.high:.1f}"
    return (
        f"{star} {one.number:5d} {one.quality.sdr:8.2f} {seconds.mean:9.1f}   {between:16s} {share:7.0%} "
        f"{one.cost.memory_bytes.mean / 1e9:6.2f} GB {one.cost.weight_bytes / 1e6:6.1f} MB   {describe_plan(one.plan)}"
    )
