"""The section `blend` of a plan: which models are blended, with which weights, and what is done to the blended stems.

    members:
      - {model: umxhq, weights: {bass: 0.4, vocals: 0.3}}
      - {model: htdemucs, settings: {overlap: 0.1}, weights: 0.6}   # one number for all stems of the model
    wiener_iterations: 1
    residual: {other: 0.5}
    mixture_consistency: false

A weight may be one for each frequency band, where `bands_hz` says which bands (`separation.band_filter`):

    bands_hz: [250, 4000]
    members:
      - {model: umxhq, weights: {bass: [0.2, 0.5, 0.9], vocals: 0.3}}

Weights are used as written; they need not sum to one, since a fit may find that less is nearer to the truth. Reading a
section needs the manifest for the models' stems, and loads no model.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from audio.stems import ACCOMPANIMENT, STEMS
from models.errors import SettingsError
from models.registry import model_entry
from models.validation import did_you_mean

WHOLE_SONGS = (frozenset(STEMS), frozenset({"vocals", ACCOMPANIMENT}))
"""Sets of stems that make up a song."""
_KNOWN = (*STEMS, ACCOMPANIMENT)
_ROUNDING = 1e-6
LOWEST_EDGE_HZ = 20.0
EDGES_RULE = f"The edges of bands must be frequencies in Hz that rise, from {LOWEST_EDGE_HZ:g} on."

Weight = Annotated[float, Field(allow_inf_nan=False)]
BandWeights = Annotated[tuple[Weight, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]


class BlendError(SettingsError):
    """A blend that cannot be made: weights for stems that are not there, stems that overlap, nothing to run."""


class MemberPlan(BaseModel):
    """One model of a blend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    """Name of a model."""
    settings: dict[str, Any] = {}
    """Settings of that model; the model checks them."""
    weights: Weight | dict[str, Weight | BandWeights]
    """Stem -> factor of the model's estimate, or factors by band; a stem that is not named has 0. Or one number for all
    its stems."""

    wiener_iterations: int = Field(default=0, ge=0)
    """Iterations of the multichannel Wiener filter over this model's own stems, before they are blended."""

    def counts(self) -> bool:
        """Tell whether any weight is other than 0; the model is not even built elsewhere."""
        if isinstance(self.weights, dict):
            return any(map(_largest, self.weights.values()))
        return self.weights != 0

    def stem_weights(self) -> dict[str, float]:
        """Return the weight of each named stem; where it has one for each band, that which is furthest from 0.

        Raises:
            UnknownModelError: No model has this name.
            BlendError: The model does not give a stem that is named.
        """
        stems = model_entry(self.model).stems
        if not isinstance(self.weights, dict):
            return dict.fromkeys(stems, self.weights)
        check_stems(f"The weights of the model '{self.model}'", self.weights, stems)
        return {stem: _largest(weight) for stem, weight in self.weights.items()}

    def band_shapes(self) -> dict[str, tuple[float, ...]]:
        """Return the weights by band over `stem_weights`, for the stems that have such."""
        by_band = {stem: weight for stem, weight in _items(self.weights) if isinstance(weight, tuple)}
        return {
            stem: tuple(weight / largest for weight in weights)
            for stem, weights in by_band.items()
            if (largest := _largest(weights))
        }


