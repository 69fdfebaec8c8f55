"""A model as a separator that is built, and run, only where its estimates are not kept yet."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from audio.stems import Stems
from models.files.checkpoints import locate_hashed
from models.files.weight_files import sha256_of
from models.mixtures import check_mixture
from models.registry import model_entry
from separation.factory import create_separator, resolve_device
from separation.plan import Plan, PlanError
from separation.prediction_cache import Facts, PredictionCache
from separation.separator import Separator


class CachedSeparator:
    """A planned model whose estimates are kept."""

    def __init__(self, plan: Plan, cache: PredictionCache | None = None) -> None:
        """Take a plan of one model; nothing is loaded yet.

        Args:
            plan: Which model, with which settings.
            cache: Where estimates are kept; None is the user's.

        Raises:
            PlanError: The plan is a blend, whose members are to be kept instead.
            UnknownModelError: No model has this name.
        """
        if plan.model is None:
            raise PlanError(f"Estimates are kept of single models. Got a {plan.title}. Make a plan of each member.")
        self._entry = model_entry(plan.model)
        self._plan = plan
        self._cache = cache or PredictionCache()
        self.stems = self._entry.stems
        self.sample_rate = self._entry.sample_rate

    def separate(self, mixture: Tensor) -> Stems:
        """Return the kept estimates of a mixture, or run the model: see `separation.separator.Separator`."""
        check_mixture(mixture)
        return self._cache.estimates(self._facts, mixture, lambda song: self._separator.separate(song))

    @cached_property
    def _separator(self) -> Separator:
        return create_separator(self._plan)

    @cached_property
    def _facts(self) -> Facts:
        """What decides the estimates; weight files are hashed, and fetched where they are missing."""
        plan, folder = self._plan, self._plan.settings.get("weights_folder")
        located = [] if plan.random_weights else self._entry.weights
        return {
            "model": self._entry.name,
            "settings": plan.settings,
            "files": _hashes_of_files(plan.settings),
            "weights": [locate_hashed(self._entry.name, file, folder).sha256 for file in located],
            "random_weights": plan.random_weights,
            "seed": plan.seed,
            "device": resolve_device(plan.device).type,
            "torch": str(torch.__version__),
        }


def _hashes_of_files(settings: Any) -> dict[str, str]:
    """Return path -> sha256 of each file that settings name, such as a checkpoint of one's own."""
    if isinstance(settings, dict):
        settings = list(settings.values())
    if isinstance(settings, list):
        return {path: sha256 for value in settings for path, sha256 in _hashes_of_files(value).items()}
    if isinstance(settings, str) and Path(settings).is_file():
        return {settings: sha256_of(Path(settings))}
    return {}
