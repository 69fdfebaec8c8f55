"""Penalties by name, and the sum of those that a recipe lists.

A penalty takes the network and a generator on the CPU, from which come all numbers that it draws. Its weight is one of
its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from training.parts import PartError, build_part, read_entry
from training.penalties.singular_values import SingularValues
from training.recipe import PenaltyTerm

Penalty: TypeAlias = Callable[[nn.Module, torch.Generator], Tensor]
"""Network, a generator on the CPU -> a scalar."""

PENALTIES: Mapping[str, type[Penalty]] = {"singular_values": SingularValues}
"""Name in a recipe -> class; its fields are its settings."""


def build_penalties(terms: Sequence[PenaltyTerm | Mapping[str, Any]]) -> tuple[Penalty, ...]:
    """Build the penalties of a recipe.

    Args:
        terms: Entries as `PenaltyTerm`, or as YAML holds them; names are distinct.

    Raises:
        PartError: An entry has an unknown key or name or settings that the penalty cannot use, or a name appears twice.
    """
    checked = [read_entry("penalties", PenaltyTerm, term) for term in terms]
    names = [term.name for term in checked]
    if len(set(names)) != len(names):
        raise PartError(f"A recipe must name each penalty once. Got {', '.join(names)}.")
    return tuple(build_part("penalty", PENALTIES, term.name, term.settings) for term in checked)
