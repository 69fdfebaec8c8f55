"""Will the grader find the weights that the plan's models load, whole, in the repository?"""

from __future__ import annotations

from collections.abc import Iterator

from doctor.build import DOCKERFILE
from doctor.findings import Fault, Level, check, quoted
from doctor.ignore_rules import DOCKERIGNORE, ignoring_rule
from doctor.planned_models import WEIGHTS_FOLDER, NeededWeights
from doctor.repository import Repository
from models.errors import WeightError
from models.files.converted_files import check_converted, is_converted
from models.files.lfs_pointers import is_pointer_file
from models.files.weight_files import check_weight_file, record_path


@check(
    "weights-present",
    "Every weight file of the plan lies in the repository",
    why="There is no network at grading, and no cache of yours: the set-up fails.",
)
def present(repository: Repository) -> Iterator[Fault]:
    """Find weight files that no folder of the repository has."""
    for needed in repository.weights:
        if needed.path is None:
            name = needed.model.entry.name
            yield _fault(
                needed,
                needed.file.name,
                f"The model '{name}' needs it, and {WEIGHTS_FOLDER}/ has no such file.",
                f"`mdx models fetch {name} && mdx models pack weights.tar {name} && "
                f"mdx models unpack weights.tar --to {WEIGHTS_FOLDER} && rm weights.tar && git add {WEIGHTS_FOLDER}`",
            )


@check(
    "weights-no-pointers",
    "The plan's weights are files, not git-lfs pointers",
    why="A pointer of some 130 bytes is no network. And where the file itself is not here, a push cannot send it.",
)
def no_pointers(repository: Repository) -> Iterator[Fault]:
    """Find weight files in the place of which a pointer lies."""
    for needed in repository.weights:
        if needed.path is not None and is_pointer_file(needed.path):
            yield _fault(
                needed,
                repository.relative(needed.path),
                f"It is a git-lfs pointer in place of the weights of '{needed.model.entry.name}'.",
                "`git lfs install && git lfs pull`",
            )


@check(
    "weights-undamaged",
    "The plan's weights have their published or recorded sha256",
    why="The set-up refuses a file that is damaged, cut off, or another one.",
)
def undamaged(repository: Repository) -> Iterator[Fault]:
    """Find weight files with a wrong hash."""
    for needed in repository.weights:
        if needed.path is None or is_pointer_file(needed.path):
            continue
        name = needed.model.entry.name
        try:
            if is_converted(needed.path, needed.file):
                check_converted(needed.path, needed.published, needed.file, name)
            else:
                check_weight_file(needed.path, needed.file, name)
        except (WeightError, OSError) as error:
            path = repository.relative(needed.path)
            yield _fault(needed, path, str(error), f"Put the published file there: `mdx models show {name}`.")


@check(
    "weights-committed",
    "The plan's weights are committed",
    why="The grader gets what is committed and nothing else.",
)
def committed(repository: Repository) -> Iterator[Fault]:
    """Find weight files, or their records, that HEAD does not hold."""
    git = repository.git
    for needed in repository.weights if git.head else ():
        files = [needed.path, record_path(needed.path)] if needed.path else []
        for path in (repository.relative(file) for file in files if file.is_file()):
            if path in git.files:
                continue
            rule = git.ignored.get(path)
            hidden = f" {rule} hides it from git." if rule else ""
            force = "-f " if rule else ""
            yield _fault(needed, path, f"It is not in HEAD.{hidden}", f"`git add {force}{quoted(path)} && git commit`")


@check(
    "weights-in-image",
    "The plan's weights come into the image",
    why="What .dockerignore names is not copied: the set-up finds no weights, although the repository has them.",
)
def in_image(repository: Repository) -> Iterator[Fault]:
    """Find weight files that a rule keeps out of the Docker image."""
    if not repository.has(DOCKERFILE):
        return
    rules = repository.optional_text(DOCKERIGNORE).splitlines()
    for needed in repository.weights:
        path = repository.relative(needed.path) if needed.path else ""
        rule = ignoring_rule(path, rules)
        if path and rule:
            yield _fault(needed, path, f"The rule '{rule}' of {DOCKERIGNORE} hides it.", f"Add `!{path}` below it.")


def _fault(needed: NeededWeights, subject: str, finding: str, fix: str) -> Fault:
    """A draft that cannot be built is left out, which costs quality at worst."""
    return Fault(subject, finding, fix, Level.WARNING if needed.model.is_draft else Level.ERROR)


CHECKS = (present, no_pointers, undamaged, committed, in_image)
