"""The section `guard` of a plan: which limit a submission keeps, how much of it stays free, and what helps in need.

limit: round2    # kit (240 s), round2 (1.57 x the song), or seconds; the environment's limit holds as well
margin: 0.05     # share of the limit that is not used
draft: auto      # the quick model for what the planned one cannot reach in time; none for no such model
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.errors import UnknownModelError
from models.registry import model_entry
from separation.limits import LimitError, TimeLimit, parse_limit

AUTO, NONE = "auto", "none"


class GuardPlan(BaseModel):
    """How a submission keeps its time limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: str = "round2"
    """A rule's name or a number of seconds, as `separation.limits.parse_limit` takes it."""
    margin: float = Field(default=0.05, ge=0.0, le=0.5)
    """Share of a limit that is kept free."""
    draft: str = AUTO
    """Name of a model, `auto` or `none`."""

    @field_validator("limit", mode="before")
    @classmethod
    def _check_limit(cls, limit: object) -> str:
        try:
            return parse_limit(str(limit)).name
        except LimitError as error:
            raise ValueError(str(error)) from error

    @field_validator("draft")
    @classmethod
    def _check_draft(cls, draft: str) -> str:
        if draft not in (AUTO, NONE):
            try:
                model_entry(draft)
            except UnknownModelError as error:
                raise ValueError(f"It must be '{AUTO}', '{NONE}' or a model. {error}") from error
        return draft

    @property
    def time_limit(self) -> TimeLimit:
        """The rule behind `limit`."""
        return parse_limit(self.limit)