class BlendPlan(BaseModel):
    """Models, their weights, and what is done to the blended stems, in the order of the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: tuple[MemberPlan, ...] = Field(min_length=1)
    bands_hz: tuple[float, ...] = ()
    """Where the bands meet for which members have weights of their own, rising."""
    wiener_iterations: int = Field(default=0, ge=0)
    """Iterations of the multichannel Wiener filter over the blended stems; 0 leaves it out."""
    residual: dict[str, Share] = {}
    """Stem -> share of what the stems leave of the mixture that is added to it."""
    mixture_consistency: bool = False
    """Whether the stems are moved, all by as much, so that they sum to the mixture."""

    @field_validator("members")
    @classmethod
    def _one_counts(cls, members: tuple[MemberPlan, ...]) -> tuple[MemberPlan, ...]:
        if not any(member.counts() for member in members):
            raise ValueError("One of them must have a weight other than 0.")
        return members

    @field_validator("bands_hz")
    @classmethod
    def _rising(cls, bands_hz: tuple[float, ...]) -> tuple[float, ...]:
        if not edges_rise(bands_hz):
            raise ValueError(EDGES_RULE)
        return bands_hz

    @field_validator("residual")
    @classmethod
    def _shares_of_one_rest(cls, residual: dict[str, float]) -> dict[str, float]:
        check_stems("The shares of the rest", residual, _KNOWN)
        total = sum(residual.values())
        if total > 1 + _ROUNDING:
            raise ValueError(f"The shares of the rest must sum to at most 1. Got {total:g}. Lower some of them.")
        return residual

    @model_validator(mode="after")
    def _weights_of_all_bands(self) -> BlendPlan:
        for member in self.members:
            for stem, weight in _items(member.weights):
                if isinstance(weight, tuple) and len(weight) != len(self.bands_hz) + 1:
                    edges = ", ".join(f"{edge:g}" for edge in self.bands_hz)
                    raise ValueError(
                        f"A list of weights must have one more number than 'bands_hz' has edges. Got {len(weight)} for "
                        f"'{stem}' of '{member.model}', and edges [{edges}]. Add or remove some, or write one number."
                    )
        return self

    def stems(self) -> tuple[str, ...]:
        """Return the stems that some member or the residual names.

        Raises:
            UnknownModelError: A member's model is unknown.
            BlendError: As `MemberPlan.stem_weights`, `order_stems` and `check_whole`.
        """
        stems = order_stems([*(stem for member in self.members for stem in member.stem_weights()), *self.residual])
        if self.mixture_consistency:
            check_whole(stems)
        return stems


def edges_rise(edges_hz: Sequence[float]) -> bool:
    """Tell whether edges of bands keep `EDGES_RULE`."""
    in_range = all(LOWEST_EDGE_HZ <= edge < math.inf for edge in edges_hz)
    return in_range and all(low < high for low, high in pairwise(edges_hz))


def _items(weights: float | dict[str, float | tuple[float, ...]]) -> list[tuple[str, float | tuple[float, ...]]]:
    """List stems with their weights where these are given by stem."""
    return list(weights.items()) if isinstance(weights, dict) else []


def _largest(weight: float | tuple[float, ...]) -> float:
    """Return a weight, or that of the bands which is furthest from 0."""
    return max(weight, key=abs) if isinstance(weight, tuple) else weight


def check_stems(subject: str, named: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names of stems that are not there.

    Raises:
        BlendError: A name is not in `known`.
    """
    for stem in named:
        if stem not in known:
            raise BlendError(
                f"{subject} must be for stems among {', '.join(known)}. Got '{stem}'.{did_you_mean(stem, known)} "
                "Name one of these, or leave it out."
            )


def check_whole(stems: Collection[str]) -> None:
    """Refuse stems that cannot be made to sum to the mixture because some are missing.

    Raises:
        BlendError: They do not make up a song.
    """
    if frozenset(stems) not in WHOLE_SONGS:
        raise BlendError(
            "The stems of a blend with 'mixture_consistency' must make up the song. "
            f"Got {', '.join(stems)}. Give weights for the missing stems, or leave the key out."
        )


def order_stems(named: Collection[str]) -> tuple[str, ...]:
    """Return each name once, in the project's order.

    Raises:
        BlendError: The accompaniment is among stems that it holds already.
    """
    stems = tuple(sorted(set(named), key=lambda stem: ((*_KNOWN, stem).index(stem), stem)))
    if ACCOMPANIMENT in stems and not set(stems) <= {"vocals", ACCOMPANIMENT}:
        raise BlendError(
            f"The stems of a blend must not overlap: '{ACCOMPANIMENT}' holds all but the vocals. "
            f"Got {', '.join(stems)}. Give the models of two stems a weight for the vocals only: "
            "`weights: {vocals: 0.5}`."
        )
    return stems
