"""Can the grader's Python read and import what runs?"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from doctor.distributions import distributions_by_import, with_what_they_bring
from doctor.findings import Fault, Level, check
from doctor.repository import Repository
from doctor.source_code import GRADERS_PACKAGE, is_local, leads_nowhere

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


@check(
    "own-modules",
    "Every module of the repository that is imported is there",
    why="The run ends at the import, before the first song.",
)
def own_modules(repository: Repository) -> Iterator[Fault]:
    """Find imports out of the repository's own packages that lead to no file."""
    for file in repository.code.files:
        for one in file.imports:
            package = one.module.split(".")[0]
            if (
                not one.is_certain
                or not one.is_module
                or package == GRADERS_PACKAGE
                or not _is_own(repository, package)
            ):
                continue
            if leads_nowhere(repository.path, one.module):
                name = f"{one.module.replace('.', '/')}.py"
                fix = f"Correct the name, or bring the file: {repository.how_to_restore(name)}"
                yield Fault(one.module, f"{file.path}:{one.line} imports it, and {name} is not here.", fix)


def _is_own(repository: Repository, package: str) -> bool:
    """Tell whether a package is the repository's; a folder without code gives way to an installed one of its name."""
    held = (path for path in repository.git.files if path.startswith(f"{package}/") and path.endswith(".py"))
    return repository.has(f"{package}/__init__.py") or next(held, None) is not None


def _is_there(repository: Repository, name: str) -> bool:
    own = {"", GRADERS_PACKAGE, *_BROUGHT_ALONG, *sys.stdlib_module_names}
    return name in own or is_local(repository.path, name)


CHECKS = (syntax, own_modules, imports)
