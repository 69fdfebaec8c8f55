"""Blends that others have published, as data: one file in `separation/blends/` for each, named as it is called.

Where networks of an original are not to be had, the nearest models of this project stand in, and the file says which.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from separation.blend_plan import BlendPlan

FOLDER = Path(__file__).with_name("blends")


class PublishedBlend(BaseModel):
    """One file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: str
    """What it is, in one sentence."""
    source: str
    """Where it was published."""
    differs: str
    """In what it is not the original."""
    blend: BlendPlan


@cache
def published_blend_names() -> tuple[str, ...]:
    """Return the names of all files."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_published_blend(name: str) -> PublishedBlend:
    """Read a file by one of `published_blend_names`."""
    return PublishedBlend.model_validate(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
