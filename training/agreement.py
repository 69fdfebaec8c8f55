"""Do the parts of a recipe fit each other? Asked before a run begins: architecture, view, losses and data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from torch import nn

from models.each_channel import unwrapped
from models.network import Network
from training.architectures import architecture_of
from training.errors import RecipeError
from training.recipe import Recipe

CLASS_LOSS = "mu_law_cross_entropy"
"""The one loss that compares logits."""
BAND_LOSS = "band_errors"
"""The one loss that compares errors in bands."""
SLICQ_LOSSES = ("slicq_complex_l2", "slicq_magnitude_l2", "slicq_si_sdr", "slicq_sd_sdr", "mask_sum")
"""Those that compare coefficients of the sliCQ."""
_ELEMENTWISE = ("time_l1", "time_l2")
LOSSES_OF_VIEWS: Mapping[str, tuple[str, ...]] = {
    "training.views:class_logits": (CLASS_LOSS,),
    "training.views:class_logits_and_domains": (CLASS_LOSS,),
    "training.views:companded": _ELEMENTWISE,
    "training.views:spectra": _ELEMENTWISE,
    "training.views:band_errors": (BAND_LOSS,),
    "training.views:slicq": SLICQ_LOSSES,
}
"""View -> the losses that fit it; sound fits all the others, a view that is not here any."""
_NOT_OF_SOUND = (CLASS_LOSS, BAND_LOSS, *SLICQ_LOSSES)
SOUND = "training.views:sound"
_WITH_DOMAINS = "training.views:class_logits_and_domains"
_AT_ANY_LEVEL = (SOUND, "training.views:band_errors")
"""Views of networks whose chunks may be brought to one level."""


def check_agreement(recipe: Recipe, network: nn.Module, *, mixes_songs: bool) -> None:
    """Refuse parts that cannot be run together.

    Args:
        recipe: What names them.
        network: The recipe's network.
        mixes_songs: Whether its augmentations put stems into other songs.

    Raises:
        RecipeError: Some do not fit.
    """
    view = architecture_of(recipe.model.architecture).view
    _check_losses(recipe, network, view)
    if view not in _AT_ANY_LEVEL:
        _check_level(recipe)
    if view != SOUND:
        _check_only_sound(recipe)
    _check_domains(recipe, network, view, mixes_songs=mixes_songs)
    _check_mixture(recipe, cast(Network, network))


def _check_losses(recipe: Recipe, network: nn.Module, view: str) -> None:
    fitting = LOSSES_OF_VIEWS.get(view)
    for term in recipe.losses:
        if (term.name not in fitting) if fitting else (view == SOUND and term.name in _NOT_OF_SOUND):
            wanted = " or ".join(fitting) if fitting else f"others than {', '.join(_NOT_OF_SOUND)}"
            domain = view.rpartition(":")[2].replace("_", " ")
            raise RecipeError(
                f"The losses of '{recipe.model.architecture}', which is compared as {domain}, must be "
                f"{wanted}. Got '{term.name}'. Change the recipe's 'losses'."
            )
        levels = _config(network).scale.levels if term.name == CLASS_LOSS else None
        if levels is not None and term.settings.get("classes", 256) != levels:
            raise RecipeError(
                f"The setting 'classes' of {CLASS_LOSS} must be the network's 'scale.levels', {levels}. "
                f"Got {term.settings.get('classes', 256)}."
            )


def _check_level(recipe: Recipe) -> None:
    if recipe.model.normalisation != "none":
        raise RecipeError(
            f"The key 'model.normalisation' must be 'none' for '{recipe.model.architecture}', which is not compared as "
            f"sound in training. Got '{recipe.model.normalisation}'."
        )


def _check_only_sound(recipe: Recipe) -> None:
    architecture = recipe.model.architecture
    if recipe.model.quantiser is not None:
        raise RecipeError(
            f"The key 'model.quantiser' must be left out for '{architecture}': its training does not run what is "
            "quantised, its `forward`. Got a quantiser."
        )
    if recipe.loop.compile:
        raise RecipeError(
            f"The key 'loop.compile' must be false for '{architecture}': training does not run what is compiled, its "
            "`forward`. Got true."
        )


def _check_domains(recipe: Recipe, network: nn.Module, view: str, *, mixes_songs: bool) -> None:
    domains = recipe.data.domains
    if view != _WITH_DOMAINS:
        if domains:
            raise RecipeError(
                f"The key 'data.domains' must be left out for '{recipe.model.architecture}', which has no classifier "
                f"of domains. Got {', '.join(domains)}. 'music_translation_domains' has one."
            )
        return
    wanted = _config(network).domains
    if len(domains) != wanted:
        raise RecipeError(
            f"The key 'data.domains' must name as many domains as 'model.config.domains' says, {wanted}, each with its "
            f"songs. Got {', '.join(domains) or 'none'}."
        )
    if mixes_songs:
        raise RecipeError(
            "The augmentations of a run with 'data.domains' must leave each item's stems together. Got one that mixes "
            "items. Leave it out."
        )


def _check_mixture(recipe: Recipe, network: Network) -> None:
    section, stems = recipe.data, network.stems
    if both := [stem for stem in section.mixed_with if stem in stems]:
        raise RecipeError(
            f"The key 'data.mixed_with' must name stems that the network does not give. Got '{both[0]}', which "
            f"is one of {', '.join(stems)}."
        )
    if len(stems) == 1 and section.mixture == "sum" and not section.mixed_with:
        raise RecipeError(
            f"The mixture of a network that gives only {stems[0]} must hold more than that. Got the sum of its stems. "
            "Name the others in 'data.mixed_with', or set 'data.mixture' to 'file'."
        )


def _config(network: nn.Module) -> Any:
    return cast(Any, unwrapped(network)).config
