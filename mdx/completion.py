"""What a shell offers where a command takes a name: models, blends, recipes, and files beside them.

A shell asks at every press of Tab. Names are therefore read from the first lines of rows and from the names of files:
reading them as the rest of the kit does would load torch and take a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_ROW = re.compile(r"^  - name: (\S+)$", re.MULTILINE)
_ALIAS = re.compile(r"^  ([a-z0-9_-]+): \S+$", re.MULTILINE)


def model_names(incomplete: str) -> list[str]:
    """Return the models whose names begin so, and other names for some of them."""
    rows = (_ROOT / "models" / "manifest.yaml").read_text(encoding="utf-8")
    aliases = rows[: rows.index("\nmodels:")]
    return _beginning(incomplete, [*_ALIAS.findall(aliases), *_ROW.findall(rows)])


def blend_names(incomplete: str) -> list[str]:
    """Return the published blends whose names begin so."""
    return _beginning(incomplete, _stems_of(_ROOT / "separation" / "blends"))


def model_and_blend_names(incomplete: str) -> list[str]:
    """Return the models and published blends whose names begin so."""
    return [*model_names(incomplete), *blend_names(incomplete)]


def models_and_plans(incomplete: str) -> list[str]:
    """Return the models and plan files whose names begin so."""
    return [*model_names(incomplete), *_yaml_files(incomplete)]


def blends_and_plans(incomplete: str) -> list[str]:
    """Return the published blends and plan files whose names begin so."""
    return [*blend_names(incomplete), *_yaml_files(incomplete)]


def names_and_plans(incomplete: str) -> list[str]:
    """Return the models, published blends and plan files whose names begin so."""
    return [*model_and_blend_names(incomplete), *_yaml_files(incomplete)]


def recipes(incomplete: str) -> list[str]:
    """Return the recipes of the kit and the recipe files whose names begin so."""
    return [*_beginning(incomplete, _stems_of(_ROOT / "training" / "recipes")), *_yaml_files(incomplete)]


def one_of(*values: str) -> Callable[[str], list[str]]:
    """Return what offers those of some values that begin so."""
    return lambda incomplete: _beginning(incomplete, values)


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _stems_of(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.yaml"))


def _yaml_files(incomplete: str) -> list[str]:
    """Return YAML files, and folders that may hold some."""
    folder, _, beginning = incomplete.rpartition("/")
    place = Path(f"{folder}/" if "/" in incomplete else ".")
    found = sorted(place.iterdir()) if place.is_dir() else []
    before = f"{folder}/" if "/" in incomplete else ""
    return [
        f"{before}{path.name}{'/' if path.is_dir() else ''}"
        for path in found
        if path.name.startswith(beginning) and (path.suffix == ".yaml" or path.is_dir()) and path.name[0] != "."
    ]
