"""Names to separators. Rows come from the manifest; a builder is imported when its model is first built.

Apart from the factory (`separation.factory`), as timm keeps its registry apart from `create_model`: listing models must
not load them. Importing this module loads no torch model, no openunmix, demucs, torchaudio or librosa.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.errors import ModelUnavailableError, UnknownModelError
from models.manifest import ModelEntry, load_manifest
from models.validation import did_you_mean

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class BuildOptions:
    """What every builder is told beside its row."""

    device: torch.device
    """Where the networks are placed."""
    random_weights: bool = False
    """Ask for networks with random weights (tests, timing). Nothing else ever makes weights random."""
    seed: int = 0
    """Seeds random weights and random test-time variants; the caller's generators are left as they were."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The model's own settings, as given in the plan; the builder checks them."""


def list_models() -> tuple[str, ...]:
    """Return the names of all rows, in the order of the manifest. Aliases are in `model_aliases`."""
    return tuple(entry.name for entry in load_manifest().models)


def model_aliases() -> dict[str, str]:
    """Return other name -> name of a row, for example `default`."""
    return dict(load_manifest().aliases)


def model_entry(name: str) -> ModelEntry:
    """Return the row of a model, by its name or an alias.

    Raises:
        UnknownModelError: No row and no alias has this name.
    """
    manifest = load_manifest()
    wanted = manifest.aliases.get(name, name)
    for entry in manifest.models:
        if entry.name == wanted:
            return entry
    known = (*manifest.aliases, *list_models())
    raise UnknownModelError(
        f"The model must be one of {', '.join(known)}. Got '{name}'.{did_you_mean(name, known)} "
        "Run `mdx models list` to see what each one is."
    )


def build_model(name: str, options: BuildOptions) -> Any:  # a Separator, a type of the package above
    """Build a separator by the name of its model.

    Returns:
        An object with `stems`, `sample_rate` and `separate(mixture)`: see `separation.separator.Separator`.

    Raises:
        UnknownModelError: No model has this name.
        ModelUnavailableError: A package that it needs is missing or does not load.
        ModelError: Wrong settings, or weights that are missing, damaged or unsafe.
    """
    entry = model_entry(name)
    return _resolve_builder(entry)(entry, options)


def _resolve_builder(entry: ModelEntry) -> Callable[[ModelEntry, BuildOptions], Any]:
    module_name, function_name = entry.builder.split(":")
    try:
        module = importlib.import_module(module_name)
    # OSError: a package whose compiled part misses a shared library, as a torchaudio built for another torch.
    except (ImportError, OSError) as error:
        needed = ", ".join(entry.requires) or module_name
        raise ModelUnavailableError(
            f"The model '{entry.name}' needs to import: {needed}. Got: {error}. "
            "Install the versions pinned in requirements.txt, or choose a model that `mdx models list` shows as ready."
        ) from error
    builder: Callable[[ModelEntry, BuildOptions], Any] = getattr(module, function_name)
    return builder
