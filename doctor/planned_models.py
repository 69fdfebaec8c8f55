"""The models that a plan runs, by the manifest of the examined repository, and the weight files that they need."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doctor.declaration_file import BLEEDING, EXTERNAL, LABEL_NOISE
from models.files.converted_files import is_converted
from models.manifest import Manifest, ModelEntry, WeightFile
from separation.deadline.guard_plan import AUTO, NONE
from separation.deadline.ladder import FREE_DRAFT, NETWORK_DRAFT
from separation.plan import Part, Plan

WEIGHTS_FOLDER = "models/weights"
BOARD_A = "A"
_FOLDER_SETTING = "weights_folder"
_OWN_SOURCES = frozenset({"archive", "checkpoints"})
"""Settings that name files in place of the manifest's."""
_NO_DATA = "none"
_LABEL_NOISE = re.compile(r"label[ _-]?noise", re.IGNORECASE)
_BLEEDING = re.compile(r"bleeding", re.IGNORECASE)
_OTHER_DATA = re.compile(r"musdb|moisesdb|medleydb|private|external|\bmore\b|\bother\b", re.IGNORECASE)


@dataclass(frozen=True)
class PlannedModel:
    """A model that a submission runs."""

    entry: ModelEntry
    settings: Mapping[str, Any]
    is_draft: bool
    """Whether it only takes over where the planned one would be late; where it cannot be built it is left out."""

    def kinds_of_data(self) -> frozenset[str]:
        """Return the flags of SDX23 that its training data ask for."""
        data = self.entry.training_data
        if data.strip().lower() == _NO_DATA:
            return frozenset()
        named = {LABEL_NOISE: _LABEL_NOISE, BLEEDING: _BLEEDING, EXTERNAL: _OTHER_DATA}
        return frozenset(flag for flag, pattern in named.items() if pattern.search(data)) or frozenset({EXTERNAL})


@dataclass(frozen=True)
class NeededWeights:
    """One weight file of one model."""

    model: PlannedModel
    file: WeightFile
    folders: tuple[Path, ...]
    """Of the repository, where it may lie."""
    path: Path | None
    """What would be loaded; None where no folder has it."""
    published: Path | None
    """The file as published, where it is there."""


def find_entry(manifest: Manifest, name: str) -> ModelEntry | None:
    """Return the row of a model by its name or an alias, or None."""
    wanted = manifest.aliases.get(name, name)
    return next((entry for entry in manifest.models if entry.name == wanted), None)


def unknown_models(plan: Plan, manifest: Manifest) -> list[str]:
    """Return the names in a plan that have no row."""
    return [part.model for part in plan.parts if find_entry(manifest, part.model) is None]


def planned_models(plan: Plan, manifest: Manifest) -> tuple[PlannedModel, ...]:
    """Return the models of a plan, then its draft; names without a row are left out."""
    found = [(part, find_entry(manifest, part.model)) for part in plan.parts]
    models = [PlannedModel(entry, part.settings, is_draft=False) for part, entry in found if entry is not None]
    draft = find_entry(manifest, _draft_name(plan, models))
    planned = {model.entry.name for model in models}
    if draft is not None and draft.name not in planned:
        models.append(PlannedModel(draft, {}, is_draft=True))
    return tuple(models)


def planned_stems(plan: Plan, manifest: Manifest) -> frozenset[str]:
    """Return the stems that a plan gives."""
    if plan.blend is None:
        return frozenset(_stems_of(plan.parts[0], manifest))
    stems = set(plan.blend.residual)
    for member in plan.blend.members:
        if member.counts():
            named = member.weights if isinstance(member.weights, dict) else None
            stems |= set(_stems_of(Part(member.model, {}), manifest) if named is None else named)
    return frozenset(stems)


def needed_weights(root: Path, plan: Plan, manifest: Manifest) -> tuple[NeededWeights, ...]:
    """Return every weight file that a submission loads, and where it lies in the repository.

    Args:
        root: The repository's folder.
        plan: What separates.
        manifest: Of the same repository.
    """
    if plan.random_weights:
        return ()
    return tuple(
        needed
        for model in planned_models(plan, manifest)
        if not _OWN_SOURCES & set(model.settings)
        for needed in _weights_of(root, model)
    )


def strings_in(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in nested settings, with its key."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from strings_in(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_in(inner, key)


def _draft_name(plan: Plan, models: list[PlannedModel]) -> str:
    """Return what `separation.deadline.ladder` would take."""
    if plan.guard.draft != AUTO:
        return "" if plan.guard.draft == NONE else plan.guard.draft
    return FREE_DRAFT if all(BOARD_A in model.entry.leaderboards for model in models) else NETWORK_DRAFT


def _stems_of(part: Part, manifest: Manifest) -> tuple[str, ...]:
    entry = find_entry(manifest, part.model)
    return () if entry is None else entry.stems


def _weights_of(root: Path, model: PlannedModel) -> Iterator[NeededWeights]:
    explicit = str(model.settings.get(_FOLDER_SETTING) or "").split(os.pathsep)
    folders = tuple(root / name for name in (*filter(None, explicit), WEIGHTS_FOLDER))
    for file in model.entry.weights:
        names = (file.name, *file.also_accepted)
        published = next((folder / name for folder in folders for name in names if (folder / name).is_file()), None)
        candidates = (folder / file.converted_name for folder in folders)
        converted = next((path for path in candidates if is_converted(path, file)), None)
        yield NeededWeights(model, file, folders, converted or published, published)
