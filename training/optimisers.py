"""Optimisers and learning rates of a recipe, from torch."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, Literal

import torch
from torch.optim import lr_scheduler

from training.recipe import MONITORS, OptimiserSection, SchedulerSection

_WARMUP_START = 0.01


def build_optimiser(section: OptimiserSection, parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
    """Return the optimiser of a recipe over the parameters that are trained."""
    common: dict[str, Any] = {"lr": section.learning_rate, "weight_decay": section.weight_decay}
    if section.name == "adam":
        return torch.optim.Adam(parameters, betas=section.betas, **common)
    if section.name == "adamw":
        return torch.optim.AdamW(parameters, betas=section.betas, **common)
    if section.name == "sgd":
        return torch.optim.SGD(parameters, momentum=section.momentum, **common)
    return torch.optim.RMSprop(parameters, momentum=section.momentum, **common)


def build_scheduler(
    section: SchedulerSection, optimiser: torch.optim.Optimizer, steps_per_epoch: int, epochs: int
) -> dict[str, Any] | None:
    """Return the learning rates of a recipe in Lightning's form, or None for a constant rate.

    Args:
        section: What the recipe says.
        optimiser: Whose rate it is.
        steps_per_epoch: Steps of the optimiser in an epoch.
        epochs: How many there will be.
    """
    if section.name == "plateau":
        mode: Literal["min", "max"] = "max" if MONITORS[section.monitor] == "max" else "min"
        plateau = lr_scheduler.ReduceLROnPlateau(
            optimiser, mode, section.factor, section.patience, cooldown=section.cooldown
        )
        # Lightning only keeps its state: training.callbacks.plateau moves it.
        return {"scheduler": plateau, "monitor": section.monitor, "interval": "epoch", "frequency": sys.maxsize}
    main: lr_scheduler.LRScheduler
    if section.name == "step":
        main = lr_scheduler.StepLR(optimiser, section.every_epochs * steps_per_epoch, section.factor)
    elif section.name == "cosine":
        steps = max(1, epochs * steps_per_epoch - section.warmup_steps)
        # Not torch's class: its state holds the length, so a run that is resumed to go on longer would rise again.
        main = lr_scheduler.LambdaLR(optimiser, _cosine(steps, section.least_share))
    elif section.warmup_steps:
        main = lr_scheduler.ConstantLR(optimiser, 1.0, 1)
    else:
        return None
    if section.warmup_steps:
        rise = lr_scheduler.LinearLR(optimiser, _WARMUP_START, total_iters=section.warmup_steps)
        main = lr_scheduler.SequentialLR(optimiser, [rise, main], [section.warmup_steps])
    return {"scheduler": main, "interval": "step"}


def _cosine(steps: int, least_share: float) -> Callable[[int], float]:
    def share(step: int) -> float:
        return least_share + (1 - least_share) * (1 + math.cos(math.pi * min(step / steps, 1.0))) / 2

    return share
