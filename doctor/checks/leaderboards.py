"""Do the flags of aicrowd.json tell the truth about what the plan's models were trained on?"""

from __future__ import annotations

from collections.abc import Iterator

from doctor.declaration_file import BLEEDING, DECLARATION, EXTERNAL, GPU, LABEL_NOISE
from doctor.findings import MDX21_ONLY, SDX23_ONLY, Challenge, Fault, check, warning
from doctor.leaderboards import leaderboard_of
from doctor.planned_models import BOARD_A, PlannedModel
from doctor.repository import PLAN, Repository
from separation.deadline.guard_plan import AUTO

_FLAGS = (LABEL_NOISE, BLEEDING, EXTERNAL)
_NO_NEED = f"Set it to false in {DECLARATION}, or leave it if your own code uses other data."


@check(
    "external-data",
    "external_dataset_used is true where a model was trained on more than MUSDB18-HQ's training songs",
    why="Leaderboard A is for MUSDB18-HQ's training songs alone: a wrong flag is a wrong statement to the challenge.",
    challenges=MDX21_ONLY,
)
def external_data(repository: Repository) -> Iterator[Fault]:
    """Find models that may not enter the leaderboard that the flag stands for."""
    # A draft that nobody names is one that may enter what the plan may enter.
    follows = repository.running_plan.guard.draft == AUTO
    models = [model for model in repository.models if not (model.is_draft and follows)]
    external = [model for model in models if BOARD_A not in model.entry.leaderboards]
    if repository.declaration.says(EXTERNAL):
        if not external:
            yield warning(EXTERNAL, f"It is true, but no model in {PLAN} needs it: leaderboard A is open.", _NO_NEED)
        return
    for model in external:
        yield Fault(
            model.entry.name,
            f"This {_role(model)} was trained on: {model.entry.training_data}. {EXTERNAL} is not true.",
            f'Set "{EXTERNAL}": true in {DECLARATION} (leaderboard B), or choose a model for A: `mdx models list`.',
        )


@check(
    "sdx23-data",
    "labelnoise, bleeding and external_dataset_used are true where a model was trained on such data",
    why="Leaderboards A and B are for one data set each: a wrong flag is a wrong statement to the challenge.",
    challenges=SDX23_ONLY,
)
def sdx23_data(repository: Repository) -> Iterator[Fault]:
    """Find flags that the models' training data contradict, either way."""
    models = repository.models
    for model in models:
        for flag in _FLAGS:
            if flag in model.kinds_of_data() and not repository.declaration.says(flag):
                other = "`guard: {draft: classical}`" if model.is_draft else "another model: `mdx models list`"
                yield Fault(
                    model.entry.name,
                    f"This {_role(model)} was trained on: {model.entry.training_data}. {flag} is not true.",
                    f'Set "{flag}": true in {DECLARATION}, or choose {other}.',
                )
    used = {flag for model in models for flag in model.kinds_of_data()}
    if repository.declaration.says(EXTERNAL) and EXTERNAL not in used:
        yield warning(EXTERNAL, f"It is true, but no model in {PLAN} needs it.", _NO_NEED)


@check(
    "sdx23-board",
    "The flags of SDX23 are those of the leaderboard that they seem to mean",
    why="A asks for labelnoise true and the others false, B for bleeding true and the others false; all else enters C.",
    challenges=SDX23_ONLY,
)
def sdx23_board(repository: Repository) -> Iterator[Fault]:
    """Find flags that keep a submission out of A and B although it names their data."""
    said = [flag for flag in _FLAGS if repository.declaration.says(flag)]
    if len(said) > 1:
        board = leaderboard_of(repository.declaration, Challenge.SDX23)
        yield warning(
            " and ".join(said),
            f"They are true together, so this enters leaderboard {board} only.",
            f"Leave one of them in {DECLARATION} for A (labelnoise) or B (bleeding).",
        )


@check(
    "gpu-flag",
    "The flag gpu fits the plan's device",
    why="Without the flag the grader has no GPU; with it, a plan for the CPU leaves the GPU idle.",
    challenges=SDX23_ONLY,
)
def gpu_flag(repository: Repository) -> Iterator[Fault]:
    """Find a GPU that is asked for and not used; `device` finds the other way round."""
    if repository.declaration.says(GPU) and repository.running_plan.device == "cpu":
        yield warning(GPU, f"It is true, and {PLAN} says `device: cpu`.", f"Write `device: auto` into {PLAN}.")


def _role(model: PlannedModel) -> str:
    return "draft (`guard.draft`)" if model.is_draft else "model of the plan"


CHECKS = (external_data, sdx23_data, sdx23_board, gpu_flag)
