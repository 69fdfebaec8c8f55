"""Can the grader's Python read and import what runs?"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from doctor.distributions import distributions_by_import, with_what_they_bring
from doctor.findings import Fault, Level, check
from doctor.repository import Repository
from doctor.source_code import GRADERS_PACKAGE, is_local

_BROUGHT_ALONG = frozenset({"pip", "pkg_resources", "setuptools", "wheel"})


@check("syntax", "Python can read every file that runs", why="The run ends at the import, before the first song.")
def syntax(repository: Repository) -> Iterator[Fault]:
    """Find files with errors of syntax."""
    for path, problem in repository.code.problems.items():
        yield Fault(path, problem, f"Mend it: `python -m py_compile {path}`")


@check(
    "imports",
    "The image holds every package that is imported",
    why="A package that is on this machine by chance is not in the grader's image: the run ends at the import.",
)
def imports(repository: Repository) -> Iterator[Fault]:
    """Find packages that run here and are not installed at grading."""
    build = repository.build
    if not build.is_bare:
        return
    held = with_what_they_bring(build.installed())
    told: set[str] = set()
    for file in repository.code.files:
        for one in file.imports:
            name = one.module.split(".")[0]
            if not one.is_certain or name in told or _is_there(repository, name):
                continue
            brings = distributions_by_import().get(name, frozenset())
            if held.isdisjoint({canonicalize_name(name), *brings}):
                told.add(name)
                yield Fault(
                    name,
                    f"{file.path}:{one.line} imports it, and {build.source} installs no package of this name.",
                    "Add the package to `dependencies` in pyproject.toml, then `make lock`.",
                    # Which package brings a module is known of those that are installed here.
                    Level.ERROR if brings else Level.WARNING,
                )


def _is_there(repository: Repository, name: str) -> bool:
    own = {"", GRADERS_PACKAGE, *_BROUGHT_ALONG, *sys.stdlib_module_names}
    return name in own or is_local(repository.path, name)


CHECKS = (syntax, imports)
