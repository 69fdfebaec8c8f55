"""Separation: from a name or a plan to an object that turns a mixture into stems.

- `separator`: the protocol that every separator follows.
- `plan`: the YAML file that says which model, which settings, which device.
- `factory`: `create_separator(name_or_plan, ...)`, the one way to get a separator.
"""

from separation.factory import create_separator
from separation.plan import Plan, PlanError, load_plan
from separation.separator import Separator

__all__ = ["Plan", "PlanError", "Separator", "create_separator", "load_plan"]
