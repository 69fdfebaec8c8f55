"""Recipes on disk, and changes to them from the command line.

A recipe file may begin from another one: its top key `base` names a recipe of the kit, or a file, relative to its own
folder. Its own keys are laid over those of the base: sections are merged, lists and values replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from models.validation import did_you_mean, explain_validation_error
from training.errors import RecipeError
from training.recipe import Recipe

RECIPES_FOLDER = Path(__file__).with_name("recipes")
BASE = "base"
"""The key of a recipe file that names the recipe it begins from."""


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that come with the kit, sorted."""
    return tuple(sorted(path.stem for path in RECIPES_FOLDER.glob("*.yaml")))


def load_recipe(name_or_path: str | Path, changes: Iterable[str] = ()) -> Recipe:
    """Read a recipe.

    Args:
        name_or_path: One of `recipe_names`, or a YAML file.
        changes: "dotted.path=value", in this order; a value is read as YAML, a number in the path counts in a list.

    Raises:
        RecipeError: No such recipe, no YAML, bases that go in a circle, a change that cannot be made, or the whole
            breaks the schema.
    """
    path = recipe_path(name_or_path)
    return _changed_recipe(_with_base(path), changes, f"The recipe '{path}'")


def with_changes(recipe: Recipe, changes: Iterable[str]) -> Recipe:
    """Change keys of a recipe as `load_recipe` does.

    Raises:
        RecipeError: A change cannot be made, or what comes out breaks the schema.
    """
    return _changed_recipe(recipe.model_dump(mode="json"), changes, f"The recipe '{recipe.name}'")


def checked_recipe(content: Mapping[str, Any], subject: str) -> Recipe:
    """Check what a YAML file held.

    Args:
        content: Keys and values.
        subject: What it is, for the message.

    Raises:
        RecipeError: It breaks the schema.
    """
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        explanation = explain_validation_error(error, Recipe.model_fields)
        raise RecipeError(f"{subject} is not usable. {explanation} docs/training.md explains every key.") from error


def recipe_path(name_or_path: str | Path, relative_to: Path = Path()) -> Path:
    """Return the file of a recipe.

    Args:
        name_or_path: One of `recipe_names`, or a YAML file.
        relative_to: The folder that a relative path begins at.

    Raises:
        RecipeError: There is none.
    """
    named = RECIPES_FOLDER / f"{name_or_path}.yaml"
    path = named if named.is_file() else relative_to / name_or_path
    if not path.is_file():
        names = recipe_names()
        raise RecipeError(
            f"The recipe must be a YAML file or one of {', '.join(names)}. Got '{name_or_path}'."
            f"{did_you_mean(str(name_or_path), names)}"
        )
    return path


def recipe_text(recipe: Recipe) -> str:
    """Return a recipe as YAML, every key written out."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)


def _with_base(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a recipe file with what it begins from; `above` are the files that led here."""
    chain = (*above, path.resolve())
    if chain[-1] in above:
        names = " -> ".join(f"'{file}'" for file in chain[above.index(chain[-1]) :])
        raise RecipeError(f"The bases of a recipe must come to an end. Got {names}. Remove one of these '{BASE}' keys.")
    content = _read(path)
    if BASE not in content:
        return content
    base = content.pop(BASE)
    if not isinstance(base, str):
        raise RecipeError(f"The key '{BASE}' of '{path}' must be the name or the file of a recipe. Got {base!r}.")
    try:
        base_path = recipe_path(base, relative_to=path.parent)
    except RecipeError as error:
        raise RecipeError(f"The key '{BASE}' of '{path}' is not usable. {error}") from error
    return _merged(_with_base(base_path, chain), content)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay keys over others: sections are merged, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(merged.get(key), dict) and isinstance(value, dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"The recipe '{path}' must be readable YAML. Got: {' '.join(str(error).split())}.") from error
    if not isinstance(content, dict):
        raise RecipeError(f"The recipe '{path}' must hold keys and values. Got {type(content).__name__}.")
    return content


def _changed_recipe(content: dict[str, Any], changes: Iterable[str], subject: str) -> Recipe:
    for change in changes:
        content = _changed(content, change)
    return checked_recipe(content, subject)


def _changed(content: dict[str, Any], change: str) -> dict[str, Any]:
    dotted, equals, text = change.partition("=")
    keys = dotted.split(".")
    if not equals or not all(keys):
        raise RecipeError(f"A change must read dotted.path=value, such as data.batch_size=8. Got '{change}'.")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"The value of a change must be YAML. Got '{change}'. Put quotes around it.") from error
    return _with_value(content, keys, value, change)


def _with_value(content: Any, keys: list[str], value: Any, change: str) -> Any:
    """Return a copy of nested content with another value at a path; sections that are missing are added."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(content, list):
        if not key.isdecimal() or int(key) >= len(content):
            raise RecipeError(
                f"A list's place in a change must be a number from 0 to {len(content) - 1}. Got '{key}' in '{change}'."
            )
        place = int(key)
        return [*content[:place], _with_value(content[place], rest, value, change), *content[place + 1 :]]
    if content is not None and not isinstance(content, dict):
        raise RecipeError(f"A change must lead to a key of a section. Got '{change}': '{key}' lies inside {content!r}.")
    section = content or {}
    return {**section, key: _with_value(section.get(key), rest, value, change)}
