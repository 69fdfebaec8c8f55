"""The section `blend` of a plan: which models are blended, with which weights, and what is done to the blended stems.

    members:
      - {model: umxhq, weights: {bass: 0.4, vocals: 0.3}}
      - {model: htdemucs, settings: {overlap: 0.1}, weights: 0.6}   # one number for all stems of the model
    wiener_iterations: 1
    residual: {other: 0.5}
    mixture_consistency: false

Weights are used as written; they need not sum to one, since a fit may find that less is nearer to the truth. Reading a
section needs the manifest for the models' stems, and loads no model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from audio.stems import ACCOMPANIMENT, STEMS
from models.errors import SettingsError
from models.registry import model_entry
from models.validation import did_you_mean

WHOLE_SONGS = (frozenset(STEMS), frozenset({"vocals", ACCOMPANIMENT}))
"""Sets of stems that make up a song."""
_KNOWN = (*STEMS, ACCOMPANIMENT)
_ROUNDING = 1e-6

Weight = Annotated[float, Field(allow_inf_nan=False)]
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
    weights: Weight | dict[str, Weight]
    """Stem -> factor of the model's estimate, a stem that is not named has 0; or one number for all its stems."""

    def counts(self) -> bool:
        """Tell whether any weight is other than 0; the model is not even built elsewhere."""
        return any(self.weights.values()) if isinstance(self.weights, dict) else self.weights != 0

    def stem_weights(self) -> dict[str, float]:
        """Return the weight of each named stem.

        Raises:
            UnknownModelError: No model has this name.
            BlendError: The model does not give a stem that is named.
        """
        stems = model_entry(self.model).stems
        if not isinstance(self.weights, dict):
            return dict.fromkeys(stems, self.weights)
        check_stems(f"The weights of the model '{self.model}'", self.weights, stems)
        return dict(self.weights)


class BlendPlan(BaseModel):
    """Models, their weights, and what is done to the blended stems, in the order of the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    members: tuple[MemberPlan, ...] = Field(min_length=1)
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

    @field_validator("residual")
    @classmethod
    def _shares_of_one_rest(cls, residual: dict[str, float]) -> dict[str, float]:
        check_stems("The shares of the rest", residual, _KNOWN)
        total = sum(residual.values())
        if total > 1 + _ROUNDING:
            raise ValueError(f"The shares of the rest must sum to at most 1. Got {total:g}. Lower some of them.")
        return residual

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
