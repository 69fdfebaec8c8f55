"""Optimisers and learning rates of a recipe, from torch."""

from __future__ import annotations

from collections.abc import Iterable
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
    section: SchedulerSection, optimiser: torch.optim.Optimizer, steps_per_epoch: int, epochs: int, batches: int
) -> dict[str, Any] | None:
    """Return the learning rates of a recipe in Lightning's form, or None for a constant rate.

    Args:
        section: What the recipe says.
        optimiser: Whose rate it is.
        steps_per_epoch: Steps of the optimiser in an epoch.
        epochs: How many there will be.
        batches: Batches of this process in an epoch.
    """
    if section.name == "plateau":
        mode: Literal["min", "max"] = "max" if MONITORS[section.monitor] == "max" else "min"
        plateau = lr_scheduler.ReduceLROnPlateau(optimiser, mode, section.factor, section.patience)
        # At "epoch" Lightning would move it after the checkpoint of the epoch's end, which then lacked the move.
        return {"scheduler": plateau, "monitor": section.monitor, "interval": "step", "frequency": batches}
    main: lr_scheduler.LRScheduler
    if section.name == "step":
        main = lr_scheduler.StepLR(optimiser, section.every_epochs * steps_per_epoch, section.factor)
    elif section.name == "cosine":
        steps = max(1, epochs * steps_per_epoch - section.warmup_steps)
        least = section.least_share * optimiser.param_groups[0]["lr"]
        main = lr_scheduler.CosineAnnealingLR(optimiser, steps, least)
    elif section.warmup_steps:
        main = lr_scheduler.ConstantLR(optimiser, 1.0, 1)
    else:
        return None
    if section.warmup_steps:
        rise = lr_scheduler.LinearLR(optimiser, _WARMUP_START, total_iters=section.warmup_steps)
        main = lr_scheduler.SequentialLR(optimiser, [rise, main], [section.warmup_steps])
    return {"scheduler": main, "interval": "step"}
