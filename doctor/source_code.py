"""The Python files that run at grading: from the entry through every import that leads to a file of the repository.

What lies in `evaluator/` is left out, because the grader brings its own. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import os
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from doctor.calls import Call, calls_in
from doctor.findings import UnreadableError
from doctor.text_files import refuse_odd_file
from models.manifest import ModelEntry

GRADERS_PACKAGE = "evaluator"
_IMPORT_STRING = re.compile(r"^([a-z_]\w*(?:\.\w+)+):\w+$")


@dataclass(frozen=True)
class Import:
    """One imported module."""

    module: str
    line: int
    is_certain: bool
    """Whether it happens as soon as the file is imported: neither in a function nor under `if` or `try`."""
    is_module: bool = True
    """Whether it must be a module; what is imported from one may be any name in it."""


@dataclass(frozen=True)
class SourceFile:
    """One Python file."""

    path: str
    """Relative, with slashes."""
    tree: ast.Module
    imports: tuple[Import, ...]

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call in it."""
        return tuple(calls_in(self.tree))


@dataclass(frozen=True)
class GradedCode:
    """All of them."""

    files: tuple[SourceFile, ...]
    problems: dict[str, str]
    """Path -> why Python cannot read it."""

    def file(self, path: str) -> SourceFile | None:
        """Return one of them, or None."""
        return next((file for file in self.files if file.path == path), None)


def walk_imports(
    root: Path, entries: Iterable[str], modules: Iterable[str] = (), begun: GradedCode | None = None
) -> GradedCode:
    """Read the files that importing leads to.

    Args:
        root: The repository's folder.
        entries: Paths of the first files.
        modules: Modules that are imported by name while running.
        begun: What has been read already.
    """
    waiting = [path for path in entries if os.path.isfile(root / path)]
    waiting += [path for module in modules for path in local_files(root, module)]
    files = {file.path: file for file in begun.files} if begun else {}
    problems = dict(begun.problems) if begun else {}
    while waiting:
        path = waiting.pop()
        if path in files or path in problems:
            continue
        try:
            tree = _parse(root, path)
        except UnreadableError as error:
            problems[path] = error.problem
            continue
        except (SyntaxError, ValueError, OSError, RecursionError, MemoryError) as error:
            problems[path] = f"{type(error).__name__}: {error}"
            continue
        files[path] = SourceFile(path, tree, tuple(_imports_of(tree, path)))
        for one in files[path].imports:
            if one.module.split(".")[0] != GRADERS_PACKAGE:
                waiting += local_files(root, one.module)
    return GradedCode(tuple(files[path] for path in sorted(files)), problems)


def _parse(root: Path, path: str) -> ast.Module:
    refuse_odd_file(root, path)
    # As Python decodes a file; bytes pass with wrong comments. What Python warns of is said when it runs.
    with tokenize.open(root / path) as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(stream.read(), filename=path)


def modules_of(entry: ModelEntry) -> list[str]:
    """Return the modules that a row of the manifest names."""
    texts = [entry.builder, *(str(value) for value in entry.architecture.values())]
    return [found[1] for text in texts if (found := _IMPORT_STRING.match(text))]


def local_files(root: Path, module: str) -> list[str]:
    """Return the files of the repository that importing a module runs: its packages' and its own."""
    parts = module.split(".")
    found = []
    for count in range(1, len(parts) + 1):
        base = "/".join(parts[:count])
        found += [path for path in (f"{base}/__init__.py", f"{base}.py") if os.path.lexists(root / path)]
    return found


def is_local(root: Path, name: str) -> bool:
    """Tell whether a top-level name is a module or a folder of the repository."""
    return os.path.isfile(root / f"{name}.py") or os.path.isdir(root / name)


def leads_nowhere(root: Path, module: str) -> bool:
    """Tell whether a module is in none of the files and folders of the repository."""
    base = root / module.replace(".", "/")
    return not (os.path.lexists(f"{base}.py") or os.path.isdir(base))


def _imports_of(tree: ast.Module, path: str) -> Iterator[Import]:
    certain = set(map(id, tree.body))
    for node in ast.walk(tree):
        names = _modules_imported(node, path)
        for place, module in enumerate(names):
            is_module = isinstance(node, ast.Import) or place == 0
            yield Import(module, getattr(node, "lineno", 0), id(node) in certain, is_module)


def _modules_imported(node: ast.AST, path: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        folder = path.split("/")[: -node.level]
        base = ".".join([*folder, *filter(None, [base])])
    # What is imported from a package may be a module itself; names of other things lead to no file.
    return [base, *(f"{base}.{alias.name}" for alias in node.names)]
