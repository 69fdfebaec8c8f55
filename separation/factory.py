"""`create_separator`: from the name of a model or a blend, a plan file or a `Plan` to a separator on the right device.

Importing this module loads no openunmix, demucs, torchaudio or librosa; building a model loads what that model needs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from audio import KitError
from models.errors import SettingsError
from models.network import Bag
from models.registry import BuildOptions, build_model, model_entry
from models.validation import read_settings
from separation.band_weighted import in_bands
from separation.blend import Blend
from separation.blend_finish import BlendFinish
from separation.blend_members import BlendMember
from separation.blend_plan import BlendPlan, MemberPlan
from separation.engine import Engine
from separation.plan import Plan, load_plan
from separation.published_blends import load_published_blend, published_blend_names
from separation.separator import Separator
from separation.settings import ENGINE_KEYS, EngineSettings
from separation.wiener_filtered import filtered

logger = logging.getLogger(__name__)

_PLAN_SUFFIXES = frozenset({".yaml", ".yml"})
_DEVICES = ("auto", "cpu", "cuda")


class DeviceError(KitError):
    """A device that is unknown or not there."""


def create_separator(
    name_or_plan: str | Path | Plan,
    *,
    device: str = "auto",
    random_weights: bool = False,
    seed: int = 0,
    **settings: Any,  # each model has its own settings and checks them
) -> Separator:
    """Build a separator.

    Args:
        name_or_plan: Name of a model (`default` included) or of a published blend, path of a plan file (ending in
            .yaml or .yml), or a `Plan`.
        device: "cpu", "cuda", or "auto" for cuda where there is one. With a plan, anything but the default wins over
            the plan; so do `random_weights` and `seed`.
        random_weights: Build networks with random weights (tests, timing). Never the answer to missing files.
        seed: Seeds random weights and random test-time variants.
        settings: Settings of the model, over those of the plan; a blend takes none.

    Raises:
        PlanError: The plan is unreadable or breaks its schema, or settings were given for a blend.
        UnknownModelError: No model has this name.
        ModelError: Wrong settings, missing packages, or weights that are missing, damaged or unsafe.
        DeviceError: An unknown device, or cuda on a machine without it.
    """
    plan = as_plan(name_or_plan).with_settings(settings)
    options = BuildOptions(
        device=resolve_device(device if device != "auto" else plan.device),
        random_weights=random_weights or plan.random_weights,
        seed=seed or plan.seed,
        settings=plan.settings,
    )
    if plan.blend is not None:
        return _build_blend(plan.blend, options)
    return _build_separator(str(plan.model), options)


def _build_separator(name: str, options: BuildOptions) -> Separator:
    """Build the separator of one model."""
    entry = model_entry(name)
    logger.info("Building %s on %s", entry.name, options.device)
    if not entry.runs_in_engine:
        separator: Separator = build_model(entry.name, options)
        return separator
    own = {key: value for key, value in options.settings.items() if key not in ENGINE_KEYS}
    shared = {key: value for key, value in options.settings.items() if key in ENGINE_KEYS}
    try:
        bag: Bag = build_model(entry.name, replace(options, settings=own))
    except SettingsError as error:
        raise SettingsError(f"{error} Every network also takes: {', '.join(sorted(ENGINE_KEYS))}.") from error
    return Engine(bag, read_settings(EngineSettings, shared, entry.name), options.seed)


def _build_blend(plan: BlendPlan, options: BuildOptions) -> Blend:
    """Build the members that count, after a check of all weights and stems: missing weight files take minutes."""
    stems = plan.stems()
    members = [
        BlendMember(_build_member(one, plan.bands_hz, options), one.stem_weights())
        for one in plan.members
        if one.counts()
    ]
    finish = BlendFinish(plan.wiener_iterations, plan.residual, plan.mixture_consistency, options.device)
    return Blend(members, stems, finish)


def _build_member(plan: MemberPlan, edges_hz: Sequence[float], options: BuildOptions) -> Separator:
    """Build a model, its filter and its bands."""
    separator = _build_separator(plan.model, replace(options, settings=plan.settings))
    return in_bands(filtered(separator, plan.wiener_iterations, options.device), plan.band_shapes(), edges_hz)


def resolve_device(device: str) -> torch.device:
    """Turn a device's name into a torch device.

    Raises:
        DeviceError: The name is unknown, or it is "cuda" and torch finds none.
    """
    if device not in _DEVICES:
        raise DeviceError(f"The device must be one of {', '.join(_DEVICES)}. Got '{device}'.")
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "The device 'cuda' must be present and usable by torch. Got none. "
            "Choose 'auto' or 'cpu', or check the driver with `nvidia-smi`."
        )
    return torch.device(device)


def as_plan(name_or_plan: str | Path | Plan) -> Plan:
    """Return the plan of a name, a plan file or a plan, without building anything.

    Args:
        name_or_plan: Name of a model or of a published blend, path of a plan file, or a plan.

    Raises:
        PlanError: The plan file is unreadable or breaks its schema.
    """
    if isinstance(name_or_plan, Plan):
        return name_or_plan
    if str(name_or_plan) in published_blend_names():
        return Plan(blend=load_published_blend(str(name_or_plan)).blend)
    if isinstance(name_or_plan, Path) or Path(name_or_plan).suffix in _PLAN_SUFFIXES:
        return load_plan(name_or_plan)
    return Plan(model=name_or_plan)
