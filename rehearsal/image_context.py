"""What of a clone comes into the image that its Dockerfile builds: what COPY names and .dockerignore does not.

Without a container, the same files are taken out of the clone before anything is installed or run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from doctor.build import DOCKERFILE
from doctor.dockerfile import read_dockerfile
from doctor.findings import UnreadableError
from doctor.git_program import ask_git, fields_of
from doctor.ignore_rules import DOCKERIGNORE, ignoring_rule
from doctor.image_files import ImageFiles
from doctor.repository import Repository


def leave_out_of_image(clone: Path) -> Mapping[str, str]:
    """Remove committed files that the image does not hold.

    Returns:
        Path -> why, for each that was removed; nothing where there is no Dockerfile, or none that can be read.
    """
    repository = Repository(clone)
    if not repository.has(DOCKERFILE):
        return {}
    try:
        instructions = read_dockerfile(repository.text(DOCKERFILE)).instructions
        rules = repository.optional_text(DOCKERIGNORE).splitlines()
    except UnreadableError:
        return {}
    image = ImageFiles(repository.has)
    for instruction in instructions:
        image.follow(instruction)
    left_out = {}
    for name in fields_of(ask_git(clone, "ls-files", "-z")):
        rule = ignoring_rule(name, rules)
        if rule is not None:
            left_out[name] = f"the rule '{rule}' of {DOCKERIGNORE} keeps it out"
        elif not image.holds(name):
            left_out[name] = f"no COPY of the {DOCKERFILE} brings it"
    for name in left_out:
        (clone / name).unlink(missing_ok=True)
    return left_out
