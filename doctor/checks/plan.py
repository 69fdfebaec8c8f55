"""Can the plan be run where the grader runs it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from audio.stems import STEMS
from doctor.declaration_file import GPU
from doctor.distributions import distributions_by_import, with_what_they_bring
from doctor.findings import Challenge, Fault, UnreadableError, check, warning
from doctor.planned_models import find_entry, planned_stems, strings_in
from doctor.repository import MANIFEST, PLAN, Repository
from models.validation import did_you_mean
from separation.limits import ROUND2_FACTOR

ELSEWHERE = re.compile(r"^(/|~|[A-Za-z]:[\\/]|\\\\)|(^|[/\\])\.\.([/\\]|$)")
"""How paths begin or go that lead out of a repository."""


@check(
    "plan-readable",
    "plan.yaml can be read and keeps its schema",
    why="The set-up fails at the first wrong key.",
)
def readable(repository: Repository) -> Iterator[Fault]:
    """Find a plan that is missing, no YAML, or has wrong keys or values."""
    try:
        repository.plan  # noqa: B018 # reading it is the question
    except UnreadableError as error:
        if repository.runs_plan:
            fix = f"Edit {PLAN}; docs/plan.md has every key. As it was: {repository.how_to_restore(PLAN)}"
            yield Fault(PLAN, error.problem, fix)


@check(
    "manifest-readable",
    "The manifest of the models can be read and keeps its schema",
    why="No model can be built without it.",
)
def manifest_readable(repository: Repository) -> Iterator[Fault]:
    """Find a manifest that is missing, no YAML, or has a wrong row."""
    try:
        repository.manifest  # noqa: B018 # reading it is the question
    except UnreadableError as error:
        yield Fault(MANIFEST, error.problem, f"Mend what is named. As it was: {repository.how_to_restore(MANIFEST)}")


@check(
    "plan-runs",
    "The grader's entry runs the plan",
    why="Where a predictor of your own runs, nothing tells which models it loads: their data, weights and time are "
    "for you to check.",
)
def runs(repository: Repository) -> Iterator[Fault]:
    """Find an entry that leads past the plan."""
    if not repository.runs_plan:
        yield warning(
            repository.entry,
            f"It runs a predictor of your own, not {PLAN}.",
            "Check flags, weights and time yourself: `mdx evaluate --limit round2`.",
        )


@check("plan-models", "Every model of the plan is in the manifest", why="The set-up fails at an unknown name.")
def models_known(repository: Repository) -> Iterator[Fault]:
    """Find names without a row."""
    if not repository.runs_plan:
        return
    manifest = repository.manifest
    known = (*manifest.aliases, *(entry.name for entry in manifest.models))
    for part in repository.plan.parts:
        if find_entry(manifest, part.model) is None:
            hint = did_you_mean(part.model, known)
            yield Fault(part.model, f"No row of {MANIFEST} has this name.{hint}", "Choose one: `mdx models list`.")


@check(
    "plan-stems",
    "The plan gives all four stems",
    why="The set-up refuses a plan without them: a stem that is missing fails every song.",
)
def stems(repository: Repository) -> Iterator[Fault]:
    """Find stems that no model of the plan gives."""
    plan = repository.running_plan
    missing = [stem for stem in STEMS if stem not in planned_stems(plan, repository.manifest)]
    if missing:
        yield Fault(
            plan.title, f"It does not give: {', '.join(missing)}.", f"Choose another model, or blend it in {PLAN}."
        )


@check(
    "random-weights",
    "The plan's networks have trained weights",
    why="Random weights give noise; they are for measuring time.",
)
def random_weights(repository: Repository) -> Iterator[Fault]:
    """Find the setting that is for tests, and networks that nobody has trained yet."""
    if repository.running_plan.random_weights:
        yield Fault("random_weights", "It is true.", f"Remove `random_weights` from {PLAN}.")
    for model in repository.models:
        if model.entry.is_untrained:
            yield Fault(
                model.entry.name, f"Its row in {MANIFEST} names no weight file.", "Train it: docs/add_a_model.md."
            )


@check(
    "plan-device",
    "The plan's device is there at grading",
    why="MDX21 was graded without a GPU, SDX23 has one only where aicrowd.json asks for it.",
)
def device(repository: Repository) -> Iterator[Fault]:
    """Find a plan that insists on a GPU."""
    has_gpu = repository.challenge is Challenge.SDX23 and repository.declaration.says(GPU)
    if repository.running_plan.device == "cuda" and not has_gpu:
        flag = f' and set "{GPU}": true' if repository.challenge is Challenge.SDX23 else ""
        yield Fault("device", "It is cuda, and the grader has only CPUs.", f"Write `device: auto` into {PLAN}{flag}.")


@check(
    "plan-paths",
    "The plan names no file outside of the repository",
    why="The grader has the repository and nothing else of this machine.",
)
def paths(repository: Repository) -> Iterator[Fault]:
    """Find settings that lead to another folder."""
    for part in repository.running_plan.parts:
        for key, text in strings_in(part.settings):
            if ELSEWHERE.search(text):
                yield Fault(
                    f"{part.model}: {key}",
                    f"It leads out of the repository: '{text}'.",
                    "Put the files into models/weights/ and name that folder.",
                )


@check(
    "plan-packages",
    "The image holds every package that the plan's models import",
    why="The set-up fails at the import; extras of the kit are not in the grader's pins.",
)
def packages(repository: Repository) -> Iterator[Fault]:
    """Find packages of the manifest's `requires` that are not installed at grading."""
    build = repository.build
    held = with_what_they_bring(build.installed())
    for model in repository.models:
        for name in model.entry.requires if build.is_bare else ():
            if held.isdisjoint({canonicalize_name(name), *distributions_by_import().get(name, ())}):
                yield Fault(
                    model.entry.name,
                    f"It needs the package {name}, which {build.source} does not install.",
                    "Add it to `dependencies` in pyproject.toml, then `make lock`.",
                )


@check(
    "plan-limit",
    "The guard keeps the limit of the grader",
    why=f"A song has {ROUND2_FACTOR} times its own duration: a guard that waits longer hands in too late, and one late "
    "song fails the whole run.",
)
def limit(repository: Repository) -> Iterator[Fault]:
    """Find a guard that waits for longer than the grader does, or with nothing to spare."""
    guard = repository.running_plan.guard
    seconds = guard.time_limit.song_seconds
    fix = f"Write `guard: {{limit: round2}}` into {PLAN}."
    if seconds is not None:
        shortest = seconds / ROUND2_FACTOR
        yield warning(
            "guard.limit", f"It is {seconds:g} s: songs under {shortest:.0f} s have less in the final rounds.", fix
        )
    if guard.margin == 0:
        yield warning("guard.margin", "It is 0: nothing is left for a slower moment.", f"Remove it from {PLAN}.")


CHECKS = (
    readable,
    manifest_readable,
    runs,
    models_known,
    stems,
    random_weights,
    device,
    paths,
    packages,
    limit,
)
